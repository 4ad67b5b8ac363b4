"""What these commands share: the record of what was done, and how they answer."""

from datetime import UTC, datetime
from typing import Any

from bot.moderation import Interaction
from bot.panels import Panel, panel_view
from rag_core.records.audit import AuditEntry, AuditTrail, snapshot


async def put_on_record(trail: AuditTrail, by: int, action: str, subject: str, before: Any, after: Any) -> None:
    """Keep what was done for all servers, where no book does it by itself. Raises `RecordsUnavailable`."""
    now = datetime.now(UTC)
    await trail.add(AuditEntry(None, by, action, subject, snapshot(before), snapshot(after), now))


async def say(interaction: Interaction, sentence: str) -> None:
    """A private sentence, to what may be waiting for an answer already."""
    if interaction.response.is_done():
        await interaction.edit_original_response(content=sentence)
    else:
        await interaction.response.send_message(sentence, ephemeral=True)


async def show(interaction: Interaction, panel: Panel) -> None:
    """A panel in the message that is waiting already."""
    await interaction.edit_original_response(view=panel_view(panel))
