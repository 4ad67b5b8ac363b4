"""A server with somebody in it, for the server's own tests."""

import json
from typing import Any

import aiohttp

from tests.wire.discord_server import DiscordServer, Interaction, Message

OPTION = {"name": "text", "description": "x", "type": 3, "required": True}
"""The option of `/echo`."""


class Scene:
    """A server with one guild, one channel and one person, and a plain HTTP client with the bot's token."""

    def __init__(self, server: DiscordServer, http: aiohttp.ClientSession) -> None:
        self.server = server
        self.guild = server.add_guild()
        self.channel = server.add_text_channel(self.guild)
        self.ada = server.add_member(self.guild, "ada")
        self._http = http

    async def call(self, method: str, path: str, body: Any = None, token: str | None = None) -> tuple[int, Any]:
        """Send a request; status and JSON body."""
        headers = {"Authorization": f"Bot {token or self.server.token}"}
        async with self._http.request(method, self.server.api_url + path, json=body, headers=headers) as response:
            text = await response.text()
            return response.status, json.loads(text) if text else None

    async def ask(self, text: str = "hello") -> Interaction:
        """Type /echo."""
        return await self.server.slash("echo", {"text": text}, user=self.ada, channel=self.channel)

    async def bare_interaction(self) -> tuple[Interaction, str, str]:
        """An interaction that no bot is there to answer, with the paths of its callback and of its message."""
        self.server.hub.commands.replace(None, [{"name": "echo", "description": "x", "options": [OPTION]}])
        asked = await self.ask()
        callback = f"/interactions/{asked.id}/{asked.token}/callback"
        return asked, callback, f"/webhooks/{self.server.bot.id}/{asked.token}/messages/@original"


def is_done(message: Message) -> bool:
    """The last edit brings the buttons."""
    return bool(message.buttons)
