"""Numbers that stand for people."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from rag_core.records.pseudonyms import Pseudonyms, kept_key

IDS = st.integers(1, 2**63 - 1)


@given(person=IDS, key=st.binary(min_size=1, max_size=64))
def test_a_number_fits_is_no_id_and_stays_the_same(person: int, key: bytes) -> None:
    number = Pseudonyms(key).hidden(person)
    assert -(2**63) <= number < 0
    assert Pseudonyms(key).hidden(person) == number == Pseudonyms(key).hidden(number)


@given(people=st.lists(IDS, min_size=2, max_size=50, unique=True))
def test_two_people_have_two_numbers_and_another_key_others(people: list[int]) -> None:
    ours, theirs = Pseudonyms(b"ours"), Pseudonyms(b"theirs")
    assert len({ours.hidden(person) for person in people}) == len(people)
    assert all(ours.hidden(person) != theirs.hidden(person) for person in people)


def test_nobody_stays_nobody() -> None:
    assert Pseudonyms(b"key", everybody=True).on_record(0) == 0


def test_people_are_named_on_record_unless_everybody_is_hidden() -> None:
    assert Pseudonyms(b"key").on_record(7) == 7
    hiding = Pseudonyms(b"key", everybody=True)
    assert hiding.on_record(7) == hiding.hidden(7) != 7
    assert hiding.all_of(7) == (7, hiding.hidden(7))
    assert hiding.all_of(hiding.hidden(7)) == (hiding.hidden(7),)


def test_a_key_is_made_once_and_for_us_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "hash.key"
    key = kept_key(path)
    assert len(key) == 32
    assert kept_key(path) == key
    assert path.stat().st_mode & 0o077 == 0
    assert [each.name for each in path.parent.iterdir()] == ["hash.key"]
    assert kept_key(tmp_path / "other" / "hash.key") != key
