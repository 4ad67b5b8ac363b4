"""Takes e-mail addresses, keys and passwords out of what people write, before it is kept or handed on.

A thing counts as secret by its form (a key of a known maker, a JSON Web Token, the lines of a private key) or by its
name (`password=…`, `token: "…"`, `--api-key …`, `Bearer …`). Never by looking random: hashes, UUIDs, image digests and
ids look so too, and they are what questions about Milvus are made of. Examples from the documentation (`root:Milvus`,
`YOUR_API_KEY`), variables and calls are nobody's secret and stay.
"""

import base64
import binascii
import re
from collections.abc import Callable
from typing import Final

SECRET: Final = "[secret]"  # noqa: S105 - what is shown in place of one
E_MAIL: Final = "[e-mail]"

_Match = re.Match[str]

_BREAK: Final = r"(?:\s|\\[nr])+"
"""Between the lines of a key, also where it stands as one line in JSON."""

_PRIVATE_KEY: Final = re.compile(
    rf"-----BEGIN [A-Z0-9 ]{{0,40}}PRIVATE KEY(?: BLOCK)?-----"
    rf"(?:(?:(?!-----)[\s\S])*-----END [A-Z0-9 ]{{0,40}}-----|(?:{_BREAK}[A-Za-z0-9+/=]{{16,}})*)"
)

_KEYS_OF_MAKERS: Final = re.compile(
    r"(?<![A-Za-z0-9_-])(?:"
    r"sk-(?:ant|proj|or|svcacct|admin|lf|None)-[\w-]{16,}|sk-[A-Za-z0-9]{20,}"  # OpenAI, Anthropic, DeepSeek and others
    r"|(?:gh[pousr]|hf|npm|gsk|xai|r8|fw|jina|pcsk|nvapi|tvly|dckr_pat|lsv2_[ps]t)[_-][A-Za-z0-9_-]*[A-Za-z0-9]{20}[\w-]*"
    r"|github_pat_\w{20,}|glpat-[\w-]{20,}|glsa_\w{20,}|dop_v1_[0-9a-f]{32,}|dapi[0-9a-f]{32}"
    r"|[sr]k_(?:live|test)_[A-Za-z0-9]{16,}|SG\.[\w-]{16,}\.[\w-]{16,}|pypi-[\w-]{50,}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-\d-[A-Za-z0-9-]{10,}"
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])|AIza[\w-]{35}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}"
    r"|\d{8,10}:AA[\w-]{33}"  # Telegram
    r"|AGE-SECRET-KEY-1[A-Z0-9]{40,}"
    r")",
    re.ASCII,
)

_WEB_TOKEN: Final = re.compile(r"(?<![A-Za-z0-9_-])ey[\w-]{10,}\.ey[\w-]{10,}(?:\.[\w-]+){1,3}", re.ASCII)

_DISCORD_TOKEN: Final = re.compile(
    r"(?<![A-Za-z0-9_-])(?P<id>[MNO][\w-]{22,27})\.[\w-]{6}\.[\w-]{27,}|(?<![A-Za-z0-9_-])mfa\.[\w-]{60,}", re.ASCII
)

_WEBHOOK: Final = re.compile(
    r"(?i)(?<=/api/webhooks/)\d{5,20}/[\w-]{20,}|(?<=hooks\.slack\.com/services/)\w+/\w+/\w{8,}", re.ASCII
)

_IN_ADDRESS: Final = re.compile(
    r"""(?P<before>\b[a-z][a-z0-9+.-]{1,30}://[^\s:/@"'<>`]{0,200}:)"""
    r"""(?P<value>(?!\d{1,5}[/?\#])(?:(?!://)[^\s"'<>`]){1,500})(?=@[^\s@/"'<>`])""",
    re.IGNORECASE | re.ASCII,
)

_NAME: Final = (
    r"(?:api[ _-]?key|access[ _-]?key(?:[ _-]?id)?|account[ _-]?key|secret[ _-]?access[ _-]?key|secret[ _-]?key"
    r"|client[ _-]?secret|secret|(?:access|auth|refresh|bot|id|session)?[ _-]?token|pass[ _-]?word|passwd|passphrase"
    r"|pwd)"
)
_NO_SECRETS: Final = r"(?<!first_)(?<!next_)(?<!last_)(?<!max_)(?<!min_)(?<!eos_)(?<!bos_)(?<!pad_)(?<!unk_)(?<!per_)"
"""Names of tokens that a language model counts."""
_START: Final = rf"(?<![A-Za-z0-9]){_NO_SECRETS}"

