"""What is offered while somebody types is never more, nor longer, than Discord takes."""

from bot.choices import choices, choices_with


def test_names_with_what_was_typed_are_offered_in_their_order() -> None:
    offered = choices_with(" bl ", ["wiki", "Blog", "docs", "emblem"])
    assert [(each.name, each.value) for each in offered] == [("Blog", "Blog"), ("emblem", "emblem")]
    assert [each.value for each in choices_with("WI", ["wiki", "Blog"])] == ["wiki"]


def test_a_name_that_discord_does_not_take_is_left_out_since_it_would_stand_for_another() -> None:
    assert [each.value for each in choices_with("", ["a" * 101, "b" * 100])] == ["b" * 100]


def test_what_stands_for_something_else_is_cut() -> None:
    assert [(each.name, each.value) for each in choices([("a" * 101, "id")])] == [("a" * 100, "id")]


def test_no_more_are_offered_than_discord_takes() -> None:
    assert [each.value for each in choices_with("", map(str, range(30)))] == [str(number) for number in range(25)]
