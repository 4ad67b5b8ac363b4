"""Files that come with a question: logs and texts are read, pictures and the rest get a sentence."""

import asyncio
from collections.abc import Sequence

import discord
import structlog

from bot.asking._reply import TRANSPORT_ERRORS
from bot.texts import Texts
from rag_core.masking import masked

_log = structlog.get_logger(__name__)

_MOST_BYTES = 256 * 1024
_FETCH_SECONDS = 10.0
_TEXT_ENDINGS = (
    ".cfg",
    ".conf",
    ".csv",
    ".go",
    ".ini",
    ".java",
    ".js",
    ".json",
    ".log",
    ".md",
    ".py",
    ".rs",
    ".sh",
    ".sql",
    ".toml",
    ".ts",
    ".txt",
    ".xml",
    ".yaml",
    ".yml",
)
"""Of files whose type Discord does not name."""


def refusal(attachment: discord.Attachment, texts: Texts) -> str | None:
    """Why a file can't be read, as a sentence; from what Discord says of it, without opening it."""
    kind = attachment.content_type or ""
    if kind.startswith(("image/", "video/")):
        return texts.asking.picture
    if not kind.startswith("text/") and not attachment.filename.lower().endswith(_TEXT_ENDINGS):
        return texts.asking.no_text_file
    return texts.asking.large_file.format(limit=_MOST_BYTES // 1024) if attachment.size > _MOST_BYTES else None


async def with_files(question: str, attachments: Sequence[discord.Attachment], room: int) -> str:
    """The question with what can be read of its files below it, as far as it fits into `room` characters.

    Of a file that does not fit its end stays, where logs say why. One that Discord does not give out leaves the
    question as it is, rather than without an answer.
    """
    for attachment in attachments:
        question = await asyncio.to_thread(_joined, question, await _content(attachment), room)
    return question


async def _content(attachment: discord.Attachment) -> bytes:
    try:
        async with asyncio.timeout(_FETCH_SECONDS):
            return await attachment.read()
    except TRANSPORT_ERRORS as error:
        _log.warning("an attached file could not be fetched", reason=str(error) or type(error).__name__)
        return b""


def _joined(question: str, content: bytes, room: int) -> str:
    # Masked before it is cut, since half a key is none that could be told.
    text = masked(content.decode("utf-8", errors="replace").replace("\0", "").strip())
    left = room - len(question) - 2
    return f"{question}\n\n{text[-left:]}" if text and left > 0 else question
