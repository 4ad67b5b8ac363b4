"""The one door to the network, against a server on loopback that misbehaves."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from yarl import URL

from rag_core.crawling._door import Door, Limits
from rag_core.crawling._robots import Rules
from rag_core.errors import AddressRefused, FetchFailed, PageUnreadable

CONTACT = "https://bot.example.org/about"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Peer:
    """A server whose only handler is the test's, and a door that leads to it."""

    url: str
    door: Door
    requests: list[web.Request] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)


@asynccontextmanager
async def peer(handler: Handler, limits: Limits | None = None, *, allow_private: bool = True) -> AsyncIterator[Peer]:
    requests: list[web.Request] = []
    slept: list[float] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        requests.append(request)
        return await handler(request)

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    door = Door(URL(url), CONTACT, limits or Limits(rate=1000), allow_private=allow_private, sleep=sleep)
    try:
        async with door:
            yield Peer(url, door, requests, slept)
    finally:
        await runner.cleanup()


def always(status: int, body: str = "", **headers: str) -> Handler:
    async def answer(request: web.Request) -> web.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, text=body, headers=named)

    return answer


def in_turn(*handlers: Handler) -> Handler:
    waiting = list(handlers)

    async def answer(request: web.Request) -> web.StreamResponse:
        return await (waiting.pop(0) if len(waiting) > 1 else waiting[0])(request)

    return answer


async def test_a_request_says_who_asks_and_in_which_language() -> None:
    async with peer(always(200, "hello", ETag='"1"')) as found:
        reply = await found.door.get(f"{found.url}/a", language="zh", etag='"0"', last_modified="yesterday")
    headers = found.requests[0].headers
    assert headers["User-Agent"] == f"MilvusSupportBot/1.0 (+{CONTACT})"
    assert (headers["Accept-Language"], headers["If-None-Match"]) == ("zh", '"0"')
    assert headers["If-Modified-Since"] == "yesterday"
    assert (reply.status, reply.text, reply.etag) == (200, "hello", '"1"')


async def test_the_name_has_none_of_the_words_that_the_site_refuses() -> None:
    async with peer(always(200)) as found:
        await found.door.get(found.url)
    agent = found.requests[0].headers["User-Agent"].lower()
    refused = ["headlesschrome", "go-http-client", "node-fetch", "curl", "wget", "python", "axios", "java", "php"]
    refused += ["ruby", "httpclient"]
    assert not [word for word in refused if word in agent]


async def test_a_cookie_check_is_passed_by_keeping_the_cookie() -> None:
    async def challenge(request: web.Request) -> web.Response:
        if "seen" in request.cookies:
            return web.Response(text="welcome")
        response = web.Response(status=302, headers={"Location": request.path_qs})
        response.set_cookie("seen", "1")
        return response

    async with peer(challenge) as found:
        assert (await found.door.get(f"{found.url}/docs")).text == "welcome"
        assert (await found.door.get(f"{found.url}/docs/a.md")).text == "welcome"
    assert len(found.requests) == 3


async def test_a_redirect_elsewhere_on_the_site_is_told_not_followed() -> None:
    async with peer(always(301, Location="/docs/new.md")) as found:
        reply = await found.door.get(f"{found.url}/docs/old.md")
    assert (reply.status, reply.location) == (301, f"{found.url}/docs/new.md")
    assert len(found.requests) == 1


async def test_redirects_that_never_end_are_left() -> None:
    async def loop(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "/a" if request.query else "/a?again=1"})

    async with peer(loop) as found:
        with pytest.raises(FetchFailed, match="loop"):
            await found.door.get(f"{found.url}/a")
    assert len(found.requests) == 5


@pytest.mark.parametrize(
    "target",
    ["http://169.254.169.254/latest/meta-data", "http://127.0.0.1:1/", "https://elsewhere.example.org/", "file:///etc"],
)
async def test_a_redirect_off_the_site_is_refused_unopened(target: str) -> None:
    async with peer(always(302, Location=target)) as found:
        with pytest.raises(AddressRefused, match="outside of"):
            await found.door.follow(f"{found.url}/docs")
    assert len(found.requests) == 1


