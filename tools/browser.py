"""Find a Chromium for the tests of pictures and pages, or install one: `python -m tools.browser`.

Installed is Debian's, where apt works without asking for a password, else Playwright's own. Where neither can be had,
those tests are skipped; with `CI` set that is an error.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.libnuma import succeeds, with_apt

HOW_TO_GET = (
    "No Chromium was found, so pictures and pages are not tested: install it (on Debian: apt install chromium; "
    "elsewhere: .venv/bin/playwright install --with-deps chromium), or name one by CHROMIUM=/path/to/chromium."
)

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def main() -> None:
    """Install a browser where there is none."""
    if find_browser():
        return
    print("Installing Chromium for the tests of pictures and pages: a minute.", file=sys.stderr, flush=True)
    playwright = [sys.executable, "-m", "playwright", "install", "chromium"]
    if any(succeeds(command) and find_browser() for command in (with_apt("chromium"), playwright)):
        return
    if os.environ.get("CI"):
        sys.exit(HOW_TO_GET)
    print(HOW_TO_GET, file=sys.stderr)


def find_browser() -> Path | None:
    """The one that CHROMIUM names, else the first on the PATH, else Playwright's own; None where none of them runs."""
    named = os.environ.get("CHROMIUM")
    return next((path for path in ([Path(named)] if named else installed()) if runs(path)), None)


def installed() -> Iterator[Path]:
    """The browsers that are there, whether they run or not."""
    yield from (Path(found) for name in NAMES if (found := shutil.which(name)))
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "ms-playwright"
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or cache)
    yield from sorted(folder.glob("chromium-*/chrome-linux*/chrome"), reverse=True)


def runs(path: Path) -> bool:
    """Whether it starts: Ubuntu's package is a script that asks for a snap, and libraries may be missing."""
    return succeeds([str(path), "--version"])


if __name__ == "__main__":
    main()
