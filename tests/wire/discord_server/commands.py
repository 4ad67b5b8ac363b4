"""The register of application commands, with Discord's rules for them ("Application Commands" in its documentation)."""

import re
from collections.abc import Iterator

from tests.wire.discord_server.errors import FormErrors, unknown
from tests.wire.discord_server.ids import snowflake
from tests.wire.discord_server.model import Json

CHAT = 1
SUB_COMMAND, SUB_COMMAND_GROUP, STRING = 1, 2, 3

_NAME = re.compile(r"[-_'\w]{1,32}")
_MOST = {CHAT: 100, 2: 15, 3: 15}
_OPTIONS, _CHOICES, _TOTAL = 25, 25, 8000

Path = tuple[str | int, ...]


class Commands:
    """What the bot registered, globally (scope None) and for single guilds."""

    def __init__(self, application_id: int) -> None:
        self._application_id = application_id
        self._scopes: dict[int | None, dict[int, Json]] = {}
        self.registrations = 0

    def all(self, guild_id: int | None) -> list[Json]:
        """The commands of one scope."""
        return list(self._scopes.get(guild_id, {}).values())

    def replace(self, guild_id: int | None, bodies: list[Json]) -> list[Json]:
        """Set the commands of one scope; one that was there keeps its id.

        Raises:
            ApiError: 50035; nothing is changed then.
        """
        check_commands(bodies)
        known = {(item["type"], item["name"]): int(item["id"]) for item in self.all(guild_id)}
        made = [self._made(guild_id, body, known.get((_kind(body), body["name"]))) for body in bodies]
        self._scopes[guild_id] = {int(item["id"]): item for item in made}
        self.registrations += 1
        return made

    def add(self, guild_id: int | None, body: Json) -> Json:
        """Add one command, or replace that of the same name.

        Raises:
            ApiError: 50035.
        """
        others = [
            item for item in self.all(guild_id) if (item["type"], item["name"]) != (_kind(body), body.get("name"))
        ]
        made = self.replace(guild_id, [*others, body])
        return made[-1]

    def change(self, guild_id: int | None, number: int, body: Json) -> Json:
        """Change one command.

        Raises:
            ApiError: 10063 unknown, 50035.
        """
        if number not in self._scopes.get(guild_id, {}):
            raise unknown("application command")
        changed = self._scopes[guild_id][number] | body
        check_commands([changed])
        self._scopes[guild_id][number] = changed
        return changed

    def remove(self, guild_id: int | None, number: int) -> None:
        """Remove one command.

        Raises:
            ApiError: 10063.
        """
        if self._scopes.get(guild_id, {}).pop(number, None) is None:
            raise unknown("application command")

    def find(self, guild_id: int | None, name: str, kind: int = CHAT) -> Json:
        """The command that a person in this guild sees under a name; the guild's own come first.

        Raises:
            AssertionError: nobody could pick it.
        """
        offered = [*(self.all(guild_id) if guild_id else []), *self.all(None)]
        for command in offered:
            if (command["type"], command["name"]) == (kind, name):
                return command
        raise AssertionError(f"No command {name!r} is registered, only {[item['name'] for item in offered]}.")

    def _made(self, guild_id: int | None, body: Json, known: int | None) -> Json:
        rest: Json = {"description": "", "default_member_permissions": None, "nsfw": False} | body
        rest |= {"type": _kind(body), "id": str(known or snowflake()), "version": str(snowflake())}
        permissions = rest["default_member_permissions"]
        rest["default_member_permissions"] = None if permissions is None else str(permissions)
        rest["application_id"] = str(self._application_id)
        return rest | {"guild_id": str(guild_id)} if guild_id else rest


def check_commands(bodies: list[Json]) -> None:
    """Hold commands against Discord's rules.

    Raises:
        ApiError: 50035 with every field that breaks one.
    """
    errors = FormErrors()
    for kind, most in _MOST.items():
        if sum(_kind(body) == kind for body in bodies) > most:
            errors.add((), "APPLICATION_COMMANDS_MAX", f"At most {most} commands of this type.")
    names = [(_kind(body), body.get("name")) for body in bodies]
    for index, body in enumerate(bodies):
        if names.index(names[index]) != index:
            errors.add((index,), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
        _check_command(body, (index,), errors)
    errors.done()


def _check_command(body: Json, path: Path, errors: FormErrors) -> None:
    if _kind(body) == CHAT:
        _check_named(body, path, errors)
        _check_options(body.get("options") or [], path, errors)
    else:
        errors.between((*path, "name"), body.get("name") or "", 1, 32)
        if body.get("description"):
            errors.add((*path, "description"), "APPLICATION_COMMAND_DESCRIPTION", "Menu commands have no description.")
    if sum(len(text) for text in _texts(body)) > _TOTAL:
        errors.add(path, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({_TOTAL})")


def _check_named(body: Json, path: Path, errors: FormErrors) -> None:
    name = body.get("name") or ""
    if not _NAME.fullmatch(name) or name != name.lower():
        errors.add((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    errors.between((*path, "description"), body.get("description") or "", 1, 100)


def _check_options(options: list[Json], path: Path, errors: FormErrors) -> None:
    if len(options) > _OPTIONS:
        errors.add((*path, "options"), "BASE_TYPE_MAX_LENGTH", f"Must be {_OPTIONS} or fewer in length.")
    optional = False
    for index, option in enumerate(options):
        here = (*path, "options", index)
        _check_named(option, here, errors)
        _check_option(option, here, errors)
        if option.get("required") and optional:
            message = "Required options must be placed before non-required options"
            errors.add(here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional |= not option.get("required")
        _check_options(option.get("options") or [], here, errors)


def _check_option(option: Json, path: Path, errors: FormErrors) -> None:
    choices = option.get("choices") or []
    if len(choices) > _CHOICES:
        errors.add((*path, "choices"), "BASE_TYPE_MAX_LENGTH", f"Must be {_CHOICES} or fewer in length.")
    for index, choice in enumerate(choices):
        errors.between((*path, "choices", index, "name"), choice.get("name") or "", 1, 100)
    if not 0 <= (option.get("min_length") or 0) <= 6000:
        errors.add((*path, "min_length"), "NUMBER_TYPE_MAX", "int value should be between 0 and 6000.")
    if not 1 <= (option.get("max_length") or 1) <= 6000:
        errors.add((*path, "max_length"), "NUMBER_TYPE_MAX", "int value should be between 1 and 6000.")


def _texts(body: Json) -> Iterator[str]:
    yield body.get("name") or ""
    yield body.get("description") or ""
    yield str(body.get("value") or "")
    for part in [*(body.get("options") or []), *(body.get("choices") or [])]:
        yield from _texts(part)


def _kind(body: Json) -> int:
    return int(body.get("type") or CHAT)
