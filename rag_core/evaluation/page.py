"""A run's figures as one HTML page that needs nothing else: no script, no font, no picture from elsewhere."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from typing import Final

from rag_core.evaluation import metrics
from rag_core.evaluation.comparison import Comparison, Difference, Shifted, shown
from rag_core.evaluation.intervals import Figure
from rag_core.evaluation.questions import GoldenQuestion
from rag_core.evaluation.report import COLUMNS, Report, Row
from rag_core.evaluation.runner import Run, RunRow

_STYLE: Final = """
:root { color-scheme: light dark; --line: #d9dde3; --soft: #5d6673; --bar: #bcd3f5; --good: #1a7f45; --bad: #c0392b; }
@media (prefers-color-scheme: dark) {
  :root { --line: #3a404a; --soft: #a3acb9; --bar: #2c4a76; --good: #57c785; --bad: #ff8a7a; }
}
body { font: 15px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.15rem; margin: 2.2rem 0 .5rem; }
p.soft, .soft { color: var(--soft); }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; white-space: nowrap; }
td.figure, th.figure { text-align: right; white-space: nowrap; }
td.inner { padding-left: 1.6rem; }
td small { color: var(--soft); display: block; }
.bar { display: block; height: 4px; margin-top: 2px; border-radius: 2px;
  background: linear-gradient(var(--bar), var(--bar)) left / var(--share) 100% no-repeat, var(--line); }
.good { color: var(--good); } .bad { color: var(--bad); }
summary { cursor: pointer; } details p { margin: .3rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
td.question { overflow-wrap: anywhere; min-width: 18rem; }
"""


def page(
    title: str,
    made_at: datetime,
    questions: Sequence[GoldenQuestion],
    run: Run,
    report: Report,
    comparison: Comparison | None = None,
) -> str:
    """The page: figures by kind and type, what changed where there is a comparison, and every question."""
    parts = [
        f"<h1>{escape(title)}</h1>",
        f'<p class="soft">{len(questions)} questions, {made_at:%Y-%m-%d %H:%M} UTC. Means with 95% intervals.</p>',
        "<h2>By kind and type</h2>",
        _figures(report),
    ]
    if comparison is not None:
        parts += _comparison(comparison)
    parts += ["<h2>Question by question</h2>", _questions(questions, run)]
    return _document(title, "\n".join(parts))


def _document(title: str, body: str) -> str:
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def _table(head: Sequence[str], rows: Iterable[str], *, words: int = 1) -> str:
    """A table whose first `words` columns hold words, and the others figures."""
    cells = "".join(
        f"<th>{escape(name)}</th>" if number < words else f'<th class="figure">{escape(name)}</th>'
        for number, name in enumerate(head)
    )
    body = "\n".join(rows)
    return f'<div class="wide"><table><thead><tr>{cells}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>'


def _figures(report: Report) -> str:
    rows = [_figures_row(row, "") for row in report.kinds] + [_figures_row(row, "inner") for row in report.types]
    return _table(("", "n", *COLUMNS), rows)


def _figures_row(row: Row, css: str) -> str:
    figures = "".join(f'<td class="figure">{_figure(figure)}</td>' for figure in row.figures)
    return f'<tr><td class="{css}">{escape(row.name)}</td><td class="figure">{row.questions}</td>{figures}</tr>'


def _figure(figure: Figure | None) -> str:
    if figure is None:
        return '<span class="soft">-</span>'
    bar = f'<span class="bar" style="--share:{figure.mean:.0%}"></span>'
    return f"{figure.mean:.2f}<small>{figure.low:.2f} to {figure.high:.2f}</small>{bar}"


def _comparison(comparison: Comparison) -> list[str]:
    head = ("", "before", "after", "difference", "95% interval", "better", "worse")
    return [
        f"<h2>Against the earlier run</h2><p class='soft'>{comparison.questions} questions are in both; differences "
        "are paired, question by question.</p>",
        _table(head, map(_difference, comparison.differences)),
        *_shifted("Worse", "bad", comparison.worse),
        *_shifted("Better", "good", comparison.better),
    ]


def _difference(difference: Difference) -> str:
    figure = difference.difference
    css = "good" if figure.low > 0 else "bad" if figure.high < 0 else ""
    cells = (
        f"{difference.before:.3f}",
        f"{difference.after:.3f}",
        f'<span class="{css}">{figure.mean:+.3f}</span>',
        f"{figure.low:+.3f} to {figure.high:+.3f}",
        f"{difference.better}",
        f"{difference.worse}",
    )
    figures = "".join(f'<td class="figure">{cell}</td>' for cell in cells)
    return f"<tr><td>{escape(difference.measure)}</td>{figures}</tr>"


def _shifted(name: str, css: str, questions: Sequence[Shifted]) -> list[str]:
    if not questions:
        return [f"<h2>{name}: none</h2>"]
    rows = (
        f"<tr><td>{escape(each.id)}</td><td class='question'>{escape(each.question)}</td>"
        f'<td class="{css}">{escape(shown(each.shifts))}</td></tr>'
        for each in questions
    )
    return [f"<h2>{name}: {len(questions)}</h2>", _table(("id", "question", "what changed"), rows, words=3)]


def _questions(questions: Sequence[GoldenQuestion], run: Run) -> str:
    rows = {row.id: row for row in run.rows}
    head = ("id", "kind", "question", "outcome", "place")
    return _table(head, (_question(each, rows.get(each.id)) for each in questions), words=4)


def _question(question: GoldenQuestion, row: RunRow | None) -> str:
    row = row or RunRow(question.id, (), "failed")
    right = row.outcome != "failed" and (row.outcome == "refused") == (question.kind == "unanswerable")
    rank = metrics.first_rank(row.pages, question.gold)
    place = "" if not question.gold else str(rank) if rank else "none"
    return (
        f"<tr><td>{escape(question.id)}</td><td>{escape(question.kind)}<small>{escape(question.type)}</small></td>"
        f"<td class='question'>{_details(question, row)}</td>"
        f'<td class="{"good" if right else "bad"}">{row.outcome}</td><td class="figure">{place}</td></tr>'
    )


def _details(question: GoldenQuestion, row: RunRow) -> str:
    """The question, which opens to its conversation, the answer and the pages."""
    lines = [*(f"<p class='soft'>before: {escape(turn)}</p>" for turn in question.earlier)]
    if row.answer:
        lines.append(f"<p>{escape(row.answer)}</p>")
    if question.gold:
        lines.append(f"<p class='soft'>gold: {escape(', '.join(question.gold))}</p>")
    lines.append(f"<p class='soft'>found: {escape(', '.join(row.pages[:10]) or 'nothing')}</p>")
    return f"<details><summary>{escape(question.question)}</summary>{''.join(lines)}</details>"
