"""Shows a run to who began it: in a private message, as long as Discord takes changes to it, then elsewhere."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import discord
import structlog

from bot.operating._rendering import broke, ended, progress
from bot.panels import Panel, panel_view
from bot.speaking import Speaking
from bot.texts import Texts
from rag_core.errors import IndexBusy
from rag_core.indexing.ledger import IndexRun
from rag_core.progress import Progress

_SECONDS: Final = 14 * 60
"""A minute less than Discord takes changes to a private message, so that the last one arrives."""
_PAUSE: Final = 3.0
_LAST_WORDS: Final = 5.0

Outcome = IndexRun | Exception
"""A run that came to its end, or what kept it from that."""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class RunMessage:
    """The message about one run, which `interaction` asked for and which is answered already.

    Args:
        title: names the run.
        channel_id: where its end is told once the message can't be changed any more; None: by direct message.
    """

    interaction: discord.Interaction[Any]
    speaking: Speaking
    title: str
    full: bool
    channel_id: int | None
    _newest: Progress | None = None
    _shown: Panel | None = None
    _lost: bool = False

    @property
    def _texts(self) -> Texts:
        return self.speaking.to(self.interaction)

    def note(self, report: Progress) -> None:
        """The handler to give to the run."""
        self._newest = report

    async def follow(self, run: "asyncio.Task[Outcome]") -> None:
        """Show how far the run is, and its end. Cancelled, it cancels the run and says so."""
        try:
            await self._show_until_it_ends(run)
            await asyncio.wait([run])
        except asyncio.CancelledError:
            run.cancel()
            with suppress(TimeoutError):
                async with asyncio.timeout(_LAST_WORDS):
                    await self._show(Panel(self.title, (self._texts.operating.run_cut_off,)))
            await asyncio.wait([run], timeout=_LAST_WORDS)
            raise
        await self._tell(self._end(run, self._texts), run)

    async def _show_until_it_ends(self, run: "asyncio.Task[Outcome]") -> None:
        deadline = asyncio.get_running_loop().time() + _SECONDS
        while not run.done() and not self._lost:
            await self._show(progress(self.title, self._newest, self._texts, full=self.full))
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                own = self._texts.operating
                told = own.told_here.format(channel=f"<#{self.channel_id}>") if self.channel_id else own.told_you
                await self._show(Panel(self.title, (own.run_goes_on.format(told=told),)))
                self._lost = True
                return
            await asyncio.wait([run], timeout=min(_PAUSE, left))

    def _end(self, run: "asyncio.Task[Outcome]", texts: Texts) -> Panel:
        outcome = run.result()
        if isinstance(outcome, IndexRun):
            return ended(self.title, outcome, texts)
        if isinstance(outcome, IndexBusy):
            return Panel(self.title, (texts.operating.busy,))
        return broke(self.title, str(outcome) or type(outcome).__name__, texts)

    async def _show(self, panel: Panel) -> None:
        """Change the message, where it looks otherwise now; a message that is gone is given up."""
        if panel == self._shown:
            return
        try:
            await self.interaction.edit_original_response(view=panel_view(panel))
        except discord.HTTPException as error:
            _log.info("the message about a run is lost", reason=str(error))
            self._lost = True
        self._shown = panel

    async def _tell(self, panel: Panel, run: "asyncio.Task[Outcome]") -> None:
        if not self._lost:
            await self._show(panel)
        if self._lost and not await self._told_in_channel(run):
            await self._tell_in_person(panel)

    async def _told_in_channel(self, run: "asyncio.Task[Outcome]") -> bool:
        if self.channel_id is None:
            return False
        try:
            channel = await self.interaction.client.fetch_channel(self.channel_id)
            if not isinstance(channel, discord.abc.Messageable):
                return False
            guild = getattr(channel, "guild", None)
            texts = self.speaking.within(guild) if isinstance(guild, discord.Guild) else self._texts
            await channel.send(view=panel_view(self._end(run, texts)))
        except discord.HTTPException as error:
            _log.warning("OPERATORS_CHANNEL can't be written to", channel=self.channel_id, reason=str(error))
            return False
        return True

    async def _tell_in_person(self, panel: Panel) -> None:
        try:
            await self.interaction.user.send(view=panel_view(panel))
        except discord.HTTPException as error:
            _log.warning("nobody could be told that a run has ended", reason=str(error))
