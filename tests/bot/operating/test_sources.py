"""`/admin sources`: what may be added, what the operator sees, and what is on record."""

import json

import pytest

from bot.operating._rendering import sources
from bot.texts import ENGLISH
from rag_core.errors import CrawlError
from rag_core.indexing.ledger import PageState
from rag_core.records.operating import AddedSource
from tests.bot.operating.operated import operated
from tests.bot.scene import Scene, said
from tests.fakes.operations import DOCS, NOON, a_generation
from tests.fakes.source import FakeSource, make_page

TEXTS = ENGLISH.operating
BLOG = "https://blog.example.org/posts"


async def _add(it: Scene, name: str = "blog", address: str = BLOG) -> str:
    seen = await it.operator.slash(it.here.channel, "admin sources add", name=name, address=address)
    assert seen.ephemeral
    return said(seen)


def _open_for_all(it: Scene, address: str = BLOG, *page_ids: str) -> FakeSource:
    """A public website, as far as the bot can tell."""
    pages = [make_page(page_id, base_url=address) for page_id in page_ids or ("post.md",)]
    site = it.operations.websites[address] = FakeSource(pages, name=address)
    return site


async def test_a_source_is_added_after_a_look_at_it_and_on_record() -> None:
    async with operated() as it:
        site = _open_for_all(it)
        assert (await _add(it)).split("\n") == [
            "### Sources",
            TEXTS.source_added.format(name="`blog`"),
            f"-# {TEXTS.source_next}",
        ]
        assert len(site.crawls) == 1
        assert [(each.name, each.address) for each in await it.records.operating.sources()] == [("blog", BLOG)]
        ((actor, action, subject, before, after),) = it.shared_changes()
        assert (actor, action, subject, before) == (it.operator.id, "sources add", "blog", "")
        assert json.loads(after)["address"] == BLOG
        assert it.changes() == []


async def _refused(it: Scene, sentence: str, name: str = "blog", address: str = BLOG) -> None:
    known, changes = await it.records.operating.sources(), it.shared_changes()
    assert await _add(it, name, address) == sentence
    assert await it.records.operating.sources() == known
    assert it.shared_changes() == changes


@pytest.mark.parametrize("name", ["Blog", "my blog", "9lives", "a/b", "a" * 33])
async def test_a_name_is_short_and_plain(name: str) -> None:
    async with operated() as it:
        _open_for_all(it)
        await _refused(it, TEXTS.bad_name.format(name=name), name)


@pytest.mark.parametrize("address", ["blog", "/etc", "file:///etc/passwd", "ftp://host/docs", "https://a:b@host/docs"])
async def test_only_web_addresses_are_taken(address: str) -> None:
    async with operated() as it:
        await _refused(it, TEXTS.bad_address, address=address)


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/docs",
        "http://localhost/docs",
        "http://[::1]/docs",
        "http://[::ffff:127.0.0.1]/docs",
        "http://10.1.2.3/docs",
        "http://192.168.1.1/docs",
        "http://169.254.169.254/latest",
        "http://0.0.0.0/docs",
    ],
)
async def test_what_leads_to_a_machine_that_is_not_public_is_refused(address: str) -> None:
    async with operated() as it:
        await _refused(it, TEXTS.private_address, address=address)


@pytest.mark.parametrize(
    "address", [DOCS, f"{DOCS}/deeper", "https://docs.example.org", "https://www.docs.example.org/docs/"]
)
async def test_what_is_indexed_already_is_not_added_again(address: str) -> None:
    async with operated() as it:
        await _refused(it, TEXTS.overlaps.format(name=f"`{DOCS}`"), address=address)


async def test_one_added_source_does_not_hold_another() -> None:
    async with operated() as it:
        _open_for_all(it)
        _open_for_all(it, "https://blog.example.org")
        await _add(it)
        await _refused(it, TEXTS.overlaps.format(name="`blog`"), "other", "https://blog.example.org")


async def test_a_name_is_given_once() -> None:
    async with operated() as it:
        _open_for_all(it)
        _open_for_all(it, "https://wiki.example.org/w")
        await _add(it)
        await _refused(it, TEXTS.name_taken.format(name="`blog`"), "blog", "https://wiki.example.org/w")


async def test_what_can_not_be_read_or_has_no_page_is_refused_with_the_reason() -> None:
    async with operated() as it:
        site = _open_for_all(it)
        site.error = CrawlError("The start page answered 404.")
        await _refused(it, TEXTS.unreadable.format(reason="The start page answered 404."))
        site.error = None
        site.failing[f"{BLOG}/post.md"] = "It is no web page."
        await _refused(it, TEXTS.unreadable.format(reason="It is no web page."))
        site.failing.clear()
        site.pages.clear()
        await _refused(it, TEXTS.no_page)


async def test_a_source_is_removed_and_on_record() -> None:
    async with operated() as it:
        _open_for_all(it)
        await _add(it)
        offered = await it.operator.autocomplete(it.here.channel, "admin sources remove", "name", "bl")
        assert [choice["value"] for choice in offered] == ["blog"]
        offered = await it.here.moderator.autocomplete(it.here.channel, "admin sources remove", "name", "bl")
        assert offered == []
        seen = await it.operator.slash(it.here.channel, "admin sources remove", name="blog")
        assert seen.ephemeral
        assert said(seen).split("\n")[1:] == [
            TEXTS.source_removed.format(name="`blog`"),
            f"-# {TEXTS.source_removed_next}",
        ]
        assert list(await it.records.operating.sources()) == []
        actor, action, subject, before, after = it.shared_changes()[-1]
        assert (actor, action, subject, after) == (it.operator.id, "sources remove", "blog", "")
        assert json.loads(before)["address"] == BLOG


async def test_what_was_never_added_is_not_removed() -> None:
    async with operated() as it:
        seen = said(await it.operator.slash(it.here.channel, "admin sources remove", name="wiki"))
        assert seen == TEXTS.unknown_source.format(name="`wiki`")
        assert it.shared_changes() == []


async def test_the_list_has_every_source_with_its_pages() -> None:
    async with operated() as it:
        _open_for_all(it)
        await _add(it)
        await it.operations.store.create(a_generation("g1", NOON))
        await it.operations.store.activate("g1")
        keys = ["en/v3.0.x/a.md", "en/v3.0.x/b.md", "en/latest/blog/a.md"]
        await it.operations.ledger.save_pages("g1", [PageState(key, key, "", "") for key in keys])
        seen = await it.operator.slash(it.here.channel, "admin sources list")
        assert seen.ephemeral
        added = int(it.records.audit.now.timestamp())
        assert said(seen).split("\n") == [
            "### Sources",
            f"`{DOCS}`",
            f"{TEXTS.configured} · 2 pages",
            f"**blog**  `{BLOG}`",
            f"<@{it.operator.id}> · <t:{added}:d> · 1 pages",
        ]


async def test_who_added_a_source_is_not_mentioned_where_only_a_number_stands_for_them() -> None:
    added = AddedSource("blog", BLOG, added_by=-5, at=NOON)
    (panel,) = sources(DOCS, [added], {}, ENGLISH)
    assert f"\n{ENGLISH.general.hidden_person} · " in panel.sections[0]
    assert "<@" not in panel.sections[0]


async def test_the_list_is_there_while_the_index_is_away() -> None:
    async with operated() as it:
        it.operations.store.available = False
        assert f"{TEXTS.configured} · 0 pages" in said(await it.operator.slash(it.here.channel, "admin sources list"))
