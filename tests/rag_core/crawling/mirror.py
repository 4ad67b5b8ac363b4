"""The mirror of the documentation site that lies beside the checkout, started for a test."""

from __future__ import annotations

import gzip
import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3].parent / "shared" / "milvus_site"
TREES = (("v3.0.x", "en"), ("v2.6.x", "en"), ("v2.4.x", "en"), ("v3.0.x", "zh"))


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page as the mirror keeps it."""

    key: str
    title: str
    html: str


def stored_pages() -> Iterator[StoredPage]:
    """Every page that the mirror serves: start pages and those behind a redirect are not among them."""
    old_ids = json.loads((FOLDER / "data" / "redirects.json").read_text())
    for version, language in TREES:
        packed = (FOLDER / "data" / "pages" / f"{version}-{language}.jsonl.gz").read_bytes()
        for line in gzip.decompress(packed).decode().split("\n"):
            record = json.loads(line)
            prefix = "/docs" + (f"/{language}" if language != "en" else "") + (f"/{version}" if version < "v3" else "")
            if record["id"] != "home.md" and f"{prefix}/{record['id']}" not in old_ids:
                yield StoredPage(f"{language}/{version}/{record['id']}", record["title"], record["html"])


@dataclass(frozen=True, slots=True)
class Mirror:
    """A running mirror."""

    origin: str

    @property
    def url(self) -> str:
        """Where its documentation starts."""
        return f"{self.origin}/docs"

    def control(self, *actions: dict[str, object]) -> None:
        """Change the site, or switch faults on."""
        body = json.dumps([*actions]).encode()
        urllib.request.urlopen(urllib.request.Request(f"{self.origin}/__control", body), timeout=10).close()

    def stats(self) -> dict[str, object]:
        """What was asked of it since the counters were reset."""
        with urllib.request.urlopen(f"{self.origin}/__stats?paths", timeout=10) as response:
            found: dict[str, object] = json.load(response)
        return found


@contextmanager
def running_mirror(*options: str) -> Iterator[Mirror]:
    """Start a mirror on a free port, with options of its command line, and end it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-B", "serve.py", "--port", str(port), *options]
    process = subprocess.Popen(command, cwd=FOLDER, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield Mirror(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert process.poll() is None, "the mirror ended before it listened"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError("the mirror did not listen within 30 s")
