"""Which curated answer fits a question, and its vectors kept in step with the database."""

from dataclasses import replace

import pytest

from rag_core.answering.answerer import Answerer
from rag_core.answering.curated import CuratedAnswers, shown_text
from rag_core.answering.model import Answer, Finished, Passage, Question
from rag_core.answering.retriever import Retriever
from rag_core.records.curated import Consent, CuratedAnswer
from tests.fakes.curated import FakeCuratedBook
from tests.fakes.curated_index import FakeCuratedIndex
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.engine import ScriptedEngine
from tests.fakes.passages import chunk, fill
from tests.fakes.store import FakeStore
from tests.rag_core.records.samples import NOW

HERE, THERE, BY = 1, 2, 3
ASKED = "When is the next office hour?"
ANSWER = CuratedAnswer("a", HERE, ASKED, "On Tuesdays.", BY, BY, "own", NOW, NOW)


class _World:
    def __init__(self) -> None:
        self.book, self.index, self.embedder = FakeCuratedBook(), FakeCuratedIndex(), FakeEmbedder()
        self.curated = self.started()

    def started(self, embedder: FakeEmbedder | None = None) -> CuratedAnswers:
        return CuratedAnswers(self.book, self.index, embedder or self.embedder, lambda answer: f"at {answer.id}")

    async def find(self, query: str = ASKED, community: int = HERE) -> Passage | None:
        return await self.curated.find(community, query, [await self.embedder.embed_query(query)])


async def test_what_asks_the_same_gets_the_moderators_words_and_where_they_stand() -> None:
    it = _World()
    await it.book.add(ANSWER)
    found = await it.find()
    assert found is not None
    assert (found.number, found.text, found.title, found.link) == (1, "On Tuesdays.", ASKED, "at a")
    assert found.curated
    assert await it.find("How do I drop a collection?") is None


async def test_another_community_gets_nothing_of_it() -> None:
    it = _World()
    await it.book.add(ANSWER)
    assert await it.find(community=THERE) is None
    await it.book.add(replace(ANSWER, id="b", guild_id=THERE, answer="On Fridays."))
    await it.curated.keep_up(replace(ANSWER, id="b", guild_id=THERE, answer="On Fridays."))
    for community, text in ((HERE, "On Tuesdays."), (THERE, "On Fridays.")):
        found = await it.find(community=community)
        assert found is not None
        assert found.text == text
    assert [each.answer.id for each in await it.curated.search(THERE, ASKED, 5)] == ["b"]


@pytest.mark.parametrize("consent", ["asked", "refused"])
async def test_nothing_is_used_before_its_author_consents(consent: Consent) -> None:
    it = _World()
    await it.book.add(replace(ANSWER, consent=consent))
    assert await it.find() is None
    given = await it.book.decide(HERE, "a", "given", BY)
    assert given is not None
    await it.curated.keep_up(given)
    assert await it.find() is not None


async def test_what_milvus_holds_is_not_shown_once_the_database_says_otherwise() -> None:
    it = _World()
    await it.book.add(ANSWER)
    assert await it.find() is not None
    await it.book.decide(HERE, "a", "refused", BY)
    assert await it.find() is None
    await it.book.remove(HERE, "a", BY)
    assert await it.find() is None


async def test_an_edited_answer_is_found_by_its_new_question_alone() -> None:
    it = _World()
    await it.book.add(ANSWER)
    assert await it.find() is not None
    edited = await it.book.edit(HERE, "a", "Where is the nightly image?", "On the hub.", BY)
    assert edited is not None
    assert await it.curated.keep_up(edited)
    assert await it.find() is None
    assert await it.find("Where is the nightly image?") is not None


async def test_a_name_or_number_that_the_answer_lacks_keeps_it_away() -> None:
    it = _World()
    text = "How do I move all of my old collections and their indexes from version 2.3 to version 2.5?"
    await it.book.add(replace(ANSWER, question=text, answer="Use the backup tool."))
    assert await it.find(text) is not None
    (near,) = await it.curated.search(HERE, text.replace("2.5", "2.6"), 5)
    assert near.cosine > 0.9
    assert not near.fits


async def test_lost_vectors_are_made_again_from_the_database() -> None:
    it = _World()
    await it.book.add(ANSWER)
    assert await it.find() is not None
    it.index.lose()
    assert await it.find() is not None
    assert await it.index.held() != {}


async def test_another_embedding_model_embeds_everything_anew_and_a_restart_nothing() -> None:
    it = _World()
    await it.book.add(ANSWER)
    assert await it.find() is not None
    embedded = len(it.embedder.embedded)
    it.curated = it.started()
    assert await it.find() is not None
    assert len(it.embedder.embedded) == embedded
    it.embedder = FakeEmbedder(model="other", dimension=32)
    it.curated = it.started()
    assert await it.find() is not None
    assert it.embedder.embedded == [ASKED]


async def test_without_milvus_there_is_none_and_what_was_saved_meanwhile_is_found_later() -> None:
    it = _World()
    it.index.available = False
    await it.book.add(ANSWER)
    assert not await it.curated.keep_up(ANSWER)
    await it.curated.forget("x")
    assert await it.find() is None
    it.index.available = True
    assert await it.find() is not None


async def _answered(it: _World, text: str, community: int | None) -> Answer:
    store = FakeStore()
    await fill(store, it.embedder, chunk("hours", 0, f"{ASKED} The documentation says nothing of office hours."))
    retriever = Retriever(store, it.embedder, curated=it.curated)

    async def no_index() -> None:
        return None

    answerer = Answerer(retriever, ScriptedEngine("Written. [1]"), no_index)
    question = Question("0" * 32, text, community_id=community)
    events = [event async for event in answerer.answer(question)]
    last = events[-1]
    assert isinstance(last, Finished)
    return last.answer


async def test_it_is_the_answer_cited_first_and_the_engine_is_not_asked() -> None:
    it = _World()
    await it.book.add(ANSWER)
    answer = await _answered(it, ASKED, HERE)
    assert (answer.outcome, answer.text, answer.model) == ("answered", "On Tuesdays. [1]", "")
    assert [(each.number, each.heading, each.link) for each in answer.citations] == [(1, ASKED, "at a")]
    assert [passage.number for passage in answer.passages] == list(range(1, len(answer.passages) + 1))
    assert len(answer.passages) > 1
    for community in (THERE, None):
        assert not any(passage.curated for passage in (await _answered(it, ASKED, community)).passages)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Yes.", "Yes. [1]"),
        ("Run\n```\nmake\n```", "Run\n```\nmake\n```\n[1]"),
        ("As in [1].", "As in [1]."),
    ],
)
async def test_it_cites_itself_where_a_mark_can_stand(text: str, shown: str) -> None:
    it = _World()
    await it.book.add(replace(ANSWER, answer=text))
    found = await it.find()
    assert found is not None
    assert shown_text(found) == shown
