from hypothesis import given
from hypothesis import strategies as st

from bot.asking._tables import MAX_WIDTH, is_table, render_table


def test_aligns_a_narrow_table() -> None:
    table = render_table(["| Parameter | Range |", "|:--|--:|", "| `M` | 2 to 2048 |", "| ef | a<br>b |"])
    assert table.aligned
    assert table.text.split("\n") == [
        "Parameter  Range",
        "─────────  ─────────",
        "M          2 to 2048",
        "ef         a b",
    ]


def test_lists_the_rows_of_a_wide_table() -> None:
    wide = "how many candidates are looked at while the graph is being built"
    table = render_table(["| Parameter | Meaning | Default |", "|---|---|---|", f"| `ef` | {wide} | 10 |"])
    assert not table.aligned
    assert table.text == f"- **`ef`**: {wide} · Default: 10"


def test_lists_or_aligns_rows_that_lost_their_header() -> None:
    assert render_table(["| M | 2 |", "| ef | 10 |"]).text == "M   2\nef  10"


def test_a_pipe_in_a_cell_stays() -> None:
    assert "a|b" in render_table(["| x | y |", "|---|---|", r"| a\|b | c |"]).text


def test_wide_characters_count_double() -> None:
    assert render_table(["| 名称 | n |", "|---|---|", "| ab | 1 |"]).text.endswith("ab    1")


def test_knows_a_table_from_prose() -> None:
    assert is_table(["a | b", "--|--"], 0)
    assert is_table(["| a | b |"], 0)
    assert not is_table(["a | b", "c"], 0)
    assert not is_table(["a", "---"], 0)


@given(st.lists(st.text("|-: ab`\\", max_size=12), min_size=1, max_size=8))
def test_takes_anything(lines: list[str]) -> None:
    table = render_table(lines)
    assert not table.aligned or all(len(line) <= MAX_WIDTH for line in table.text.split("\n"))
