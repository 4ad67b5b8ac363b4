"""The door of the REST API: reads a request, records it, holds it against rules and limits, and answers."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from tests.wire.discord_server.buckets import Limit, RateLimited
from tests.wire.discord_server.errors import ApiError
from tests.wire.discord_server.hub import Answer, Call, Hub
from tests.wire.discord_server.journal import Recorded
from tests.wire.discord_server.model import Attachment
from tests.wire.discord_server.openapi import description

PREFIX = "/api/v10"

Handler = Callable[[Hub, Call], Answer]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One route of the API. `by_token` marks those whose path carries an interaction's token instead of the bot's."""

    route: str
    handler: Handler
    limit: Limit = field(default_factory=lambda: Limit(50, 1.0))
    by_token: bool = False


def add_endpoints(app: web.Application, hub: Hub, endpoints: list[Endpoint]) -> None:
    """Serve these routes under the API's prefix, the more literal first, and 404 for the rest of it."""
    for endpoint in endpoints:
        method, template = endpoint.route.split(" ", 1)
        app.router.add_route(method, PREFIX + template, _served(hub, endpoint))
    app.router.add_route("*", PREFIX + "/{rest:.*}", _served_unknown(hub))


def _served(hub: Hub, endpoint: Endpoint) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def serve(request: web.Request) -> web.Response:
        call = await _read(request, endpoint.route)
        hub.journal.arrived(call.recorded)
        (status, body), headers = _answer(hub, endpoint, call)
        await hub.answers(endpoint.route)
        hub.journal.answered(call.recorded, status, body)
        return _response(status, body, headers)

    return serve


def _served_unknown(hub: Hub) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def serve(request: web.Request) -> web.Response:
        call = await _read(request, f"{request.method} {request.path}")
        hub.journal.arrived(call.recorded)
        hub.journal.violation("schema", f"This server has no route {request.method} {request.path}.")
        hub.journal.answered(call.recorded, 404, None)
        return _response(404, {"message": "404: Not Found", "code": 0}, {})

    return serve


def _response(status: int, body: Any, headers: dict[str, str]) -> web.Response:
    """Discord names no charset; discord.py reads JSON only from this exact type."""
    if body is None:
        return web.Response(status=status, headers=headers)
    return web.Response(
        status=status, body=json.dumps(body).encode(), headers={"Content-Type": "application/json"} | headers
    )


def _answer(hub: Hub, endpoint: Endpoint, call: Call) -> tuple[Answer, dict[str, str]]:
    headers: dict[str, str] = {}
    try:
        if not endpoint.by_token:
            hub.check_bot_token(call.recorded)
        _hold_against_description(hub, call.recorded)
        limited = not endpoint.by_token
        headers = hub.buckets.take(endpoint.route, call.params, endpoint.limit, counts_globally=limited)
        return endpoint.handler(hub, call), headers
    except RateLimited as error:
        return (error.status, error.body()), error.headers()
    except ApiError as error:
        return (error.status, error.body()), headers


def _hold_against_description(hub: Hub, recorded: Recorded) -> None:
    discord = description()
    for problem in discord.problems(recorded) if discord else []:
        hub.journal.violation("schema", problem)


async def _read(request: web.Request, route: str) -> Call:
    body: Any = None
    files: list[Attachment] = []
    if request.content_type.startswith("multipart/"):
        body, files = await _read_multipart(request)
    elif request.can_read_body:
        body = json.loads(await request.text() or "null")
    recorded = Recorded(
        route=route,
        path=request.path,
        params=dict(request.match_info),
        query=dict(request.query),
        body=body,
        headers=dict(request.headers),
        files=tuple(file.filename for file in files),
    )
    return Call(recorded, tuple(files))


async def _read_multipart(request: web.Request) -> tuple[Any, list[Attachment]]:
    body: Any = None
    files: list[Attachment] = []
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader), "Discord takes no nested multipart bodies."
        data = await part.read(decode=True)
        if part.name == "payload_json":
            body = json.loads(data)
        else:
            kind = part.headers.get("Content-Type", "application/octet-stream")
            files.append(Attachment(part.filename or "unnamed", bytes(data), kind))
    return body, files
