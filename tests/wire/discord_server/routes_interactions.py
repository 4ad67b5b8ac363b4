"""REST routes of interactions: the callback, the answer's message and follow-ups."""

from tests.wire.discord_server.buckets import Limit
from tests.wire.discord_server.errors import FormErrors, unknown
from tests.wire.discord_server.hub import Answer, Call, Hub
from tests.wire.discord_server.interactions import (
    AUTOCOMPLETE,
    CHOICES,
    COMPONENT,
    DEFERRED_MESSAGE,
    DEFERRED_UPDATE,
    FORM,
    MESSAGE,
    MODAL,
    UPDATE,
    Interaction,
)
from tests.wire.discord_server.limits import check_body, check_modal, check_not_empty
from tests.wire.discord_server.model import EPHEMERAL, LOADING, Json, Message
from tests.wire.discord_server.rest import Endpoint

_WRITTEN_BY_BOT = EPHEMERAL | 1 << 2 | 1 << 12 | 1 << 15
"""The flags that a request may set: ephemeral, no link previews, silent, components v2."""


def _callback(hub: Hub, call: Call) -> Answer:
    interaction = hub.interactions.get(call.params["interaction_token"])
    if interaction is None or str(interaction.id) != call.params["interaction_id"]:
        raise unknown("interaction")
    kind = int(call.body["type"])
    _check_kind(interaction, kind)
    _check_data(interaction, kind, call)
    interaction.acknowledge(kind)
    _carry_out(hub, interaction, kind, call)
    hub.signal.notify()
    if call.query.get("with_response") in {"1", "true"}:
        return 200, _callback_json(hub, interaction, kind)
    return 204, None


def _check_kind(interaction: Interaction, kind: int) -> None:
    allowed = {MESSAGE, DEFERRED_MESSAGE, FORM}
    if interaction.kind == AUTOCOMPLETE:
        allowed = {CHOICES}
    elif interaction.kind == COMPONENT:
        allowed |= {DEFERRED_UPDATE, UPDATE}
    elif interaction.kind == MODAL:
        allowed = {MESSAGE, DEFERRED_MESSAGE} | ({DEFERRED_UPDATE, UPDATE} if interaction.source else set())
    if kind not in allowed:
        errors = FormErrors()
        errors.add(("type",), "BASE_TYPE_CHOICES", f"Value must be one of {sorted(allowed)}.")
        errors.done()


def _check_data(interaction: Interaction, kind: int, call: Call) -> None:
    data: Json = call.body.get("data") or {}
    if kind == FORM:
        check_modal(data)
    elif kind in {MESSAGE, UPDATE}:
        check_body(data, interaction.source.flags if kind == UPDATE and interaction.source else 0)
        if kind == MESSAGE:
            shown = Message(interaction.channel, interaction.user)
            shown.edit(_editable(data), list(call.files))
            check_not_empty(shown)


def _carry_out(hub: Hub, interaction: Interaction, kind: int, call: Call) -> None:
    data: Json = call.body.get("data") or {}
    if kind == FORM:
        interaction.form = data
    elif kind == CHOICES:
        interaction.choices = data.get("choices") or []
    elif kind in {DEFERRED_UPDATE, UPDATE}:
        interaction.message = interaction.source
        if kind == UPDATE and interaction.source is not None:
            _apply(hub, interaction, interaction.source, call, data)
    else:
        message = _new_message(hub, interaction, data)
        interaction.message = message
        message.flags |= LOADING if kind == DEFERRED_MESSAGE else 0
        if kind == MESSAGE:
            message.edit(_editable(data), list(call.files))
            message.edited_at = None
            interaction.wrote(message)
        hub.publish(message)


def _callback_json(hub: Hub, interaction: Interaction, kind: int) -> Json:
    body: Json = {"id": str(interaction.id), "type": interaction.kind}
    answer: Json = {"interaction": body}
    if interaction.message is not None:
        body["response_message_id"] = str(interaction.message.id)
        body["response_message_loading"] = interaction.message.loading
        body["response_message_ephemeral"] = interaction.message.ephemeral
        answer["resource"] = {"type": kind, "message": hub.json(interaction.message)}
    return answer


