"""Holds requests against Discord's own OpenAPI description, where that file lies beside the checkout."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jsonschema import Draft202012Validator, ValidationError, validators  # type: ignore[import-untyped]
from jsonschema.exceptions import best_match  # type: ignore[import-untyped]
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.wire.discord_server.journal import Recorded
from tests.wire.discord_server.model import Json

DESCRIPTION = Path(__file__).parents[3].parent / "shared" / "discord" / "openapi.json"

_URI = "urn:discord"
_UNDESCRIBED = {"use_nested_fields"}  # sent by discord.py for posts in forums, and taken by Discord
_METHODS_WITH_BODY = {"POST", "PUT", "PATCH"}


def _type(validator: Any, types: Any, instance: object, schema: Json) -> Any:
    """Discord reads whole numbers as ids too, and discord.py sends some so; the description has strings only."""
    if schema.get("format") == "snowflake" and isinstance(instance, int):
        return
    yield from Draft202012Validator.VALIDATORS["type"](validator, types, instance, schema)


_Validator = validators.extend(Draft202012Validator, {"type": _type})


class Description:
    """Discord's description of every request."""

    def __init__(self, document: Json) -> None:
        self._paths: Json = document["paths"]
        self._registry: Registry[Any] = Registry().with_resource(_URI, DRAFT202012.create_resource(document))
        self._validators: dict[str, Any] = {}

    def problems(self, request: Recorded) -> list[str]:
        """What is wrong with a request: its path, method, query or JSON body."""
        method, template = request.route.split(" ", 1)
        described = self._paths.get(template)
        if described is None or method.lower() not in described:
            return [f"{request.route} is not in Discord's description."]
        operation = described[method.lower()]
        return [*self._query_problems(request, operation), *self._body_problems(request, template, operation)]

    def _query_problems(self, request: Recorded, operation: Json) -> list[str]:
        known = {item["name"]: item["schema"] for item in operation.get("parameters", []) if item["in"] == "query"}
        unknown = request.query.keys() - known.keys() - _UNDESCRIBED
        problems = [f"{request.route}: unknown query parameter {name!r}" for name in sorted(unknown)]
        for name, text in request.query.items():
            problems += self._complaints(f"{request.route} ?{name}", _typed(text), known.get(name, {}))
        return problems

    def _body_problems(self, request: Recorded, template: str, operation: Json) -> list[str]:
        method = request.route.split(" ", 1)[0]
        content = operation.get("requestBody", {}).get("content", {})
        if method not in _METHODS_WITH_BODY or "application/json" not in content or request.body is None:
            required = operation.get("requestBody", {}).get("required") and request.body is None
            return [f"{request.route}: a body is required"] if required else []
        steps = ("paths", template, method.lower(), "requestBody", "content", "application/json", "schema")
        pointer = "/".join(step.replace("~", "~0").replace("/", "~1") for step in steps)
        return self._complaints(request.route, request.body, {"$ref": f"{_URI}#/{quote(pointer, safe='/~')}"})

    def _complaints(self, where: str, value: object, schema: Json) -> list[str]:
        key = json.dumps(schema, sort_keys=True)
        if key not in self._validators:
            resolvable = schema if "$ref" not in schema else {"$ref": _absolute(schema["$ref"])}
            self._validators[key] = _Validator(resolvable, registry=self._registry)
        error: ValidationError | None = best_match(self._validators[key].iter_errors(value))
        return [] if error is None else [f"{where}: {error.json_path}: {error.message}"[:600]]


@lru_cache(maxsize=1)
def description() -> Description | None:
    """Discord's description, or None where the file is absent."""
    return Description(json.loads(DESCRIPTION.read_text("utf-8"))) if DESCRIPTION.exists() else None


def _absolute(reference: str) -> str:
    return reference if reference.startswith(_URI) else f"{_URI}{reference}"


def _typed(text: str) -> object:
    """A query's text as the JSON value that Discord reads from it (booleans come as 0 and 1 too)."""
    words: dict[str, object] = {"true": True, "false": False, "0": False, "1": True}
    if text in words:
        return words[text]
    return int(text) if text.isdecimal() and len(text) < 6 else text
