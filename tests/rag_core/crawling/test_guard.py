"""Addresses that the crawler must not open."""

from __future__ import annotations

import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from rag_core.crawling._addresses import same_site
from rag_core.crawling._guard import GuardedResolver, check_literal, is_allowed
from rag_core.errors import AddressRefused

PRIVATE = ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.9.9", "100.64.0.1", "::1", "fc00::1", "::ffff:127.0.0.1"]
NEVER = ["169.254.169.254", "fe80::1%eth0", "0.0.0.0", "224.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe"]
PUBLIC = ["93.184.216.34", "2606:4700::1111"]


class ScriptedResolver(AbstractResolver):
    """Gives another answer each time, as a name does that is rebound between a check and a connection."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=ip, port=port, family=family, proto=0, flags=0)
            for ip in self._answers.pop(0)
        ]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("ip", PUBLIC)
def test_public_addresses_are_allowed(ip: str) -> None:
    assert is_allowed(ip, allow_private=False)


@pytest.mark.parametrize("ip", PRIVATE)
def test_private_addresses_are_allowed_to_a_local_source_only(ip: str) -> None:
    assert not is_allowed(ip, allow_private=False)
    assert is_allowed(ip, allow_private=True)


@pytest.mark.parametrize("ip", NEVER)
def test_link_local_addresses_are_never_allowed(ip: str) -> None:
    assert not is_allowed(ip, allow_private=True)


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://[::1]:8080/", "http://[::ffff:10.0.0.1]/"])
def test_literal_addresses_are_checked_without_a_resolver(url: str) -> None:
    with pytest.raises(AddressRefused, match="not a public address"):
        check_literal(URL(url), allow_private=False)
    check_literal(URL("http://docs.example.org"), allow_private=False)


async def test_one_private_answer_among_public_ones_is_refused() -> None:
    resolver = GuardedResolver(ScriptedResolver(["93.184.216.34", "127.0.0.1"]), allow_private=False)
    with pytest.raises(AddressRefused, match=r"docs\.example\.org leads to 127\.0\.0\.1"):
        await resolver.resolve("docs.example.org", 443)


async def test_a_rebound_name_is_refused_the_second_time() -> None:
    resolver = GuardedResolver(ScriptedResolver(["93.184.216.34"], ["192.168.0.1"]), allow_private=False)
    assert [result["host"] for result in await resolver.resolve("docs.example.org")] == ["93.184.216.34"]
    with pytest.raises(AddressRefused):
        await resolver.resolve("docs.example.org")


@pytest.mark.parametrize(
    ("url", "start", "same"),
    [
        ("https://www.example.org/docs", "https://example.org/docs", True),
        ("https://example.org/docs", "http://example.org/docs", True),
        ("http://example.org/docs", "https://example.org/docs", False),
        ("https://example.org:8443/docs", "https://example.org/docs", False),
        ("https://example.org.evil.example/docs", "https://example.org/docs", False),
        ("https://docs.example.org/docs", "https://example.org/docs", False),
    ],
)
def test_what_belongs_to_a_site(url: str, start: str, same: bool) -> None:
    assert same_site(URL(url), URL(start)) is same
