import pytest

from rag_core.answering.claim import read_claim
from rag_core.answering.contradictions import contradiction
from rag_core.answering.disputes import misattribution, wrong_number
from rag_core.answering.sources import read_source
from tests.fakes.passages import passage

_SOURCES = [
    read_source(
        passage(
            1,
            "| Parameter | Meaning | Default |\n|---|---|---|\n"
            "| `width` | Most cables that a tower may carry. | 30 |\n"
            "| `depth` | Stones examined for every tower. | 360 |\n\n"
            "A wall takes 512 MB, where a fence takes 128 MB. Towers can't be moved by visitors.\n\n"
            "Between 85% and 95%, take a fence. When a storm removes more than 98% of the stones, a moat holds best.",
            title="Castle",
        )
    )
]


@pytest.mark.parametrize(
    ("claim", "wrong"),
    [
        ("`width` is 30 by default.", False),
        ("`width` is 360 by default.", True),
        ("`width` is 31 by default.", True),
        ("A wall takes 512 MB.", False),
        ("A wall takes 512 GB.", True),
        ("`width` is counted in bytes.", True),
        ("If a storm removes more than 98% of the stones, a moat holds best.", False),
        ("If a storm removes more than 95% of the stones, a moat holds best.", True),
    ],
)
def test_a_number_belongs_to_its_name_and_unit(claim: str, wrong: bool) -> None:
    assert wrong_number(read_claim(claim), _SOURCES) is wrong


@pytest.mark.parametrize(
    ("claim", "swapped"),
    [
        ("`width` is the most cables that a tower may carry.", False),
        ("`depth` is the most cables that a tower may carry.", True),
        ("`depth` says how many stones are examined, while `width` limits the cables.", False),
        ("`width` says how many stones are examined, while `depth` limits the cables.", True),
    ],
)
def test_what_is_said_of_one_name_is_not_said_of_another(claim: str, swapped: bool) -> None:
    assert misattribution(read_claim(claim), _SOURCES) is swapped


@pytest.mark.parametrize(
    ("claim", "swapped"),
    [
        ("With `lean`, towers are painted at `noon`.", True),
        ("With `tall`, towers are painted at `noon`.", False),
        ("As a `lean` one, `tall` paints towers.", False),
    ],
)
def test_names_that_stand_beside_a_name_belong_to_it(claim: str, swapped: bool) -> None:
    text = "`tall` paints towers at `noon`. `lean` opens the gates at `dusk`."
    assert misattribution(read_claim(claim), [read_source(passage(1, text, title="Castle"))]) is swapped


@pytest.mark.parametrize(
    ("claim", "contrary"),
    [
        ("Towers can be moved by visitors.", True),
        ("Visitors cannot move towers.", False),
        ("A wall does not take 512 MB.", True),
        ("No, a wall takes 512 MB.", False),
    ],
)
def test_denials_must_agree(claim: str, contrary: bool) -> None:
    assert contradiction(read_claim(claim), _SOURCES) is contrary


def test_code_denies_and_states_nothing() -> None:
    sources = [read_source(passage(1, "```python\nkey = castle.open(gate)\n```\nA gate has no key.", title="Gates"))]
    assert not contradiction(read_claim("The gate of a castle doesn't open with a key."), sources)
    only_code = [read_source(passage(1, "```python\nkey = castle.open(gate)\n```", title="Gates"))]
    assert not contradiction(read_claim("The gate of a castle doesn't open with a key."), only_code)
