import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag_core.answering.quantities import measures, possible_quantities, quantities


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("up to 64 MB", [("64", "megabyte")]),
        ("64MB and 3,072 bytes", [("64", "megabyte"), ("3072", "byte")]),
        ("200 million entities", [("200000000", "")]),
        ("2.5 million", [("2.5e+06", "")]),
        ("one million vectors, one byte, and one more", [("1000000", ""), ("1", "byte")]),
        ("a 32-bit float", [("32", "bit")]),
        ("below 90% of it", [("90", "percent")]),
        ("two pieces in 3.50 s", [("2", ""), ("3.5", "second")]),
        ("v2.6.2 and int8", []),
    ],
)
def test_numbers_come_with_what_they_count(text: str, found: list[tuple[str, str]]) -> None:
    assert [(each.value, each.unit) for each in quantities(text)] == found


@pytest.mark.parametrize(
    ("claim", "passage", "met"),
    [
        ("64 GB", "64 MB", False),
        ("64 MB", "64 MB", True),
        ("64", "64 MB", True),
        ("200 thousand", "200 million", False),
        ("ten million", "ten thousand", False),
        ("90 GB", "90%", False),
        ("16,384", "16384", True),
    ],
)
def test_a_unit_counts_where_both_have_one(claim: str, passage: str, met: bool) -> None:
    assert quantities(claim)[0].met_by(quantities(passage)[0]) is met


def test_a_passage_may_mean_two_numbers_by_one() -> None:
    assert {each.value for each in possible_quantities("[1,163]")} == {"1163", "1", "163"}


def test_spelled_units_count_without_a_number() -> None:
    assert measures("most bytes in a field, one bit") == {"byte", "bit"}


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    assert all(each.value for each in possible_quantities(text))
