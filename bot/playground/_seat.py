"""One open page: it shows what its person sees, and does what they do."""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog
from aiohttp import WSMsgType, web
from simcord.backend.access import channel_accessible
from simcord.backend.errors import SetupError
from simcord.results import InteractionResult

from bot.playground._acts import REFUSED, Act, Hands
from bot.playground._forms import describe_form
from bot.playground._place import Place
from bot.playground._view import View
from bot.texts.playground import PlaygroundTexts

_ANSWER_SECONDS = 3.0
"""As long as Discord waits for a bot to take an interaction."""

_log = structlog.get_logger(__name__)


class Seat:
    """A page's person and channel, which its acts may change; begins with the first person in the first channel."""

    def __init__(self, place: Place, socket: web.WebSocketResponse, texts: PlaygroundTexts) -> None:
        self._place = place
        self._socket = socket
        self._texts = texts
        self._person = place.people[0]
        self._channel_id = next(place.channels(self._person)).id
        self._forms: dict[str, InteractionResult] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Until the page is closed."""
        self._start(self._show())
        try:
            async for message in self._socket:
                if message.type is WSMsgType.TEXT:
                    self._start(self._take(message.json()))
        finally:
            for task in tuple(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _show(self) -> None:
        """Send what is seen, and again whenever that is something else."""
        shown: Mapping[str, Any] = {}
        while not self._socket.closed:
            change = self._place.env.change
            seen = self._view()
            if seen != shown:
                await self._send(view=seen)
                shown = seen
            await change.wait()

    def _view(self) -> Mapping[str, Any]:
        if not channel_accessible(self._place.env.backend, self._channel_id, self._person.id):
            # A thread that was deleted meanwhile, or a private one of somebody else.
            self._channel_id = next(self._place.channels(self._person)).id
        return View(self._place, self._person, self._channel_id).draw()

    async def _take(self, act: Act) -> None:
        try:
            await self._do(act)
        except REFUSED as error:
            await self._send(problem=str(error))
        except Exception:  # noqa: BLE001 - the task's border: the page is told, and goes on
            _log.exception("an act on the page failed", act=act.get("do"))
            await self._send(problem=self._texts.failed)

    async def _do(self, act: Act) -> None:
        hands = Hands(self._place, self._person, self._channel_id)
        match act["do"]:
            case "look":
                self._look(act)
            case "slash" | "menu" | "press" | "select" as kind:
                await self._follow(await getattr(hands, kind)(act))
            case "submit":
                await self._follow(await hands.submit(self._forms.pop(act["form"]), act))
            case "complete":
                asked = await hands.complete(act)
                await self._answered(asked)
                await self._send(choices=asked.autocomplete_choices or [], option=act["option"], text=act["text"])
            case "send" | "edit" | "delete" as kind:
                await getattr(hands, kind)(act)
            case "post":
                self._channel_id = await hands.post(act)
        self._place.env.changed()

    def _look(self, act: Act) -> None:
        """Switch to another person or channel; direct messages are each person's own."""
        backend = self._place.env.backend
        if "person" in act:
            direct = not backend.get_channel(self._channel_id).guild_id
            self._person = self._place.person(int(act["person"]))
            self._channel_id = backend.get_dm_channel(self._person.id).id if direct else self._channel_id
        else:
            channel_id = int(act["channel"])
            if not channel_accessible(backend, channel_id, self._person.id):
                raise SetupError("That channel is not accessible to this user")
            self._channel_id = channel_id

    async def _follow(self, result: InteractionResult) -> None:
        """See to it that the bot took an interaction, and show the form that it answered with."""
        if not await self._answered(result):
            await self._send(problem=self._texts.no_answer)
        if (modal := result.modal) is not None:
            name = str(modal["custom_id"])
            self._forms[name] = result
            await self._send(form=describe_form(modal))

    async def _answered(self, result: InteractionResult) -> bool:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                while not result.acknowledged:
                    await self._place.env.change.wait()
        except TimeoutError:
            return False
        return True

    async def _send(self, **what: object) -> None:
        if not self._socket.closed:
            await self._socket.send_json(what)
