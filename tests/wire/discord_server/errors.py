"""Errors in the shape that Discord gives them, with Discord's codes."""

from dataclasses import dataclass, field

from tests.wire.discord_server.model import Json


@dataclass
class ApiError(Exception):
    """A refused request: HTTP status, Discord's code, its message and, for 50035, the fields that are wrong."""

    status: int
    code: int
    message: str
    errors: Json = field(default_factory=dict)

    def body(self) -> Json:
        """What the client reads."""
        body: Json = {"message": self.message, "code": self.code}
        return body | {"errors": self.errors} if self.errors else body


def unauthorized() -> ApiError:
    """No token, or a wrong one."""
    return ApiError(401, 0, "401: Unauthorized")


def unknown(what: str) -> ApiError:
    """404 for a thing that is not there; `what` is Discord's name for it, such as "Message"."""
    codes = {"Channel": 10003, "Guild": 10004, "Message": 10008, "User": 10013, "Webhook": 10015, "Member": 10007}
    codes |= {"interaction": 10062, "application command": 10063}
    return ApiError(404, codes[what], f"Unknown {what}")


def missing_permissions() -> ApiError:
    """The bot may see the channel, but not do that there."""
    return ApiError(403, 50013, "Missing Permissions")


def missing_access() -> ApiError:
    """The bot may not even see the channel."""
    return ApiError(403, 50001, "Missing Access")


class FormErrors:
    """Collects what is wrong with a body, field by field."""

    def __init__(self) -> None:
        self._tree: Json = {}

    def add(self, path: tuple[str | int, ...], code: str, message: str) -> None:
        """The field at `path` is wrong."""
        node = self._tree
        for step in path:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def at_most(self, path: tuple[str | int, ...], value: str, most: int) -> None:
        """The text at `path` may have `most` characters."""
        if len(value) > most:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")

    def between(self, path: tuple[str | int, ...], value: str, least: int, most: int) -> None:
        """The text at `path` must have `least` to `most` characters."""
        if not least <= len(value) <= most:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")

    def require(self, path: tuple[str | int, ...], present: object) -> None:
        """The field at `path` must be there."""
        if not present:
            self.add(path, "BASE_TYPE_REQUIRED", "This field is required")

    def done(self) -> None:
        """Raise what was found.

        Raises:
            ApiError: 50035, when anything was.
        """
        if self._tree:
            raise ApiError(400, 50035, "Invalid Form Body", self._tree)
