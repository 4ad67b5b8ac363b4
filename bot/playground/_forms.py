"""The bot's forms as the page draws them."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from simcord.enums import SELECT_TYPES, ComponentType

_KEPT: Final = (
    *("custom_id", "type", "style", "placeholder", "value", "required", "min_length", "max_length"),
    *("min_values", "max_values", "options", "channel_types", "default"),
)
_REQUIRED: Final = (ComponentType.TEXT_INPUT, *SELECT_TYPES)
"""Fields that must be filled unless the form says otherwise."""


def describe_form(modal: Mapping[str, Any]) -> dict[str, Any]:
    """Its title, and its parts in order: texts, and fields with their labels."""
    return {"id": modal["custom_id"], "title": modal["title"], "parts": list(_parts(modal["components"]))}


def _parts(components: list[dict[str, Any]], label: str = "", description: str = "") -> Iterator[dict[str, Any]]:
    for component in components:
        match component["type"]:
            case ComponentType.TEXT_DISPLAY:
                yield {"type": component["type"], "text": component["content"]}
            case ComponentType.LABEL:
                yield from _parts([component["component"]], component["label"], component.get("description") or "")
            case ComponentType.ACTION_ROW:
                yield from _parts(component["components"])
            case _:
                shown = {"label": label or component.get("label", ""), "description": description}
                unless_said = {"required": component["type"] in _REQUIRED}
                yield shown | unless_said | {name: component[name] for name in _KEPT if component.get(name) is not None}
