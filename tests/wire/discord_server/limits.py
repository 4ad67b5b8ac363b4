"""Discord's limits on messages and forms, with the numbers of its developer documentation."""

from collections.abc import Iterable

from tests.wire.discord_server.errors import ApiError, FormErrors
from tests.wire.discord_server.model import COMPONENTS_V2, Json, Message, is_select, walk

_CONTENT = 2000
_EMBEDS, _EMBED_TOTAL, _FIELDS = 10, 6000, 25
_ROWS, _BUTTONS = 5, 5
_V2_COMPONENTS, _V2_TEXT = 40, 4000
_ROW, _BUTTON, _SECTION, _TEXT_DISPLAY, _CONTAINER = 1, 2, 9, 10, 17
_LINK = 5


def check_body(body: Json, flags: int = 0) -> None:
    """Hold a message's fields against the limits; `flags` are those that the message has already.

    Raises:
        ApiError: 50035 with every field that breaks one.
    """
    errors = FormErrors()
    if (flags | (body.get("flags") or 0)) & COMPONENTS_V2:
        _check_v2(body, errors)
    else:
        errors.at_most(("content",), body.get("content") or "", _CONTENT)
        _check_embeds(body.get("embeds") or [], errors)
        _check_rows(body.get("components") or [], errors)
    errors.done()


def check_not_empty(message: Message) -> None:
    """Refuse a message that shows nothing.

    Raises:
        ApiError: 50006.
    """
    if not (message.content.strip() or message.embeds or message.components or message.attachments):
        raise ApiError(400, 50006, "Cannot send an empty message")


def check_modal(data: Json) -> None:
    """Hold a form against the limits.

    Raises:
        ApiError: 50035.
    """
    errors = FormErrors()
    errors.between(("data", "title"), data.get("title") or "", 1, 45)
    errors.between(("data", "custom_id"), data.get("custom_id") or "", 1, 100)
    if not 1 <= len(data.get("components") or []) <= 5:
        errors.add(("data", "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    for item in walk(data.get("components") or []):
        if item.get("label") is not None:
            errors.between(("data", "components", "label"), item["label"] or "", 1, 45)
    errors.done()


def _check_embeds(embeds: list[Json], errors: FormErrors) -> None:
    if len(embeds) > _EMBEDS:
        errors.add(("embeds",), "BASE_TYPE_MAX_LENGTH", f"Must be {_EMBEDS} or fewer in length.")
    for index, embed in enumerate(embeds):
        _check_embed(embed, ("embeds", index), errors)
    if sum(len(text) for embed in embeds for text in _embed_texts(embed)) > _EMBED_TOTAL:
        errors.add(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {_EMBED_TOTAL}")


def _check_embed(embed: Json, path: tuple[str | int, ...], errors: FormErrors) -> None:
    errors.at_most((*path, "title"), embed.get("title") or "", 256)
    errors.at_most((*path, "description"), embed.get("description") or "", 4096)
    errors.at_most((*path, "footer", "text"), (embed.get("footer") or {}).get("text") or "", 2048)
    errors.at_most((*path, "author", "name"), (embed.get("author") or {}).get("name") or "", 256)
    fields = embed.get("fields") or []
    if len(fields) > _FIELDS:
        errors.add((*path, "fields"), "BASE_TYPE_MAX_LENGTH", f"Must be {_FIELDS} or fewer in length.")
    for index, part in enumerate(fields):
        errors.between((*path, "fields", index, "name"), part.get("name") or "", 1, 256)
        errors.between((*path, "fields", index, "value"), part.get("value") or "", 1, 1024)


def _embed_texts(embed: Json) -> Iterable[str]:
    yield embed.get("title") or ""
    yield embed.get("description") or ""
    yield (embed.get("footer") or {}).get("text") or ""
    yield (embed.get("author") or {}).get("name") or ""
    for part in embed.get("fields") or []:
        yield part.get("name") or ""
        yield part.get("value") or ""


def _check_rows(components: list[Json], errors: FormErrors) -> None:
    if len(components) > _ROWS:
        errors.add(("components",), "BASE_TYPE_MAX_LENGTH", f"Must be {_ROWS} or fewer in length.")
    for index, row in enumerate(components):
        if row.get("type") != _ROW:
            errors.add(("components", index, "type"), "UNION_TYPE_CHOICES", "Value of field must be one of (1,).")
    _check_items(components, errors)


def _check_v2(body: Json, errors: FormErrors) -> None:
    for name in ("content", "embeds"):
        if body.get(name):
            text = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            errors.add((name,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", text)
    items = list(walk(body.get("components") or []))
    if len(items) > _V2_COMPONENTS:
        errors.add(("components",), "BASE_TYPE_MAX_LENGTH", f"Must be {_V2_COMPONENTS} or fewer in length.")
    if sum(len(item.get("content") or "") for item in items if item.get("type") == _TEXT_DISPLAY) > _V2_TEXT:
        message = f"The total length of text cannot exceed {_V2_TEXT}"
        errors.add(("components",), "COMPONENT_MAX_TOTAL_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)
    for index, item in enumerate(items):
        if item.get("type") == _SECTION and not 1 <= len(item.get("components") or []) <= 3:
            message = "Must be between 1 and 3 in length."
            errors.add(("components", index, "components"), "BASE_TYPE_BAD_LENGTH", message)
    _check_items(body.get("components") or [], errors)


def _check_items(components: list[Json], errors: FormErrors) -> None:
    seen: set[str] = set()
    for index, item in enumerate(walk(components)):
        path = ("components", index)
        if item.get("type") == _ROW:
            _check_row(item, path, errors)
        elif item.get("type") == _BUTTON:
            _check_button(item, path, errors)
        elif is_select(item):
            _check_select(item, path, errors)
        custom_id = item.get("custom_id")
        if custom_id in seen:
            message = "Component custom id cannot be duplicated"
            errors.add((*path, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", message)
        if custom_id:
            seen.add(custom_id)


def _check_row(row: Json, path: tuple[str | int, ...], errors: FormErrors) -> None:
    items = row.get("components") or []
    selects = sum(is_select(item) for item in items)
    if not 1 <= len(items) <= _BUTTONS or (selects and len(items) > 1):
        message = "The specified component exceeds the maximum width"
        errors.add((*path, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)


def _check_button(button: Json, path: tuple[str | int, ...], errors: FormErrors) -> None:
    errors.at_most((*path, "label"), button.get("label") or "", 80)
    if not (button.get("label") or button.get("emoji")):
        errors.add((*path, "label"), "BUTTON_COMPONENT_LABEL_REQUIRED", "A button needs a label or an emoji.")
    if button.get("style") == _LINK:
        errors.between((*path, "url"), button.get("url") or "", 1, 512)
    else:
        errors.between((*path, "custom_id"), button.get("custom_id") or "", 1, 100)


def _check_select(select: Json, path: tuple[str | int, ...], errors: FormErrors) -> None:
    errors.between((*path, "custom_id"), select.get("custom_id") or "", 1, 100)
    errors.at_most((*path, "placeholder"), select.get("placeholder") or "", 150)
    options = select.get("options") or []
    if select.get("type") == 3 and not 1 <= len(options) <= 25:
        errors.add((*path, "options"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.")
    for number, option in enumerate(options):
        errors.between((*path, "options", number, "label"), option.get("label") or "", 1, 100)
        errors.between((*path, "options", number, "value"), option.get("value") or "", 1, 100)