def _new_message(hub: Hub, interaction: Interaction, data: Json) -> Message:
    return Message(
        interaction.channel,
        hub.world.bot,
        flags=(data.get("flags") or 0) & _WRITTEN_BY_BOT,
        webhook_id=hub.application_id,
        interaction=interaction.metadata(),
    )


def _editable(data: Json) -> Json:
    """The fields that an edit may set; new files are announced under "attachments" too."""
    return {key: value for key, value in data.items() if key not in {"flags", "attachments"}}


def _apply(hub: Hub, interaction: Interaction, message: Message, call: Call, data: Json) -> None:
    """Edit a message, all or nothing."""
    check_body(data, message.flags)
    before = (message.content, message.embeds, message.components, message.attachments, message.flags)
    message.edit(data | {"flags": (data.get("flags") or 0) & _WRITTEN_BY_BOT & ~EPHEMERAL}, list(call.files))
    message.flags &= ~LOADING
    try:
        check_not_empty(message)
    except Exception:
        message.content, message.embeds, message.components, message.attachments, message.flags = before
        raise
    if message is interaction.message:
        interaction.wrote(message)
    hub.republish(message)


def _token_holder(hub: Hub, call: Call) -> Interaction:
    interaction = hub.interaction(call.params["webhook_token"])
    if call.params["webhook_id"] != str(hub.application_id):
        raise unknown("Webhook")
    interaction.check_token()
    return interaction


def _addressed(hub: Hub, interaction: Interaction, call: Call) -> Message:
    """The message that the path names: "@original" (no id in the path) or one that this token made.

    Raises:
        ApiError: 10008; 10003 once its channel is gone.
    """
    if interaction.channel.id not in hub.world.channels:
        raise unknown("Channel")
    number = call.params.get("message_id")
    mine = [message for message in (interaction.message, *interaction.followups) if message is not None]
    for message in mine if number else mine[:1] if interaction.message else []:
        if message.id in hub.world.messages and (number is None or number == str(message.id)):
            return message
    raise unknown("Message")


def _get(hub: Hub, call: Call) -> Answer:
    return 200, hub.json(_addressed(hub, _token_holder(hub, call), call))


def _edit(hub: Hub, call: Call) -> Answer:
    interaction = _token_holder(hub, call)
    message = _addressed(hub, interaction, call)
    _apply(hub, interaction, message, call, call.body)
    return 200, hub.json(message)


def _delete(hub: Hub, call: Call) -> Answer:
    hub.delete(_addressed(hub, _token_holder(hub, call), call))
    return 204, None


def _follow_up(hub: Hub, call: Call) -> Answer:
    """A new message; the first one after a deferral takes the place of "thinking", as on Discord."""
    interaction = _token_holder(hub, call)
    if interaction.channel.id not in hub.world.channels:
        raise unknown("Channel")
    if interaction.message is not None and interaction.message.loading:
        _apply(hub, interaction, interaction.message, call, call.body)
        return 200, hub.json(interaction.message)
    check_body(call.body)
    message = _new_message(hub, interaction, call.body)
    message.edit(_editable(call.body), list(call.files))
    message.edited_at = None
    check_not_empty(message)
    interaction.followups.append(message)
    hub.publish(message)
    return 200, hub.json(message)


_HOOK = "/webhooks/{webhook_id}/{webhook_token}"
_FIVE_IN_FIVE = Limit(5, 5.0)

ENDPOINTS = [
    Endpoint("POST /interactions/{interaction_id}/{interaction_token}/callback", _callback, by_token=True),
    Endpoint(f"GET {_HOOK}/messages/@original", _get, _FIVE_IN_FIVE, by_token=True),
    Endpoint(f"PATCH {_HOOK}/messages/@original", _edit, _FIVE_IN_FIVE, by_token=True),
    Endpoint(f"DELETE {_HOOK}/messages/@original", _delete, _FIVE_IN_FIVE, by_token=True),
    Endpoint(f"POST {_HOOK}", _follow_up, _FIVE_IN_FIVE, by_token=True),
    Endpoint(f"GET {_HOOK}/messages/{{message_id}}", _get, _FIVE_IN_FIVE, by_token=True),
    Endpoint(f"PATCH {_HOOK}/messages/{{message_id}}", _edit, _FIVE_IN_FIVE, by_token=True),
    Endpoint(f"DELETE {_HOOK}/messages/{{message_id}}", _delete, _FIVE_IN_FIVE, by_token=True),
]
