"""Keeps the crawler off machines that are none of its business (server-side request forgery).

Names are checked where they are resolved, and the connection goes to the very addresses that passed, so that a name
can't point elsewhere a moment later (DNS rebinding). Literal addresses never reach a resolver and are checked before.
"""

from __future__ import annotations

import ipaddress
import socket

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from rag_core.errors import AddressRefused

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


def is_allowed(ip: str, *, allow_private: bool) -> bool:
    """Tell whether the crawler may connect to an IP address.

    Link-local addresses, where clouds serve their credentials, are refused in any case.
    """
    address = _unwrap(ipaddress.ip_address(ip.partition("%")[0]))
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    return allow_private or address.is_global


def _unwrap(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The IPv4 address inside an IPv6 one (mapped, 6to4, NAT64), else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def check_literal(url: URL, *, allow_private: bool) -> None:
    """Refuse a literal address that is not public.

    Raises:
        AddressRefused: it is not.
    """
    host = (url.host or "").strip("[]")
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return
    if not is_allowed(host, allow_private=allow_private):
        raise _refusal(host, host)


class GuardedResolver(AbstractResolver):
    """Resolves names as `inner` does, and refuses those that lead to an address that is not allowed."""

    def __init__(self, inner: AbstractResolver, *, allow_private: bool) -> None:
        self._inner = inner
        self._allow_private = allow_private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """As the inner resolver.

        Raises:
            AddressRefused: one of the addresses is not allowed; the others are not tried either.
        """
        results = await self._inner.resolve(host, port, family)
        for result in results:
            if not is_allowed(result["host"], allow_private=self._allow_private):
                raise _refusal(host, result["host"])
        return results

    async def close(self) -> None:
        """Close the inner resolver."""
        await self._inner.close()


def _refusal(host: str, ip: str) -> AddressRefused:
    return AddressRefused(f"{host} leads to {ip}, which is not a public address.")
