"""The Discord client: intents, sharding, addresses, registration of commands, the one error handler."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, cast

import discord
import structlog
import yarl
from discord import app_commands
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.asking import BUTTONS, Asking, AsksDesk, Gate, TurnedOff
from bot.blocks import BlockCommands, Blocks
from bot.curated import ConsentButton, Curates, FaqCommands, Saving
from bot.insight import insight_commands
from bot.instructions import BUTTONS as DECISION_BUTTONS
from bot.instructions import Drafts, InstructionCommands
from bot.limits import LimitCommands, Limits, Turns
from bot.listening import Listening
from bot.moderation import Tools, admin_group
from bot.operating import OperatingCommands, Operations, Paused
from bot.privacy import Policy, Privacy
from bot.rights import NotAllowed, Rights
from bot.searching import BUTTONS as TURN_BUTTONS
from bot.searching import Finds, Searching
from bot.speaking import CommandTranslator, Speaking
from bot.support import CorrectCommands, Support
from rag_core.answering.grouping import Groups
from rag_core.errors import RecordsUnavailable
from rag_core.records.books import Books

_log = structlog.get_logger(__name__)

PERMISSIONS: Final = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    read_message_history=True,
    create_public_threads=True,
)
"""All that the bot asks for. Commands alone need none; replies want the history, and threads are for long talks."""

_DISCORDS_GATEWAY: Final = DiscordWebSocket.DEFAULT_GATEWAY


def use_addresses(api_url: str, gateway_url: str = "") -> None:
    """Talk to Discord through these addresses, such as a proxy's; to be called before login.

    An empty `gateway_url` leaves it to the API to name one. discord.py adds `?v=10&encoding=json&compress=…` to it,
    in place of any query that it had.
    """
    Route.BASE = api_url.rstrip("/")
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url) if gateway_url else _DISCORDS_GATEWAY


def invite_url(application_id: int) -> str:
    """Where a server's owner adds the bot, with the least permissions."""
    return discord.utils.oauth_url(application_id, permissions=PERMISSIONS, scopes=("bot", "applications.commands"))


def missing_permissions(granted: discord.Permissions) -> tuple[str, ...]:
    """Those of `PERMISSIONS` that are not granted, named as in Discord's settings."""
    return tuple(name.replace("_", " ").title() for name, lacking in PERMISSIONS & ~granted if lacking)