async def test_a_local_site_is_refused_unless_it_was_asked_for() -> None:
    async with peer(always(200), allow_private=False) as found:
        with pytest.raises(AddressRefused, match="not a public address"):
            await found.door.get(found.url)
    assert found.requests == []


async def test_a_name_that_leads_to_this_machine_is_refused() -> None:
    async with (
        peer(always(200)) as found,
        Door(URL("http://localhost"), CONTACT, Limits(), allow_private=False) as door,
    ):
        with pytest.raises(AddressRefused, match="localhost leads to"):
            await door.get("http://localhost/")
    assert found.requests == []


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_a_passing_failure_is_tried_again(status: int) -> None:
    async with peer(in_turn(always(status), always(200, "there"))) as found:
        assert (await found.door.get(found.url)).text == "there"
    assert len(found.requests) == 2


async def test_the_server_says_how_long_to_wait() -> None:
    async with peer(in_turn(always(503, Retry_After="7"), always(200))) as found:
        await found.door.get(found.url)
    assert found.slept == [7.0]


async def test_a_wait_beyond_patience_ends_the_tries() -> None:
    async with peer(always(429, Retry_After="86400")) as found:
        with pytest.raises(FetchFailed, match="come back in 86400 s") as caught:
            await found.door.get(found.url)
    assert (caught.value.status, found.slept, len(found.requests)) == (429, [], 1)


async def test_a_lasting_failure_ends_with_its_status() -> None:
    async with peer(always(502)) as found:
        with pytest.raises(FetchFailed, match="answered 502") as caught:
            await found.door.get(found.url)
    assert caught.value.status == 502
    assert len(found.requests) == Limits().tries


async def test_a_clear_no_is_not_asked_again() -> None:
    async with peer(always(403)) as found:
        with pytest.raises(FetchFailed, match="answered 403"):
            await found.door.get(found.url)
    assert len(found.requests) == 1


async def test_a_silent_server_is_given_up() -> None:
    async def hang(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async with peer(hang, Limits(rate=1000, timeout=0.5, tries=2)) as found:
        with pytest.raises(FetchFailed, match=r"did not answer within 0\.5 s"):
            await found.door.get(found.url)
    assert len(found.requests) == 2


async def test_nobody_at_home_is_a_failed_fetch() -> None:
    async with peer(always(200)) as gone:
        pass
    async with Door(URL(gone.url), CONTACT, Limits(tries=1), allow_private=True) as door:
        with pytest.raises(FetchFailed, match="could not be read"):
            await door.get(gone.url)


async def test_a_body_that_unpacks_without_end_is_left() -> None:
    async def bomb(request: web.Request) -> web.Response:
        return web.Response(body=gzip.compress(bytes(5_000_000)), headers={"Content-Encoding": "gzip"})

    async with peer(bomb, Limits(rate=1000, max_bytes=100_000)) as found:
        with pytest.raises(PageUnreadable, match="larger than 100000 bytes"):
            await found.door.get(found.url)
    assert len(found.requests) == 1


async def test_what_robots_txt_forbids_is_not_opened() -> None:
    async with peer(always(200)) as found:
        found.door.obey(Rules.read("User-agent: *\nDisallow: /private\n"))
        with pytest.raises(AddressRefused, match=r"robots\.txt forbids"):
            await found.door.get(f"{found.url}/private/a.md")
        assert (await found.door.get(f"{found.url}/open.md")).status == 200
    assert [request.path for request in found.requests] == ["/open.md"]


def test_the_rules_for_this_bot_win_over_those_for_all() -> None:
    rules = Rules.read("User-agent: *\nDisallow: /\n\nUser-agent: MilvusSupportBot\nAllow: /\nCrawl-delay: 2.5\n")
    assert rules.allow("https://docs.example.org/docs/a.md")
    assert rules.delay == 2.5


def test_no_rules_allow_everything() -> None:
    assert Rules.read("").allow("https://docs.example.org/docs/a.md")
    assert Rules.read("<html>not a robots.txt</html>").delay == 0.0
