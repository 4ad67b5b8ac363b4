"""The server's REST API, tried with bare requests: Discord's limits, errors and rate limits."""

import asyncio
import json
from typing import Any

import pytest

from tests.wire.discord_server import FakeClock
from tests.wire.discord_server.commands import check_commands
from tests.wire.discord_server.errors import ApiError
from tests.wire.discord_server.openapi import DESCRIPTION
from tests.wire.discord_server.permissions import SEND_MESSAGES, VIEW_CHANNEL
from tests.wire.discord_server.routes_application import ENDPOINTS as APPLICATION
from tests.wire.discord_server.routes_channels import ENDPOINTS as CHANNELS
from tests.wire.discord_server.routes_interactions import ENDPOINTS as INTERACTIONS
from tests.wire.scene import OPTION, Scene

CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"


async def test_the_sixth_message_in_five_seconds_gets_429(scene: Scene) -> None:
    path = f"/channels/{scene.channel.id}/messages"
    answers = [await scene.call("POST", path, {"content": f"{number}"}) for number in range(6)]
    assert [status for status, _ in answers] == [200] * 5 + [429]
    assert answers[5][1]["retry_after"] <= 5
    assert [violation.rule for violation in scene.server.violations] == ["rate limit"]
    other = scene.server.add_text_channel(scene.guild, "other")
    assert (await scene.call("POST", f"/channels/{other.id}/messages", {"content": "own bucket"}))[0] == 200


async def test_three_seconds_to_acknowledge(scene: Scene, clock: FakeClock) -> None:
    _, callback, _ = await scene.bare_interaction()
    clock.advance(3.1)
    status, body = await scene.call("POST", callback, {"type": 5})
    assert (status, body["code"]) == (404, 10062)


async def test_who_waits_for_what_was_acknowledged_too_late_is_told_at_once(scene: Scene, clock: FakeClock) -> None:
    asked, callback, _ = await scene.bare_interaction()
    waiting = [asyncio.create_task(wait) for wait in (asked.acknowledged(), asked.finished(lambda message: True))]
    clock.advance(3.1)
    await scene.call("POST", callback, {"type": 5})
    for task in waiting:
        with pytest.raises(AssertionError, match=r"gave .* up: it was not acknowledged in time"):
            await task


async def test_answers_that_are_held_are_let_go_in_their_order(scene: Scene) -> None:
    scene.server.hold(CALLBACK)
    asked = [await scene.bare_interaction() for _ in range(3)]
    calls = []
    for interaction, callback, _ in asked:
        calls.append(asyncio.create_task(scene.call("POST", callback, {"type": 5})))
        await interaction.acknowledged()
    scene.server.let_one_go(CALLBACK)
    assert await calls[0] == (204, None)
    assert not any(call.done() for call in calls[1:])
    scene.server.release(CALLBACK)
    assert await asyncio.gather(*calls[1:]) == [(204, None)] * 2


async def test_a_token_lives_fifteen_minutes(scene: Scene, clock: FakeClock) -> None:
    _, callback, original = await scene.bare_interaction()
    await scene.call("POST", callback, {"type": 5})
    clock.advance(14 * 60)
    assert (await scene.call("PATCH", original, {"content": "x"}))[0] == 200
    clock.advance(61)
    status, body = await scene.call("PATCH", original, {"content": "y"})
    assert (status, body["code"]) == (401, 50027)


async def test_a_token_can_be_made_to_expire(scene: Scene) -> None:
    asked, callback, original = await scene.bare_interaction()
    await scene.call("POST", callback, {"type": 5})
    scene.server.expire(asked)
    assert (await scene.call("PATCH", original, {"content": "y"}))[1]["code"] == 50027


BUTTON = {"type": 2, "style": 1, "label": "x", "custom_id": "a"}
TOO_MUCH: list[tuple[dict[str, Any], str]] = [
    ({"content": "x" * 2001}, "content"),
    ({"embeds": [{"title": "x" * 257}]}, "embeds"),
    ({"embeds": [{"description": "x" * 4097}]}, "embeds"),
    ({"embeds": [{"fields": [{"name": "a", "value": "b"}] * 26}]}, "embeds"),
    ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds"),
    ({"content": "x", "components": [{"type": 1, "components": [BUTTON]}] * 6}, "components"),
    ({"content": "x", "components": [{"type": 1, "components": [BUTTON] * 6}]}, "components"),
    ({"content": "x", "components": [{"type": 1, "components": [BUTTON | {"label": "x" * 81}]}]}, "components"),
    ({"content": "x", "components": [{"type": 1, "components": [BUTTON | {"custom_id": "x" * 101}]}]}, "components"),
    ({"flags": 1 << 15, "content": "x", "components": [{"type": 10, "content": "x"}]}, "content"),
    ({"flags": 1 << 15, "components": [{"type": 10, "content": "x" * 4001}]}, "components"),
    ({"flags": 1 << 15, "components": [{"type": 10, "content": "x"}] * 41}, "components"),
]


