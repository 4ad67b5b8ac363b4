import dataclasses
import importlib.util
import json
import re
from pathlib import Path

import pytest

from rag_core.evaluation.intervals import Figure
from rag_core.evaluation.questions import GoldenQuestion, load_questions
from rag_core.evaluation.report import report
from rag_core.evaluation.runner import Run, RunCitation, RunRow

CORPUS = Path(__file__).parents[4] / "shared" / "corpus"

QUESTIONS = [
    GoldenQuestion("q1", "answerable", "?", gold=("a.md",), facts=(("16",),), type="how-to"),
    GoldenQuestion("q2", "answerable", "?", gold=("b.md",), facts=(("x",), ("y",)), type="limits"),
    GoldenQuestion("q3", "answerable", "?", gold=("c.md",), type="limits"),
    GoldenQuestion("u1", "unanswerable", "?"),
]
RUN = Run(
    (
        RunRow(
            "q1",
            ("a.md", "z.md"),
            "answered",
            "It is 16 [1].",
            (RunCitation(1, "a.md", "u"), RunCitation(2, "z.md", "u")),
        ),
        RunRow("q2", ("z.md", "y.md", "b.md"), "quoted", "y", (RunCitation(1, "z.md", "u"),)),
        RunRow("u1", ("z.md",), "refused"),
    )
)


def test_figures_by_kind_and_type() -> None:
    made = report(QUESTIONS, RUN)
    answerable, unanswerable = made.kinds
    assert (answerable.name, answerable.questions) == ("answerable", 3)
    figures = {field.name: getattr(answerable, field.name) for field in dataclasses.fields(answerable)}
    means = {name: figure.mean for name, figure in figures.items() if isinstance(figure, Figure)}
    assert means == pytest.approx(
        {
            "hit_1": 1 / 3,
            "hit_2": 1 / 3,
            "hit_5": 2 / 3,
            "mrr_10": (1 + 1 / 3) / 3,
            "ndcg_10": (1 + 1 / 2) / 3,
            "answered": 1 / 3,
            "refused": 0,
            "facts": 3 / 4,
            "citations_on_gold": 1 / 2,
        }
    )
    assert unanswerable.hit_5 is None
    assert unanswerable.refused is not None
    assert unanswerable.refused.mean == 1
    assert [row.name for row in made.types] == ["how-to", "limits"]


def test_intervals_hold_the_mean_and_do_not_change_from_run_to_run() -> None:
    first, again = report(QUESTIONS, RUN), report(QUESTIONS, RUN)
    figure = first.kinds[0].hit_5
    assert figure is not None
    assert 0 <= figure.low < figure.mean < figure.high <= 1
    assert (figure.count, first) == (3, again)


def test_the_report_is_plain_data_and_a_table() -> None:
    made = report(QUESTIONS, RUN)
    assert json.loads(json.dumps(dataclasses.asdict(made)))["kinds"][0]["questions"] == 3
    lines = made.table().splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[0].split()[:2] == ["n", "hit@1"]
    assert lines[1].startswith("answerable")
    assert "0.67" in lines[1]


@pytest.mark.shared
@pytest.mark.skipif(not CORPUS.exists(), reason="needs the golden questions beside the checkout")
def test_figures_are_those_of_the_public_scorer(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    questions = load_questions(CORPUS / "eval_public.jsonl")
    run = Run(tuple(_some_row(number, question) for number, question in enumerate(questions)))
    run.write(tmp_path / "run.jsonl")
    spec = importlib.util.spec_from_file_location("score", CORPUS / "score.py")
    assert spec is not None
    assert spec.loader is not None
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    score.sys.argv = ["score.py", str(tmp_path / "run.jsonl")]
    score.main()
    told = capsys.readouterr().out
    for row in report(questions, run).kinds:
        if row.name != "unanswerable":
            line = next(line for line in told.splitlines() if line.startswith(row.name))
            figures = [row.hit_1, row.hit_2, row.hit_5, row.mrr_10, row.ndcg_10, row.answered, row.facts]
            expected = [float(value) for value in re.findall(r" (\d\.\d+)(?:,|$)", line)]
            values = [figure.mean for figure in (*figures, row.citations_on_gold) if figure is not None]
            assert values == pytest.approx(expected, abs=0.0006)


def _some_row(number: int, question: GoldenQuestion) -> RunRow:
    """A made-up outcome that differs from question to question."""
    others = tuple(f"other-{place}.md" for place in range(number % 7))
    outcome = ("answered", "quoted", "refused")[number % 3]
    terms = " ".join(term for fact in question.facts[: number % 2 + 1] for term in fact)
    cited = tuple(RunCitation(1, page, "u") for page in (*question.gold[:1], *others[:2]))
    return RunRow(question.id, (*others, *question.gold[:1]), outcome, terms, cited)  # type: ignore[arg-type]