_QUOTED: Final = re.compile(
    rf"""(?P<before>{_START}{_NAME}\\?["'`]?\s{{0,3}}(?:[=:]|:=|=>)\s{{0,3}}(?P<quote>\\?["'`]))"""
    r"""(?P<value>(?:(?!(?P=quote))[^\n]){1,500})(?=(?P=quote))""",
    re.IGNORECASE | re.ASCII,
)
_ASSIGNED: Final = re.compile(
    rf"""(?P<before>{_START}{_NAME}[ \t]{{0,3}}=[ \t]{{0,3}})"""
    r"""(?P<value>[^\s"'`,;&<>()\[\]{}=\\][^\s"'`,;&<>()\[\]{}\\]*)(?P<call>[(\[]?)""",
    re.IGNORECASE | re.ASCII,
)
_LISTED: Final = re.compile(
    rf"""(?m)(?P<before>^[ \t>-]{{0,40}}[\w.-]{{0,60}}?{_START}{_NAME}[ \t]*:[ \t]+)"""
    r"""(?P<value>[^\s"'`{}\[\]]+)(?=[ \t]*(?:\#.*)?\r?$)""",
    re.IGNORECASE | re.ASCII,
)
"""A line of YAML. In a sentence a colon after "token" is followed by words."""
_OPTION: Final = re.compile(
    rf"""(?P<before>(?<![\w-])--[\w-]{{0,40}}?{_NAME}[ \t]+)"""
    r"""(?P<value>(?=\S{0,200}?[^\sa-z"'`),;.])[^\s"'`,;()-][^\s"'`,;()]*)""",
    re.IGNORECASE | re.ASCII,
)
"""Lower-case letters alone go on with a sentence ("the --password option")."""
_BEARER: Final = re.compile(
    r"""(?P<before>\b(?:authorization["']?\s{0,3}[:=]\s{0,3}["']?(?:bearer|basic|token)|bearer(?=\s{1,3}\S*\d))\s{1,3})"""
    r"""(?P<value>[^\s"'`<>,;$\\]{6,})""",
    re.IGNORECASE | re.ASCII,
)

_LETTER: Final = r"A-Za-z\u00c0-\u024f0-9"
_ADDRESS: Final = re.compile(
    rf"(?<![{_LETTER}._%+-])(?!git@)[{_LETTER}._%+-]{{1,64}}@(?:[{_LETTER}-]{{1,63}}\.){{1,8}}[A-Za-z]{{2,24}}(?![{_LETTER}(-])"
)
_WITHIN: Final = ("local", "internal", "localdomain", "lan")
"""Ends of names that no mail reaches from outside: they stand for machines, in logs."""

_OPEN_ADDRESS: Final = re.compile(r"""://[^\s:/@"'<>`]{0,200}:\Z""")

_EXAMPLE: Final = re.compile(
    r"""(?ix)
    (?:root|admin|user|username|pwd|pass|passphrase|minioadmin|minio|milvus|password|passwd|secret|token|api[_-]?key
       |none|null|nil|true|false|undefined|redacted|hidden|changeme|empty|string|str|bytes|xyz|foo|bar|abc|optional)
      (?::(?:milvus|password|passwd|root|admin|pwd|pass))?
    | <[a-z _.:-]+> | \$\{[a-z_.:-]+\} | \$\([a-z_ ./-]+\) | \$[a-z_]+ | %[a-z_]+%? | %\([a-z_]+\)s | @[a-z_]+@
    | \{\{?[a-z_. ]*\}?\} | \[[a-z _-]*\] | (?:sk-)?[x*.•…_-]+ | sk-
    | (?:your|my|the)[a-z_ -]* | [a-z_-]*[_-]here | (?:[a-z]+[_-])*(?:key|token|password|secret)
    """
)
"""What has a digit in it is never taken for an example."""
_CODE: Final = re.compile(
    r"(?:[A-Za-z_]+\.)+[A-Za-z_]+"  # config.token
    r"|[A-Za-z_]*(?:token|pass|pwd|key|secret|cred|cfg|conf|env|arg|auth|param|opt)[A-Za-z_]*",  # my_token
    re.IGNORECASE,
)
_COUNT: Final = re.compile(r"-?\d{1,5}(?:\.\d*)?(?:ms|s|%)?|-?\d+\.\d+(?:ms|s|%)?")


def masked(text: str) -> str:
    """The text with `[secret]` and `[e-mail]` in the place of what is nobody else's business.

    Masking twice changes nothing more. Takes time in proportion to the text.
    """
    text = _PRIVATE_KEY.sub(SECRET, text)
    text = _WEB_TOKEN.sub(SECRET, text)
    text = _DISCORD_TOKEN.sub(_discord_token, text)
    text = _KEYS_OF_MAKERS.sub(SECRET, text)
    text = _WEBHOOK.sub(SECRET, text)
    text = _IN_ADDRESS.sub(_unless(_is_example), text)
    for pattern in (_BEARER, _QUOTED, _LISTED, _OPTION):
        text = pattern.sub(_unless(_is_example), text)
    text = _ASSIGNED.sub(_assigned, text)
    return _ADDRESS.sub(_e_mail, text)


def _unless(harmless: Callable[[str], bool]) -> Callable[[_Match], str]:
    def hide(match: _Match) -> str:
        return match[0] if harmless(match["value"]) else f"{match['before']}{SECRET}"

    return hide


def _assigned(match: _Match) -> str:
    """A value without quotes may be code: a variable, an attribute, a call, a number."""
    value = match["value"]
    if match["call"] or _is_example(value) or _CODE.fullmatch(value) or _COUNT.fullmatch(value):
        return match[0]
    return f"{match['before']}{SECRET}"


def _is_example(value: str) -> bool:
    return _EXAMPLE.fullmatch(value.strip(" ,;")) is not None


def _discord_token(match: _Match) -> str:
    """Its first part is the bot's id in Base64, which tells it from a class in a package."""
    first = match["id"]
    if first is None:
        return SECRET
    try:
        decoded = base64.urlsafe_b64decode(first + "=" * (-len(first) % 4))
    except (binascii.Error, ValueError):
        return match[0]
    return SECRET if decoded.isdigit() else match[0]


def _e_mail(match: _Match) -> str:
    within = match[0].rpartition(".")[2].lower() in _WITHIN
    # What is left of `https://user:password@host` here was an example.
    in_address = _OPEN_ADDRESS.search(match.string, max(0, match.start() - 250), match.start())
    return match[0] if within or in_address else E_MAIL