@pytest.mark.parametrize(("body", "field"), TOO_MUCH)
async def test_what_is_over_discords_limits_is_refused(scene: Scene, body: dict[str, Any], field: str) -> None:
    status, answer = await scene.call("POST", f"/channels/{scene.channel.id}/messages", body)
    assert (status, answer["code"]) == (400, 50035)
    assert field in answer["errors"]
    assert scene.server.messages_in(scene.channel) == []


async def test_an_empty_message_is_refused_and_an_edit_to_it_undone(scene: Scene) -> None:
    status, body = await scene.call("POST", f"/channels/{scene.channel.id}/messages", {"content": " "})
    assert (status, body["code"]) == (400, 50006)
    asked, callback, original = await scene.bare_interaction()
    await scene.call("POST", callback, {"type": 4, "data": {"content": "kept"}})
    assert (await scene.call("PATCH", original, {"content": ""}))[1]["code"] == 50006
    assert asked.shown == "kept"


async def test_errors_of_channels_carry_discords_codes(scene: Scene) -> None:
    server, path = scene.server, f"/channels/{scene.channel.id}/messages"
    assert (await scene.call("PATCH", f"{path}/1", {"content": "x"}))[1]["code"] == 10008
    assert (await scene.call("GET", "/users/@me", token="wrong"))[0] == 401
    server.deny(scene.channel, SEND_MESSAGES)
    assert (await scene.call("POST", path, {"content": "x"}))[1]["code"] == 50013
    server.deny(scene.channel, VIEW_CHANNEL)
    assert (await scene.call("POST", path, {"content": "x"}))[1]["code"] == 50001
    server.delete_channel(scene.channel)
    assert (await scene.call("POST", path, {"content": "x"}))[1]["code"] == 10003


async def test_follow_ups_are_messages_of_their_own(scene: Scene) -> None:
    asked, callback, original = await scene.bare_interaction()
    hook = original.removesuffix("/messages/@original")
    await scene.call("POST", callback, {"type": 5})
    await scene.call("POST", hook, {"content": "takes the place of thinking"})
    _, second = await scene.call("POST", hook, {"content": "second", "flags": 64})
    await scene.call("PATCH", f"{hook}/messages/{second['id']}", {"content": "second, edited"})
    assert asked.shown == "takes the place of thinking"
    assert [message.text for message in asked.followups] == ["second, edited"]
    status, _ = await scene.call("GET", f"/channels/{scene.channel.id}/messages/{second['id']}")
    assert status == 404, "an ephemeral message is not in the channel"
    await scene.call("DELETE", original)
    assert (await scene.call("GET", original))[1]["code"] == 10008


COMMAND = {"name": "echo", "description": "x"}


@pytest.mark.parametrize(
    "body",
    [
        COMMAND | {"name": "Echo"},
        COMMAND | {"description": ""},
        COMMAND | {"description": "x" * 101},
        COMMAND | {"options": [{**OPTION, "required": False}, {**OPTION, "name": "b"}]},
        COMMAND | {"options": [{**OPTION, "max_length": 6001}]},
        COMMAND | {"type": 3},
        COMMAND | {"options": [{**OPTION, "name": f"o{n}"} for n in range(26)]},
    ],
)
def test_commands_that_discord_would_not_take(body: dict[str, Any]) -> None:
    with pytest.raises(ApiError, match="Invalid Form Body"):
        check_commands([body])


async def test_people_cannot_type_what_discords_client_would_not_send(scene: Scene) -> None:
    await scene.bare_interaction()
    with pytest.raises(AssertionError, match="to 6000 characters"):
        await scene.ask("x" * 6001)
    with pytest.raises(AssertionError, match="No command"):
        await scene.server.slash("nothing", user=scene.ada, channel=scene.channel)


async def test_an_unknown_route_is_a_violation(scene: Scene) -> None:
    assert (await scene.call("GET", "/no/such/thing"))[0] == 404
    assert [violation.rule for violation in scene.server.violations] == ["schema"]


@pytest.mark.shared
def test_every_route_is_in_discords_description() -> None:
    if not DESCRIPTION.exists():
        pytest.skip("Discord's description is not beside the checkout.")
    described = json.loads(DESCRIPTION.read_text("utf-8"))["paths"]
    for endpoint in [*APPLICATION, *CHANNELS, *INTERACTIONS]:
        method, template = endpoint.route.split(" ", 1)
        assert method.lower() in described.get(template, {}), endpoint.route


@pytest.mark.shared
async def test_requests_are_held_against_discords_description(scene: Scene) -> None:
    if not DESCRIPTION.exists():
        pytest.skip("Discord's description is not beside the checkout.")
    path = f"/channels/{scene.channel.id}/messages"
    await scene.call("POST", path, {"content": "fine", "embeds": None, "message_reference": None})
    assert scene.server.violations == []
    await scene.call("POST", path, {"content": "fine", "tts": "perhaps"})
    await scene.call("GET", path + "?page=2")
    assert ["tts" in item.detail or "page" in item.detail for item in scene.server.violations] == [True, True]
