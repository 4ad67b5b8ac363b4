"""Writes the settings down for people: the README's table and `.env.example`.

After a change of settings, `python -m bot._settings_table` renews both.
"""

from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.settings import Settings

START, END = "<!-- settings -->\n", "<!-- /settings -->\n"
"""What stands around the table in the README."""

_ROOT = Path(__file__).parent.parent
_ENV_HEAD = """\
# The bot's settings. Copy this file to .env, and take the # away from the lines that you change.
# What stands after = is the default. Variables of the environment win over this file.
"""


def settings_table() -> str:
    """A Markdown table of every setting with its default and what it means."""
    head = "| setting | default | meaning |\n|---|---|---|\n"
    return head + "".join(
        f"| `{name}` | {f'`{default}`' if default else ''} | {meaning.replace('|', '&#124;')} |\n"
        for name, default, meaning in _rows()
    )


def env_example() -> str:
    """A file for `.env` that changes nothing: every setting, its meaning above it, commented out."""
    return _ENV_HEAD + "".join(f"\n# {meaning}\n#{name}={default}\n" for name, default, meaning in _rows())


def in_readme(readme: str) -> str:
    """The README's text with the table between its marks renewed.

    Raises:
        ValueError: the marks are missing.
    """
    before, start, rest = readme.partition(START)
    _, end, after = rest.partition(END)
    if not (start and end):
        raise ValueError(f"README.md has no lines {START.strip()} and {END.strip()}: put both back.")
    return before + start + settings_table() + end + after


def _rows() -> list[tuple[str, str, str]]:
    return [
        (name.upper(), _written(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def _written(default: Any) -> str:
    """A default as it is typed into a file."""
    match default:
        case None:
            return ""
        case SecretStr():
            return default.get_secret_value()
        case tuple():
            return ",".join(map(str, default))
        case float():
            return f"{default:g}"
    return str(default)


def main() -> None:
    """Renew the README's table and `.env.example`."""
    readme = _ROOT / "README.md"
    readme.write_text(in_readme(readme.read_text(encoding="utf-8")), encoding="utf-8")
    (_ROOT / ".env.example").write_text(env_example(), encoding="utf-8")


if __name__ == "__main__":
    main()
