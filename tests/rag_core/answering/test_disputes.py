import pytest

from rag_core.answering.claim import read_claim
from rag_core.answering.contradictions import contradiction
from rag_core.answering.disputes import misattribution, wrong_number
from rag_core.answering.sources import Source, read_source
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
        ("If a storm removes more than 98 stones, a moat holds best.", True),
        ("Between 85 and 95%, take a fence.", False),
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


_WORKERS = read_source(
    passage(
        1,
        "| Worker | What is done | Take it when |\n|---|---|---|\n"
        "| Painter | covers walls with `lime` in spring | the walls are grey |\n"
        "| Old mason | mends cracks with `clay` by hand | the walls leak |\n\n"
        "- North opens the gates at the first light of dawn.\n- South opens them when the bell rings.\n\n"
        "| | Summer guard | Winter guard |\n|---|---|---|\n| Sleeps | in a tent by the moat | under the stairs |\n\n"
        "If the walls are not dry enough, call the `mason` first. A guard carries `lamp=5` at night.\n\n"
        "```\nopen(gates=7)\n```",
        title="Castle",
        path=("Staff",),
    )
)


@pytest.mark.parametrize(
    ("claim", "swapped"),
    [
        ("The painter covers walls in spring.", False),
        ("The painter mends cracks by hand.", True),
        ("North opens the gates at the first light of dawn.", False),
        ("South opens the gates at the first light of dawn.", True),
        ("The summer guard sleeps in a tent by the moat.", False),
        ("The winter guard sleeps in a tent by the moat.", True),
        ("The painter covers walls, and in spring the cracks are mended by hand.", True),
        ("Take the old mason with `clay`.", False),
        ("Take the old mason with `lime`.", True),
        ("If the walls are not dry enough, call the `mason` first.", False),
        ("If the walls are not dry enough, call the `painter` first.", True),
    ],
)
def test_rows_items_and_columns_own_what_they_say_without_a_name(claim: str, swapped: bool) -> None:
    assert misattribution(read_claim(claim), [_WORKERS]) is swapped


@pytest.mark.parametrize(("name", "swapped"), [("fire", False), ("wood", True)])
def test_one_name_does_not_stand_in_place_of_another_at_the_end(name: str, swapped: bool) -> None:
    text = "If the walls are not dry enough by noon, heat them with `fire`."
    claim = read_claim(text.replace("fire", name))
    assert misattribution(claim, [read_source(passage(1, text, title="Castle"))]) is swapped


@pytest.mark.parametrize(
    ("claim", "swapped"),
    [
        ("The recommended one is `flour` for `bread` dough and `sugar` for `cake` dough.", False),
        ("The recommended one is `sugar` for `bread` dough and `flour` for `cake` dough.", True),
        ("`bread` takes `flour`, `cake` takes `sugar`.", False),
    ],
)
def test_what_two_names_are_to_each_other_is_told_by_their_row(claim: str, swapped: bool) -> None:
    text = (
        "| Bake | From |\n|---|---|\n| `bread` | `flour` is the recommended one |\n"
        "| `cake` | `sugar` is the recommended one |\n| rolls | `flour` or `salt` |"
    )
    assert misattribution(read_claim(claim), [read_source(passage(1, text, title="Kitchen"))]) is swapped


@pytest.mark.parametrize(
    ("claim", "wrong"),
    [
        ("The search brings 7 results.", False),
        ("The search brings 9 results.", True),
        ("The search brings 7 lamps.", True),
        ("`ef` is 64 with a `limit` of 7.", False),
        ("`limit` is 64.", True),
    ],
)
def test_an_example_says_what_its_names_are(claim: str, wrong: bool) -> None:
    text = '`ef` and `limit` go together.\n\n```python\nsearch(\n    limit=7,\n    params={"ef": 64},\n)\n```'
    assert wrong_number(read_claim(claim), [read_source(passage(1, text, title="Search"))]) is wrong


@pytest.mark.parametrize(("claim", "wrong"), [("There are 7 gates.", False), ("There are 7 guards.", True)])
def test_a_number_in_an_example_says_something_of_its_line_only(claim: str, wrong: bool) -> None:
    assert wrong_number(read_claim(claim), [_WORKERS]) is wrong


_DAY = read_source(passage(1, "The gates stand open, and visitors pay at once.", title="Gates", path=("Day guard",)))
_NIGHT = read_source(
    passage(2, "This is the default. Lamps burn along the wall.", title="Gates", path=("Night guard",))
)


@pytest.mark.parametrize(
    ("claim", "cited", "swapped"),
    [
        ("With the day guard, visitors pay at once.", [_DAY], False),
        ("With the night guard, visitors pay at once.", [_DAY], True),
        ("The night guard has lamps that burn along the wall.", [_DAY, _NIGHT], False),
        ("The day guard has lamps that burn along the wall.", [_DAY, _NIGHT], True),
    ],
)
def test_a_passage_is_about_what_its_heading_names(claim: str, cited: list[Source], swapped: bool) -> None:
    assert misattribution(read_claim(claim), cited, [_DAY, _NIGHT]) is swapped


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        (
            "If this doesn't help, a deep moat is the better wall.",
            "If that does not help, the old stones fell down, and a deep moat is the better wall.",
        ),
        ("The old mason can't paint the grey walls.", "The old mason can't paint the grey walls, not even by night."),
        ("If you leave out a loose stone, mortar is kept.", "For a loose stone, mortar is kept when it falls."),
        ("Rain spoils nothing because walls stay dry.", "Walls stay dry, so rain spoils nothing."),
        (
            "If all gates are watched, then every visitor is seen, so no thief is missed.",
            "A thief can be missed by night.\n\nIf all gates are watched, every visitor is seen and nothing is missed.",
        ),
    ],
)
def test_what_is_denied_under_a_condition_or_twice_denies_nothing_else(claim: str, text: str) -> None:
    assert not contradiction(read_claim(claim), [read_source(passage(1, text, title="Castle"))])


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
