"""REST routes of channels: messages, reactions, typing and threads."""

from urllib.parse import unquote

from tests.wire.discord_server.buckets import Limit
from tests.wire.discord_server.errors import FormErrors, missing_permissions, unknown
from tests.wire.discord_server.hub import Answer, Call, Hub
from tests.wire.discord_server.limits import check_body, check_not_empty
from tests.wire.discord_server.model import FORUM, THREAD, Channel, Message
from tests.wire.discord_server.payloads import channel_json, tag_id
from tests.wire.discord_server.permissions import (
    ADD_REACTIONS,
    CREATE_PUBLIC_THREADS,
    MANAGE_MESSAGES,
    MANAGE_THREADS,
    READ_MESSAGE_HISTORY,
)
from tests.wire.discord_server.rest import Endpoint


def _channel(hub: Hub, call: Call) -> Answer:
    return 200, channel_json(hub.world.channel(call.params["channel_id"]), hub.world.bot)


def _edit_channel(hub: Hub, call: Call) -> Answer:
    """Only the tags of a post, so far."""
    post = hub.world.channel(call.params["channel_id"])
    hub.world.require(post, MANAGE_THREADS)
    if post.parent is not None:
        names = {tag_id(post.parent, name): name for name in post.parent.tags}
        post.tags = [names[str(number)] for number in call.body["applied_tags"]]
    hub.gateway.dispatch("THREAD_UPDATE", channel_json(post, hub.world.bot), post.guild)
    hub.signal.notify()
    return 200, channel_json(post, hub.world.bot)


def _typing(hub: Hub, call: Call) -> Answer:
    hub.world.require_send(hub.world.channel(call.params["channel_id"]))
    return 204, None


def _send(hub: Hub, call: Call) -> Answer:
    channel = hub.world.channel(call.params["channel_id"])
    hub.world.require_send(channel)
    reference = call.body.get("message_reference") or {}
    message = _written(hub, call, channel)
    if reference:
        known = hub.world.messages.get(int(reference["message_id"]))
        if known is None and reference.get("fail_if_not_exists", True):
            errors = FormErrors()
            errors.add(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
            errors.done()
        message.reference = known
    hub.publish(message)
    return 200, hub.json(message)


def _written(hub: Hub, call: Call, channel: Channel) -> Message:
    message = Message(channel, hub.world.bot)
    _fill(message, call)
    message.edited_at = None
    return message


def _fill(message: Message, call: Call) -> None:
    check_body(call.body, message.flags)
    message.edit({key: value for key, value in call.body.items() if key != "attachments"}, list(call.files))
    check_not_empty(message)


def _list(hub: Hub, call: Call) -> Answer:
    channel = hub.world.channel(call.params["channel_id"])
    hub.world.require(channel, READ_MESSAGE_HISTORY)
    before, after = int(call.query.get("before", 1 << 63)), int(call.query.get("after", 0))
    found = [item for item in hub.world.messages.values() if item.channel is channel and not item.ephemeral]
    found = sorted((item for item in found if after < item.id < before), key=lambda item: -item.id)
    return 200, [hub.json(item) for item in found[: int(call.query.get("limit", 50))]]


def _message(hub: Hub, call: Call) -> Message:
    return hub.world.message(hub.world.channel(call.params["channel_id"]), call.params["message_id"])


def _get(hub: Hub, call: Call) -> Answer:
    message = _message(hub, call)
    hub.world.require(message.channel, READ_MESSAGE_HISTORY)
    return 200, hub.json(message)


def _edit(hub: Hub, call: Call) -> Answer:
    message = _message(hub, call)
    if message.author is not hub.world.bot:
        raise missing_permissions()
    _fill(message, call)
    hub.republish(message)
    return 200, hub.json(message)


def _delete(hub: Hub, call: Call) -> Answer:
    message = _message(hub, call)
    if message.author is not hub.world.bot:
        hub.world.require(message.channel, MANAGE_MESSAGES)
    hub.delete(message)
    return 204, None


def _react(hub: Hub, call: Call) -> Answer:
    message = _message(hub, call)
    hub.world.require(message.channel, ADD_REACTIONS)
    message.reactions.append(unquote(call.params["emoji_name"]))
    hub.signal.notify()
    return 204, None


def _unreact(hub: Hub, call: Call) -> Answer:
    message = _message(hub, call)
    emoji = unquote(call.params["emoji_name"])
    if emoji not in message.reactions:
        raise unknown("Message")
    message.reactions.remove(emoji)
    hub.signal.notify()
    return 204, None


def _thread_of_message(hub: Hub, call: Call) -> Answer:
    message = _message(hub, call)
    thread = _open_thread(hub, message.channel, call)
    return 201, channel_json(thread, hub.world.bot)


def _thread_in_channel(hub: Hub, call: Call) -> Answer:
    parent = hub.world.channel(call.params["channel_id"])
    thread = _open_thread(hub, parent, call)
    body = channel_json(thread, hub.world.bot)
    if parent.type == FORUM:
        message = Message(thread, hub.world.bot)
        message.edit(call.body.get("message") or {}, list(call.files))
        check_not_empty(message)
        message.id = thread.id
        hub.publish(message)
        body["message"] = hub.json(message)
    return 201, body


def _open_thread(hub: Hub, parent: Channel, call: Call) -> Channel:
    hub.world.require(parent, CREATE_PUBLIC_THREADS)
    errors = FormErrors()
    errors.between(("name",), call.body.get("name") or "", 1, 100)
    errors.done()
    thread = Channel(call.body["name"], parent.guild, THREAD, parent, owner=hub.world.bot)
    if "message_id" in call.params:
        thread.id = int(call.params["message_id"])
    hub.world.channels[thread.id] = thread
    if parent.guild is not None:
        parent.guild.channels.append(thread)
    newly = channel_json(thread, hub.world.bot) | {"newly_created": True}
    hub.gateway.dispatch("THREAD_CREATE", newly, parent.guild)
    return thread


_MESSAGES = "/channels/{channel_id}/messages"
_REACTION = _MESSAGES + "/{message_id}/reactions/{emoji_name}/@me"

ENDPOINTS = [
    Endpoint("GET /channels/{channel_id}", _channel),
    Endpoint("PATCH /channels/{channel_id}", _edit_channel),
    Endpoint("POST /channels/{channel_id}/typing", _typing, Limit(5, 5.0)),
    Endpoint(f"POST {_MESSAGES}", _send, Limit(5, 5.0)),
    Endpoint(f"GET {_MESSAGES}", _list, Limit(5, 5.0)),
    Endpoint(f"GET {_MESSAGES}/{{message_id}}", _get, Limit(5, 5.0)),
    Endpoint(f"PATCH {_MESSAGES}/{{message_id}}", _edit, Limit(5, 5.0)),
    Endpoint(f"DELETE {_MESSAGES}/{{message_id}}", _delete, Limit(5, 1.0)),
    Endpoint(f"PUT {_REACTION}", _react, Limit(1, 0.25)),
    Endpoint(f"DELETE {_REACTION}", _unreact, Limit(1, 0.25)),
    Endpoint(f"POST {_MESSAGES}/{{message_id}}/threads", _thread_of_message),
    Endpoint("POST /channels/{channel_id}/threads", _thread_in_channel),
]
