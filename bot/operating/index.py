"""`/admin reindex`, `schedule`, `history`, `rollback`: what is indexed, and when."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import structlog
from discord import app_commands, ui
from discord.utils import format_dt

from bot.choices import choices_with
from bot.cron import parse_cron
from bot.moderation import Interaction, OperatorGroup, Tools
from bot.operating._ports import Operations
from bot.operating._rendering import changed, code, history, rollback, schedule
from bot.operating._run_message import Outcome, RunMessage
from bot.operating._tools import put_on_record, say, show
from bot.panels import ConfirmButton, Pager, Panel, panel_view
from bot.texts import Texts
from bot.texts import operating as words
from rag_core.errors import IndexBusy, IndexingError, NoRollback, RagError
from rag_core.indexing.ledger import IndexRun
from rag_core.indexing.store import Generation

_LISTED: Final = 40

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Wish:
    """A run as it was asked for, for the record."""

    source: str
    full: bool


class IndexCommands(OperatorGroup):
    """The commands; their group is never shown."""

    def __init__(self, tools: Tools, operations: Operations) -> None:
        super().__init__(tools)
        self.operations = operations
        self._following: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Cut off what runs, and say so to who began it."""
        following = tuple(self._following)
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)

    @app_commands.command(name=words.REINDEX, description=words.REINDEX_DESCRIPTION)
    @app_commands.rename(source=words.SOURCE, full=words.FULL)
    @app_commands.describe(source=words.SOURCE_OPTION, full=words.FULL_OPTION)
    async def reindex(self, interaction: Interaction, source: str | None = None, full: bool = False) -> None:
        """Begin a run, and show it."""
        texts = self.tools.speaking.to(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        if source is not None and source not in await self.operations.sources.names():
            await say(interaction, texts.operating.unknown_source.format(name=code(source)))
        elif source is not None and full:
            await say(interaction, texts.operating.full_alone)
        else:
            self._begin(interaction, source, full=full)

    @reindex.autocomplete("source")
    async def _suggest(self, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        names = await self.operations.sources.names() if self.tools.rights.is_operator(interaction.user) else []
        return choices_with(typed, names)

    def _begin(self, interaction: Interaction, source: str | None, *, full: bool) -> None:
        operations, texts = self.operations, self.tools.speaking.to(interaction).operating
        wish = _Wish(source or operations.sources.name, full)

        async def begun() -> None:
            subject = source or "all sources"
            await put_on_record(self.tools.books.audit, interaction.user.id, "reindex", subject, None, wish)

        title = texts.run_of.format(source=source) if source else texts.run
        message = RunMessage(interaction, self.tools.speaking, title, full, operations.channel_id)
        part = operations.sources.one(source) if source else None
        asked = operations.librarian.reindex(part, full=full, progress=message.note, begun=begun)
        run = asyncio.create_task(_outcome(asked), name="asked index run")
        following = asyncio.create_task(_followed(message, run), name="message about an index run")
        self._following.add(following)
        following.add_done_callback(self._following.discard)

    @app_commands.command(name=words.SCHEDULE, description=words.SCHEDULE_DESCRIPTION)
    @app_commands.rename(cron=words.CRON)
    @app_commands.describe(cron=words.CRON_OPTION)
    async def schedule(self, interaction: Interaction, cron: str | None = None) -> None:
        """Show when the documentation is crawled again, or change it."""
        texts = self.tools.speaking.to(interaction)
        if cron is None:
            await interaction.response.send_message(view=panel_view(self._scheduled(texts)), ephemeral=True)
            return
        cron = " ".join(cron.split())
        try:
            parse_cron(cron)
        except ValueError:
            sentence = texts.operating.schedule_bad.format(cron=cron.replace("`", "")[:100])
            await interaction.response.send_message(sentence, ephemeral=True)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        await self._reschedule(interaction, cron, texts)

    async def _reschedule(self, interaction: Interaction, cron: str, texts: Texts) -> None:
        before = self.operations.schedule.cron
        await self.tools.books.operating.set_cron(cron, interaction.user.id)
        self.operations.schedule.reschedule(cron)
        panel = self._scheduled(texts)
        if cron == before:
            await show(interaction, Panel(panel.title, (texts.operating.schedule_same, *panel.sections)))
        else:
            await show(interaction, changed(panel.title, panel.sections[0], texts.operating.schedule_set))

    def _scheduled(self, texts: Texts) -> Panel:
        planned = self.operations.schedule
        return Panel(texts.operating.schedule, (schedule(planned.cron, planned.next_crawl, texts),))

    @app_commands.command(name=words.HISTORY, description=words.HISTORY_DESCRIPTION)
    async def history(self, interaction: Interaction) -> None:
        """List the runs."""
        texts = self.tools.speaking.to(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        runs = await self.operations.ledger.runs(_LISTED)
        try:
            live, there = await self.operations.store.live(), await self.operations.store.generations()
        except IndexingError:
            live, there = None, []  # the runs are on record all the same
        panels = history(runs, live.id if live else None, [each.id for each in there], texts)
        await interaction.edit_original_response(view=Pager(panels, texts))

    @app_commands.command(name=words.ROLLBACK, description=words.ROLLBACK_DESCRIPTION)
    async def rollback(self, interaction: Interaction) -> None:
        """Show what would become live again, and ask."""
        texts = self.tools.speaking.to(interaction)
        await interaction.response.defer(ephemeral=True, thinking=True)
        try:
            live, earlier = await self.operations.librarian.rollback()
        except NoRollback as error:
            await say(interaction, texts.operating.rollback_none.format(reason=error))
        except IndexingError:
            await say(interaction, texts.operating.index_away)
        else:
            press = partial(self._roll_back, live, earlier)
            row: ui.ActionRow[Any] = ui.ActionRow(ConfirmButton(texts.operating.rollback_yes, press), _No(texts))
            await interaction.edit_original_response(view=panel_view(rollback(live, earlier, texts), (row,)))

    async def _roll_back(self, live: Generation, earlier: Generation, interaction: Interaction) -> None:
        """Do it, if it would still do what was shown."""
        texts = self.tools.speaking.to(interaction)
        self.tools.rights.require_operator(interaction)
        await interaction.response.defer()
        own, librarian = texts.operating, self.operations.librarian
        try:
            if [each.id for each in await librarian.rollback()] != [live.id, earlier.id]:
                await show(interaction, Panel(own.rollback, (own.rollback_gone,)))
                return
            await librarian.roll_back()
        except IndexBusy:
            await show(interaction, Panel(own.rollback, (own.busy,)))
        except IndexingError:
            await show(interaction, Panel(own.rollback, (own.index_away,)))
        else:
            await put_on_record(self.tools.books.audit, interaction.user.id, "rollback", "index", live, earlier)
            sentence = own.rollback_done.format(when=format_dt(earlier.created_at, "f"))
            await show(interaction, changed(own.index, sentence))


async def _outcome(run: Coroutine[Any, Any, IndexRun]) -> Outcome:
    try:
        return await run
    except (RagError, OSError) as error:
        return error
    except Exception as error:  # noqa: BLE001 - the task's border: who asked for the run is told, the log has the rest
        _log.exception("an index run failed")
        return error


async def _followed(message: RunMessage, run: "asyncio.Task[Outcome]") -> None:
    try:
        await message.follow(run)
    except Exception:  # noqa: BLE001 - the task's border: the run goes on, whatever ails the message about it
        _log.exception("an index run could not be shown")


class _No(ui.Button[Any]):
    def __init__(self, texts: Texts) -> None:
        super().__init__(label=texts.operating.rollback_no)
        self._panel = Panel(texts.operating.rollback, (texts.operating.rollback_left,))

    async def callback(self, interaction: Interaction) -> None:
        await interaction.response.edit_message(view=panel_view(self._panel))