class SupportBot(commands.AutoShardedBot):
    """The bot in Discord.

    A `Bot` rather than a bare client, since its cogs keep each area's commands and listeners in one class; the text
    commands that come with it are turned off. Sharded automatically: small bots get one shard, and growth needs no
    change. `start` raises discord.py's own errors (`LoginFailure`, `PrivilegedIntentsRequired`, `HTTPException`).
    """

    def __init__(
        self,
        *,
        desk: AsksDesk,
        books: Books,
        finder: Finds,
        curated: Curates,
        operations: Operations,
        likeness: Groups,
        operator_ids: Collection[int] = (),
        gates: Sequence[Gate] = (),
        direct_messages: bool = True,
        message_content: bool = False,
        policy: Policy | None = None,
        shard_count: int | None = None,
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            tree_cls=_Tree,
            intents=discord.Intents(
                guilds=True, guild_messages=True, dm_messages=True, message_content=message_content
            ),
            allowed_mentions=discord.AllowedMentions.none(),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=direct_messages),
            allowed_installs=app_commands.AppInstallationType(guild=True),
            max_messages=None,
            shard_count=shard_count,
        )
        self.speaking = Speaking(books.servers)
        self.rights = Rights(operator_ids, books.servers, self.speaking)
        self.blocks = Blocks(books.people)
        turns = Turns(desk)
        # What is counted comes last: a question that is refused for another reason costs nothing.
        before = (*gates, Paused(books.operating), self.blocks)
        every = (*before, Limits(books.servers, turns))
        self.asking = Asking(self, turns, books, self.speaking, self.rights, every)
        self.listening = Listening(
            self, self.asking, books, self.speaking, self.rights, direct_messages=direct_messages
        )
        self.searching = Searching(finder, self.speaking, self.rights, (TurnedOff(books.servers), *before))
        self.support = Support(books, self.speaking, self.rights)
        self.privacy = Privacy(books, self.speaking, policy or Policy(), self.asking.answers, curated)
        self.books = books
        self._likeness = likeness
        self._tools = Tools(books, self.rights, self.speaking)
        # Not by `turns`: moderators may try instructions while a question of theirs is answered.
        self.drafts = Drafts(desk, self._tools)
        self._curated = curated
        self.saving = Saving(self._tools, curated)
        self.operating = OperatingCommands(self._tools, operations)

    async def setup_hook(self) -> None:
        """Read what servers set; register cogs, buttons and commands, after login and before the gateway."""
        await self.books.servers.load()
        await self.books.operating.load()
        self.add_dynamic_items(*BUTTONS, *TURN_BUTTONS, *DECISION_BUTTONS, ConsentButton)
        await self.add_cog(self.asking)
        await self.add_cog(self.listening)
        self.tree.add_command(self.listening.menu)
        await self.add_cog(self.searching)
        self.tree.add_command(self.saving.menu)
        await self.add_cog(self.privacy)
        groups = [FaqCommands(self._tools, self._curated), LimitCommands(self._tools), self.operating.sources]
        loose: list[app_commands.Group] = [
            BlockCommands(self._tools, self.blocks),
            CorrectCommands(self._tools),
            InstructionCommands(self._tools, self.drafts),
            *insight_commands(self._tools, self._likeness),
            *self.operating.loose,
        ]
        self.tree.add_command(admin_group(self._tools, groups, loose))
        await self.tree.set_translator(CommandTranslator())
        await self._register_commands()

    async def on_message(self, message: discord.Message, /) -> None:
        """No text commands; what people write is heard by `Listening`."""

    async def on_shard_connect(self, shard_id: int) -> None:
        """Keep a configured gateway: READY names an address for resuming, which would lead past a proxy."""
        if _gateway_is_set():
            self._get_websocket(shard_id=shard_id).gateway = DiscordWebSocket.DEFAULT_GATEWAY

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Connect one shard; to the configured gateway, where there is one, rather than to the API's."""
        address = DiscordWebSocket.DEFAULT_GATEWAY if _gateway_is_set() else gateway
        await super().launch_shard(address, shard_id, initial=initial)

    async def close(self) -> None:
        """End running answers with a sentence, then the connection."""
        if not self.is_closed():
            await self.asking.answers.interrupt()
            await self.operating.close()
        await super().close()

    async def report(self, interaction: discord.Interaction[Any], error: Exception) -> None:
        """The one error handler: the traceback goes to the log, a plain sentence to the person."""
        question_id = interaction.extras.get("question_id", f"{interaction.id:x}")
        sentence = self._sentence(interaction, getattr(error, "original", error), question_id)
        try:
            if interaction.response.is_done():
                await interaction.followup.send(sentence, ephemeral=True)
            else:
                await interaction.response.send_message(sentence, ephemeral=True)
        except discord.HTTPException as failure:
            _log.warning("the person could not be told", question_id=question_id, reason=str(failure))

    def _sentence(self, interaction: discord.Interaction[Any], cause: Exception, question_id: str) -> str:
        texts = self.speaking.to(interaction).general
        if isinstance(cause, NotAllowed):
            return str(cause)
        if isinstance(cause, RecordsUnavailable):
            _log.warning("a command needs the database", reason=str(cause))
            return texts.records_unavailable
        _log.error("a command failed", question_id=question_id, exc_info=cause)
        return texts.command_failed.format(id=question_id)

    async def _register_commands(self) -> None:
        """Register commands where Discord's differ: registering is limited to 200 a day, and resets permissions."""
        translator = cast("app_commands.Translator", self.tree.translator)
        commands = self.tree.get_commands()
        wanted = [await command.get_translated_payload(self.tree, translator) for command in commands]
        registered = await self.http.request(_registered_commands(cast("int", self.application_id)))
        if _same_commands(wanted, registered):
            return
        await self.tree.sync()
        _log.info("commands registered", commands=[command["name"] for command in wanted])


class _Tree(app_commands.CommandTree[SupportBot]):
    async def on_error(
        self, interaction: discord.Interaction[SupportBot], error: app_commands.AppCommandError, /
    ) -> None:
        await interaction.client.report(interaction, error)


def _registered_commands(application_id: int) -> Route:
    """The request for them, with their translations, which Discord leaves out unless asked."""
    path = "/applications/{application_id}/commands?with_localizations=true"
    return Route("GET", path, application_id=application_id)


def _gateway_is_set() -> bool:
    return DiscordWebSocket.DEFAULT_GATEWAY != _DISCORDS_GATEWAY


def _same_commands(wanted: Sequence[Mapping[str, Any]], registered: Sequence[Mapping[str, Any]]) -> bool:
    by_name = {(command["name"], command["type"]): command for command in registered}
    return len(wanted) == len(by_name) and all(
        _holds(by_name.get((command["name"], command["type"])), command) for command in wanted
    )


def _holds(registered: Any, wanted: Any) -> bool:
    """Whether Discord's description says all that ours says; it adds fields, and leaves out what is empty."""
    if isinstance(wanted, Mapping):
        return isinstance(registered, Mapping) and all(_holds(registered.get(key), wanted[key]) for key in wanted)
    if isinstance(wanted, list) and wanted:
        return (
            isinstance(registered, list)
            and len(registered) == len(wanted)
            and all(_holds(*pair) for pair in zip(registered, wanted, strict=True))
        )
    # Permissions are sent as a number and come back as a text.
    return bool(registered == wanted or not (registered or wanted) or str(registered) == str(wanted))
