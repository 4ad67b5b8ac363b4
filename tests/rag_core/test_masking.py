"""What is secret goes, whatever stands around it; what only looks so stays."""

import base64
import string
from functools import partial
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rag_core.evaluation.questions import shipped_questions
from rag_core.masking import E_MAIL, SECRET, masked

LETTERS, DIGITS = string.ascii_letters, string.digits
WORD = LETTERS + DIGITS

ANY = st.text(max_size=60)
APART, APART_BEHIND = st.sampled_from(" \n\t(，。、：「"), st.sampled_from(" \n\t);，。、」")
"""What parts a secret from the text before and behind it; glued to other letters it would be of use to nobody."""


def of(alphabet: str, least: int, most: int | None = None) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=least, max_size=most or least)


def _base64(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


E_MAILS = st.builds(
    "{}@{}.{}".format,
    st.builds("{}{}".format, of(WORD, 1), of(WORD + "._%+-", 0, 30)).filter(lambda name: name != "git"),
    st.lists(of(WORD + "-", 1, 20), min_size=1, max_size=4).map(".".join),
    st.sampled_from(["com", "org", "io", "de", "cn", "dev", "museum"]),
)

KEYS = st.one_of(
    st.builds("sk-{}".format, of(WORD, 48)),
    st.builds("sk-proj-{}".format, of(WORD + "-_", 100, 160)),
    st.builds("sk-ant-api03-{}".format, of(WORD + "-_", 90, 100)),
    st.builds("gh{}_{}".format, st.sampled_from("pousr"), of(WORD, 36)),
    st.builds("github_pat_{}_{}".format, of(WORD, 22), of(WORD, 59)),
    st.builds("glpat-{}".format, of(WORD + "-_", 20)),
    st.builds("hf_{}".format, of(WORD, 34)),
    st.builds("npm_{}".format, of(WORD, 36)),
    st.builds("xoxb-{}-{}-{}".format, of(DIGITS, 12), of(DIGITS, 12), of(WORD, 24)),
    st.builds("AKIA{}".format, of(string.ascii_uppercase + DIGITS, 16)),
    st.builds("AIza{}".format, of(WORD + "-_", 35)),
    st.builds("{}_live_{}".format, st.sampled_from(["sk", "rk"]), of(WORD, 24, 99)),
    st.builds("gsk_{}".format, of(WORD, 52)),
    st.builds("SG.{}.{}".format, of(WORD + "-_", 22), of(WORD + "-_", 43)),
)

DISCORD_TOKENS = st.builds(
    "{}.{}.{}".format,
    st.integers(10**16, 10**20 - 1).map(str).map(_base64),
    of(WORD + "-_", 6),
    of(WORD + "-_", 27, 38),
)

WEB_TOKENS = st.builds(
    "{}.{}.{}".format,
    st.sampled_from(['{"alg":"HS256","typ":"JWT"}', '{ "alg": "RS256" }']).map(_base64),
    st.text(max_size=40).map(lambda text: _base64(f'{{"sub":"{text}"}}')),
    of(WORD + "-_", 43, 100),
)

PEM_LINES = st.lists(of(WORD + "+/", 64), min_size=2, max_size=20)


def _has_both(text: str) -> bool:
    return any(map(str.isdigit, text)) and any(map(str.isalpha, text))


BARE = of(WORD + "!#%*+-./:@^_~", 8, 40).filter(_has_both).filter(lambda value: value[0] != "-")
QUOTED = of(WORD + "!#%*+-./:@^_~ $&(){}[]<>?,;=|", 8, 40).filter(_has_both)
NAMES = st.sampled_from(["token", "password", "MILVUS_TOKEN", "ZILLIZ_PASSWORD", "api_key", "db_password", "secretKey"])


def written(form: str, name: str, value: str) -> str:
    return form.format(name=name, value=value)


def hides(secret: str, text: str, before: str, behind: str) -> None:
    assume(secret not in before + behind)
    assert secret not in masked(before + text + behind)


@given(before=ANY, left=APART, secret=E_MAILS, right=APART_BEHIND, behind=ANY)
def test_no_e_mail_address_survives(before: str, left: str, secret: str, right: str, behind: str) -> None:
    hides(secret, left + secret + right, before, behind)


@given(before=ANY, left=APART, secret=KEYS, right=APART_BEHIND, behind=ANY)
def test_no_key_of_a_known_maker_survives(before: str, left: str, secret: str, right: str, behind: str) -> None:
    hides(secret, left + secret + right, before, behind)


@given(before=ANY, left=APART, secret=DISCORD_TOKENS, right=APART_BEHIND, behind=ANY)
def test_no_discord_token_survives(before: str, left: str, secret: str, right: str, behind: str) -> None:
    hides(secret, left + secret + right, before, behind)


@given(before=ANY, left=APART, secret=WEB_TOKENS, right=APART_BEHIND, behind=ANY)
def test_no_web_token_survives(before: str, left: str, secret: str, right: str, behind: str) -> None:
    hides(secret, left + secret + right, before, behind)


@given(
    before=ANY,
    lines=PEM_LINES,
    kind=st.sampled_from(["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "]),
    end=st.sampled_from(["\n", "\r\n", "\\n"]),
    whole=st.booleans(),
    behind=ANY,
)
def test_no_line_of_a_private_key_survives(
    before: str, lines: list[str], kind: str, end: str, whole: bool, behind: str
) -> None:
    closing = f"-----END {kind}PRIVATE KEY-----" if whole else ""
    left = masked(before + end.join([f"-----BEGIN {kind}PRIVATE KEY-----", *lines, closing]) + behind)
    assert not any(line in left for line in lines)


@given(
    before=ANY,
    left=APART,
    scheme=st.sampled_from(["https", "postgresql", "redis", "mongodb+srv", "amqp", "milvus"]),
    user=of(WORD + "._-", 0, 20),
    secret=BARE,
    behind=ANY,
)
def test_no_password_in_an_address_survives(
    before: str, left: str, scheme: str, user: str, secret: str, behind: str
) -> None:
    assume(not (secret[0].isdigit() and ("/" in secret[:6] or "#" in secret[:6])))  # `host:19530/…` is a port
    hides(f":{secret}@", f"{left}{scheme}://{user}:{secret}@in01.zilliz.cloud:19530 ", before, behind)


@given(
    before=ANY,
    left=APART,
    form=st.sampled_from(['{name}="{value}"', "{name} = '{value}'", '"{name}": "{value}"', '{name}:"{value}"']),
    name=NAMES,
    secret=QUOTED,
    behind=ANY,
)
def test_no_quoted_token_or_password_survives(
    before: str, left: str, form: str, name: str, secret: str, behind: str
) -> None:
    hides(secret, left + written(form, name, secret), before, behind)


@given(
    before=ANY,
    form=st.sampled_from(["\n{name}={value}\n", " {name}={value};", "\n  {name}: {value}\n", " --{name} {value} "]),
    name=NAMES,
    secret=BARE,
    behind=ANY,
)
def test_no_bare_token_or_password_survives(before: str, form: str, name: str, secret: str, behind: str) -> None:
    hides(secret, written(form, name, secret), before, behind)


@given(text=st.one_of(ANY, E_MAILS, KEYS, st.builds(partial(written, '{name}="{value}"'), name=NAMES, value=QUOTED)))
def test_masking_again_changes_nothing(text: str) -> None:
    assert masked(masked(text)) == masked(text)


@given(text=st.text(LETTERS + DIGITS + " \n.,!?-_()中文", max_size=200))
def test_plain_words_stay(text: str) -> None:
    assert masked(text) == text


HARMLESS = [
    'client = MilvusClient(uri="http://localhost:19530", token="root:Milvus")',
    "connections.connect(host='10.0.0.1', port='19530', user='root', password='Milvus')",
    "MilvusClient(uri=uri, token=token)",
    'client = MilvusClient(token=os.environ["MILVUS_TOKEN"])',
    "client = MilvusClient(uri=cfg.uri, token=cfg.token, password=get_password())",
    'token="YOUR_CLUSTER_TOKEN", password="<password>", api_key="${OPENAI_API_KEY}"',
    "accessKeyID: minioadmin\nsecretAccessKey: minioadmin",
    "Authorization: Bearer root:Milvus",
    "Authorization: Bearer ${TOKEN}",
    "expected form 'https://user:pwd@example.com:12345'",
    "max_tokens=512, first_token=0.412, eos_token='</s>'",
    "E20250304 12:00:01.123 unauthenticated: invalid token: the token is expired",
    "MilvusException: (code=1100, message=token: unexpected end of input)",
    "the --password option, and the --token flag), don't work",
    "docker pull milvusdb/milvus@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "image milvusdb/milvus:v2.4.15-gpu, commit 3f2b1c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f4a3b",
    "collection_id=449137837253353474 segmentID=449137837253553475 traceID=4bf92f3577b34da6a3ce929d0e0e4736",
    "id 123e4567-e89b-12d3-a456-426614174000 and etag d41d8cd98f00b204e9800998ecf8427e",
    "git clone git@github.com:milvus-io/milvus.git && npm i @zilliz/milvus2-sdk-node@2.4.1",
    "io.milvus.exception.ParamException: io.milvus.param.R@5f184fc6",
    "http://localhost:19530/@default/v2/vectordb/collections/list",
    "rocksmq.path=/var/lib/milvus/rdb_data by-dev-rootcoord-dml_0_449137837253353474v0",
    "pymilvus==2.4.9; etcd://127.0.0.1:2379; s3://a-bucket/files/insert_log/1/2/3",
    "my-release-milvus-querynode-7d9f8b6c5d-x2x9z on root@milvus-0.milvus.svc.cluster.local",
    "sk-learn's pipeline, hf_hub_download, xai, ghp, npm_config_registry",
    "io.milvus.v2.service.vector.request.data.MyVeryLongClassNameForVectors.create.andAnotherVeryLongMethodName",
    "PASSWORD is asked for every time. Password: what is it?",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_secret_stays(text: str) -> None:
    assert masked(text) == text


MASKED = {
    'MilvusClient(uri="https://in03-abc.zillizcloud.com", token="db_admin:S3cr3t!pw")': (
        f'MilvusClient(uri="https://in03-abc.zillizcloud.com", token="{SECRET}")'
    ),
    "write to ada@example.com, please": f"write to {E_MAIL}, please",
    "邮箱是ada@example.com吗": f"邮箱是{E_MAIL}吗",
    "postgresql://milvus:hunter22@db:5432/records": f"postgresql://milvus:{SECRET}@db:5432/records",
    'curl -H "Authorization: Bearer 8a7b6c5d4e3f2a1b" http://h:19530': (
        f'curl -H "Authorization: Bearer {SECRET}" http://h:19530'
    ),
    "export MILVUS_TOKEN=8a7b6c5d4e3f": f"export MILVUS_TOKEN={SECRET}",
    '{\\"password\\": \\"hunter22\\"}': f'{{\\"password\\": \\"{SECRET}\\"}}',
    "https://discord.com/api/webhooks/123456789012345678/abcdefghijklmnopqrstuvwxyz012345": (
        f"https://discord.com/api/webhooks/{SECRET}"
    ),
}


@pytest.mark.parametrize("text", MASKED)
def test_the_rest_of_the_text_stays(text: str) -> None:
    assert masked(text) == MASKED[text]


def test_no_golden_question_is_changed() -> None:
    for question in shipped_questions():
        for text in (question.question, *question.earlier):
            assert masked(text) == text


CORPUS = Path(__file__).parents[2] / "bot" / "sample_pages"


@pytest.mark.parametrize("page", sorted(CORPUS.glob("*.md")), ids=lambda page: page.stem)
def test_no_documentation_is_changed(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert masked(text) == text


@pytest.mark.parametrize(
    "unit", ["a", "-----BEGIN PRIVATE KEY-----\n", "token=", 'token="', "a://b:", "a@", "a.", "eyaaaaaaaaaaaa.", "ghp_"]
)
def test_a_long_text_takes_no_longer_than_its_length(unit: str) -> None:
    masked(unit * (1 << 18))  # quadratic, it would take minutes, and the test's own limit would end it
