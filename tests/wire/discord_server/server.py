"""A small Discord on loopback: REST v10 and the gateway, for the bot as a process of its own."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from aiohttp import web

from tests.wire.discord_server.buckets import Buckets
from tests.wire.discord_server.clock import Clock, SystemClock
from tests.wire.discord_server.commands import Commands
from tests.wire.discord_server.connection import Connection
from tests.wire.discord_server.gateway import Gateway
from tests.wire.discord_server.hub import Held, Hub
from tests.wire.discord_server.interactions import Interaction
from tests.wire.discord_server.journal import Journal, Recorded, Violation
from tests.wire.discord_server.model import DM, TEXT, Channel, Guild, Json, Member, Message, Role, User
from tests.wire.discord_server.payloads import channel_json, guild_json, member_json
from tests.wire.discord_server.people import People
from tests.wire.discord_server.rest import PREFIX, add_endpoints
from tests.wire.discord_server.routes_application import ENDPOINTS as APPLICATION
from tests.wire.discord_server.routes_channels import ENDPOINTS as CHANNELS
from tests.wire.discord_server.routes_interactions import ENDPOINTS as INTERACTIONS
from tests.wire.discord_server.session import GUILD_MEMBERS, GUILDS
from tests.wire.discord_server.signal import PATIENCE, Signal
from tests.wire.discord_server.world import World

TOKEN = "MTAw.wire-test.not-a-secret"  # the same for every server: it opens nothing


class DiscordServer(People):
    """The server. Use it as an async context manager; people act through the methods of `People`.

    `clock` measures the 3 s to acknowledge and the 15 minutes of token; rate limits always run in real time, since
    the client sleeps through them in real time. `world` is what there is from the beginning, such as an earlier
    server's.
    """

    def __init__(
        self, *, clock: Clock | None = None, heartbeat_interval: float = 41.25, world: World | None = None
    ) -> None:
        signal = Signal()
        journal = Journal(signal)
        world = world or World(User("docs-bot", bot=True))
        gateway = Gateway(world, journal, signal, TOKEN, heartbeat_interval)
        commands = Commands(world.bot.id)
        hub = Hub(TOKEN, world, gateway, journal, commands, Buckets(journal), clock or SystemClock(), signal)
        super().__init__(hub)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=32 << 20)
        app.router.add_get("/gateway", self.hub.gateway.serve)
        app.router.add_get("/gateway/", self.hub.gateway.serve)
        app.router.add_get("/attachments/{channel}/{attachment}/{name}", self._attachment)
        add_endpoints(app, self.hub, [*APPLICATION, *INTERACTIONS, *CHANNELS])
        self._runner = web.AppRunner(app, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.hub.base_url, self.hub.gateway.url = f"http://{host}:{port}", f"ws://{host}:{port}/gateway"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.drop_gateway()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        """What `DISCORD_API_URL` is set to."""
        return self.hub.base_url + PREFIX

    @property
    def gateway_url(self) -> str:
        """What `DISCORD_GATEWAY_URL` is set to."""
        return self.hub.gateway.url

    @property
    def token(self) -> str:
        """The one token that is right."""
        return self.hub.token

    @property
    def bot(self) -> User:
        """The bot's account."""
        return self.hub.world.bot

    @property
    def requests(self) -> list[Recorded]:
        """Every request so far, in order of arrival."""
        return self.hub.journal.requests

    @property
    def violations(self) -> list[Violation]:
        """Every rule of Discord's that the bot broke so far."""
        return self.hub.journal.violations

    def interaction(self, token: str) -> Interaction:
        """The interaction with this token."""
        return self.hub.interactions[token]

    def add_guild(self, name: str = "Milvus", *, locale: str = "en-US") -> Guild:
        """A guild with the bot in it; a running bot is told that it joined."""
        owner = self._person(f"{name.lower()}-owner", bot=False)
        guild = Guild(name, owner, self.bot, locale)
        self.hub.world.guilds[guild.id] = guild
        for session in self.hub.gateway.sessions:
            if session.valid and session.covers(guild.id) and session.wants(GUILDS):
                session.dispatch("GUILD_CREATE", guild_json(guild, members=session.wants(GUILD_MEMBERS)))
        return guild

    def add_text_channel(self, guild: Guild, name: str = "support", *, kind: int = TEXT) -> Channel:
        """A channel of a guild; `kind` FORUM makes a forum."""
        channel = Channel(name, guild, kind)
        guild.channels.append(channel)
        self.hub.world.channels[channel.id] = channel
        self.hub.gateway.dispatch("CHANNEL_CREATE", channel_json(channel, self.bot), guild, GUILDS)
        return channel

    def add_role(self, guild: Guild, name: str, *members: User) -> Role:
        """A role without permissions of its own; before the bot connects, which is not told."""
        role = Role(name, 0)
        guild.roles.append(role)
        for user in members:
            guild.members[user.id].roles.append(role)
        return role

    def add_member(self, guild: Guild, name: str, *, permissions: int = 0, bot: bool = False) -> User:
        """A person (or another bot) in a guild; `permissions` come with a role of their own."""
        user = self._person(name, bot=bot)
        member = Member(user)
        if permissions:
            role = Role(f"role of {name}", permissions)
            guild.roles.append(role)
            member.roles.append(role)
        guild.members[user.id] = member
        joined = member_json(guild, member) | {"guild_id": str(guild.id)}
        self.hub.gateway.dispatch("GUILD_MEMBER_ADD", joined, guild, GUILD_MEMBERS)
        return user

    def open_dm(self, user: User) -> Channel:
        """A direct conversation between a person and the bot."""
        channel = Channel(user.name, type=DM, recipient=user)
        self.hub.world.channels[channel.id] = channel
        self.hub.gateway.dispatch("CHANNEL_CREATE", channel_json(channel, self.bot), None)
        return channel

    def deny(self, channel: Channel, permissions: int) -> None:
        """Take these permissions from the bot in one channel."""
        channel.denied |= permissions
        self.hub.gateway.dispatch("CHANNEL_UPDATE", channel_json(channel, self.bot), channel.guild, GUILDS)

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel with its messages."""
        del self.hub.world.channels[channel.id]
        if channel.guild is not None:
            channel.guild.channels.remove(channel)
        for message in [item for item in self.hub.world.messages.values() if item.channel is channel]:
            del self.hub.world.messages[message.id]
        self.hub.gateway.dispatch("CHANNEL_DELETE", channel_json(channel, self.bot), channel.guild, GUILDS)

    def messages_in(self, channel: Channel) -> list[Message]:
        """The messages of a channel, oldest first, ephemeral ones too."""
        return [message for message in self.hub.world.messages.values() if message.channel is channel]

    def expire(self, interaction: Interaction) -> None:
        """End the life of an interaction's token now."""
        interaction.expired = True

    def rate_limit_next(self, route: str, retry_after: float) -> None:
        """Answer the next request on this route ("PATCH /webhooks/...", see `Recorded.route`) with a 429."""
        self.hub.buckets.limit_next(route, retry_after)

    def hold(self, route: str) -> None:
        """Do what is asked on this route (see `Recorded.route`), but answer nothing until it is let go."""
        self.hub.held[route] = Held()

    def let_one_go(self, route: str) -> None:
        """Answer the oldest request on a held route."""
        self.hub.held[route].let_one_go()

    def release(self, route: str) -> None:
        """Answer all requests on this route, and from now on at once."""
        if held := self.hub.held.pop(route, None):
            held.let_all_go()

    def drop_gateway(self) -> None:
        """Break every gateway connection without a goodbye; events are kept for the RESUME."""
        for connection in list(self.hub.gateway.connections):
            connection.abort()

    def invalidate_sessions(self) -> None:
        """Make every session impossible to resume, as a restart of Discord's side does."""
        for session in self.hub.gateway.sessions:
            session.valid = False

    async def ask_to_reconnect(self) -> None:
        """Send RECONNECT (opcode 7) on every gateway connection."""
        for connection in self.hub.gateway.live():
            await connection.send({"op": 7})

    async def connected(self, *, shards: int = 1, within: float = PATIENCE) -> list[Connection]:
        """Wait until so many shards are connected with a session."""

        def look() -> list[Connection] | None:
            live = self.hub.gateway.live()
            return live if len(live) >= shards else None

        return await self.hub.signal.until(look, f"{shards} gateway connections", within)

    async def disconnected(self, within: float = PATIENCE) -> None:
        """Wait until no gateway connection is left."""
        await self.hub.signal.until(lambda: not self.hub.gateway.connections, "the connections' end", within)

    async def resumed(self, times: int = 1, within: float = PATIENCE) -> None:
        """Wait until sessions were resumed so many times."""
        await self.hub.signal.until(lambda: self.hub.gateway.resumes >= times, "a RESUME", within)

    async def registered(self, *names: str, guild: Guild | None = None, within: float = PATIENCE) -> list[Json]:
        """Wait until these commands are registered; all of that scope."""

        def look() -> list[Json] | None:
            found = self.hub.commands.all(guild.id if guild else None)
            return found if {item["name"] for item in found}.issuperset(names) and found else None

        return await self.hub.signal.until(look, f"the registration of {names or 'any command'}", within)

    async def requested(self, route: str, times: int = 1, within: float = PATIENCE) -> list[Recorded]:
        """Wait until a route was requested and answered so many times."""

        def look() -> list[Recorded] | None:
            found = [request for request in self.hub.journal.of(route) if request.status]
            return found if len(found) >= times else None

        return await self.hub.signal.until(look, f"{times} requests on {route}", within)

    def _person(self, name: str, *, bot: bool) -> User:
        user = User(name, bot)
        self.hub.world.users[user.id] = user
        return user

    async def _attachment(self, request: web.Request) -> web.Response:
        wanted = request.match_info["attachment"]
        for message in self.hub.world.messages.values():
            for item in message.attachments:
                if str(item.id) == wanted:
                    return web.Response(body=item.data, headers={"Content-Type": item.content_type})
        raise web.HTTPNotFound
