"""How well a curated answer is told from one that only sounds alike, with the real embedding model."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from rag_core.answering.curated import CuratedAnswers
from rag_core.answering.evidence import CALIBRATED_MODEL
from rag_core.indexing.sentence_transformer import SentenceTransformerEmbedder
from rag_core.records.curated import CuratedAnswer
from tests.fakes.curated import FakeCuratedBook
from tests.fakes.curated_index import FakeCuratedIndex
from tests.rag_core.records.samples import NOW

CASES = [json.loads(line) for line in (Path(__file__).parent / "curated.jsonl").read_text("utf-8").splitlines()]
HERE = 1


@dataclass(slots=True)
class _Counted:
    same: int = 0
    others: int = 0


@pytest.mark.real
async def test_paraphrases_are_recognised_and_near_misses_are_not(minilm_path: Path) -> None:
    """The figures of docs/discord.md: of 45 paraphrases and 45 questions that only sound alike."""
    embedder = SentenceTransformerEmbedder(minilm_path, name=CALIBRATED_MODEL)
    await embedder.start()
    book = FakeCuratedBook()
    for number, case in enumerate(CASES):
        await book.add(CuratedAnswer(str(number), HERE, case["question"], "So it is.", 2, 2, "own", NOW, NOW))
    curated, counted = CuratedAnswers(book, FakeCuratedIndex(), embedder, lambda _: ""), _Counted()
    for number, case in enumerate(CASES):
        for text in case["same"]:
            matches = await curated.search(HERE, text, 1)
            counted.same += any(match.fits and match.answer.id == str(number) for match in matches)
        for text in case["others"]:
            counted.others += any(match.fits for match in await curated.search(HERE, text, 3))
    await embedder.close()
    assert counted == _Counted(same=25, others=1)
