"""Server-sent events, as far as chat completions use them (WHATWG HTML, section 9.2)."""

from collections.abc import Iterator


class EventReader:
    """Finds events in bytes that may be cut anywhere, also within a letter or a line's end.

    Comments (keep-alives) and fields other than `data` are passed over; an event that the end cuts off is none.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> Iterator[str]:
        """The `data` of each event that `chunk` completes."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for raw in lines:
            line = raw.removesuffix(b"\r").decode(errors="replace")
            if line.startswith("data:"):
                self._data.append(line.removeprefix("data:").removeprefix(" "))
            elif not line and self._data:
                yield "\n".join(self._data)
                self._data = []
