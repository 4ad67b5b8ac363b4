"""What people do on the page, done in the world: each act by the rules that Discord has for it."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

from simcord.actors import MemberActor
from simcord.backend.errors import BackendError, SetupError
from simcord.builders import UserHandle
from simcord.enums import AppCommandType, ComponentType, OptionType
from simcord.interactions import parse_option_input, walk_to_subcommand
from simcord.results import InteractionResult, ResponseMessage

from bot.playground._place import Person, Place

Act = Mapping[str, Any]
"""What the page sent: JSON with the act's name under `do`."""

REFUSED: Final = (SetupError, BackendError)
"""What people may not do, or what is not there any more; the error's text says it."""

_ENTITIES: Final = (ComponentType.USER_SELECT, ComponentType.ROLE_SELECT, ComponentType.CHANNEL_SELECT)


class Hands:
    """One person's, in one channel. Every act may raise one of `REFUSED`."""

    def __init__(self, place: Place, person: Person, channel_id: int) -> None:
        self._place = place
        self._person = person
        self._channel = place.channel(channel_id, person)
        self._backend = place.env.backend

    @property
    def _actor(self) -> MemberActor | UserHandle:
        """A member in a server, a user in direct messages."""
        return self._person.member if self._channel.guild else self._person.member.user

    async def slash(self, act: Act) -> InteractionResult:
        """Use a slash command: its `name`, and `options` by name."""
        name, options = str(act["name"]), self._options(str(act["name"]), act["options"])
        if isinstance(self._actor, UserHandle):
            shown: InteractionResult = await self._actor.slash(name, **options)
            return shown
        return await self._actor.slash(self._channel, name, **options)

    async def menu(self, act: Act) -> InteractionResult:
        """Use a command of a message's menu."""
        return await self._person.member.context_menu(self._channel, str(act["name"]), self._message(act))

    async def complete(self, act: Act) -> InteractionResult:
        """Type into an `option` that the bot has suggestions for."""
        name, option = str(act["name"]), str(act["option"])
        filled = self._options(name, act["options"])
        before = set(self._backend.interactions)
        if isinstance(self._actor, UserHandle):
            await self._actor.autocomplete(name, option, str(act["text"]), **filled)
        else:
            await self._actor.autocomplete(self._channel, name, option, str(act["text"]), **filled)
        # simcord hands back the suggestions as far as they are there by now, and not what to wait for.
        new = [self._backend.interactions[each] for each in set(self._backend.interactions) - before]
        asked = max((each for each in new if each.user_id == self._person.id), key=lambda each: each.id)
        return InteractionResult(self._place.env, asked)

    async def press(self, act: Act) -> InteractionResult:
        """Press a button, by its `custom_id`."""
        pressed: InteractionResult = await self._actor.click(self._message(act), custom_id=str(act["custom_id"]))
        return pressed

    async def select(self, act: Act) -> InteractionResult:
        """Choose in a menu, by its `custom_id`; `type` is the menu's."""
        values = [self._chosen(int(act["type"]), value) for value in act["values"]]
        custom_id = str(act["custom_id"])
        chosen: InteractionResult = await self._actor.select(self._message(act), values, custom_id=custom_id)
        return chosen

    async def submit(self, form: InteractionResult, act: Act) -> InteractionResult:
        """Send a form: `values` by custom id, each as its field has it; `types` says which fields those are."""
        values = {name: self._filled(act["types"][name], value) for name, value in act["values"].items()}
        sent: InteractionResult = await self._actor.submit_modal(form, values)
        return sent

    async def send(self, act: Act) -> None:
        """Write a message, maybe with `reply_to` and `files`."""
        text, files = self._mentioned(str(act["text"])), [_upload(each) for each in act.get("files", ())]
        reply = self._by_id(act["reply_to"]) if act.get("reply_to") else None
        if isinstance(self._actor, MemberActor):
            await self._actor.send(self._channel, text, reply_to=reply, attachments=files)
            return
        reference = {"channel_id": str(self._channel.id), "message_id": str(reply.id)} if reply else None
        attachments = self._backend.store_attachments(self._channel.id, files)
        await self._actor.send_dm(text, reference=reference, attachments=attachments)

    async def edit(self, act: Act) -> None:
        """Change one's own message."""
        await self._actor.edit(self._message(act), self._mentioned(str(act["text"])))

    async def delete(self, act: Act) -> None:
        """Delete one's own message, or as a moderator anybody's."""
        await self._actor.delete(self._message(act))

    async def post(self, act: Act) -> int:
        """Write a post into the forum; the id of its thread."""
        member = self._person.member
        self._backend.require_permissions(self._place.guild.id, member.id, self._channel.id, "send_messages")
        title, text, tags = str(act["title"]).strip(), str(act["text"]), [int(each) for each in act.get("tags", ())]
        if not title or not text.strip():
            raise SetupError("A post needs a title and a text")
        thread = self._backend.create_thread(
            self._channel.id, title[:100], member.id, applied_tags=tags, broadcast=False
        )
        self._backend.announce_thread_create(thread)
        files = self._backend.store_attachments(thread.id, [_upload(each) for each in act.get("files", ())])
        starter = self._backend.prepare_message(thread.id, member.id, self._mentioned(text), attachments=files)
        starter.id = thread.id  # as in Discord, where a post's first message has its thread's id
        self._backend.commit_message(starter)
        return int(thread.id)

    def _message(self, act: Act) -> ResponseMessage:
        return self._by_id(act["message"])

    def _by_id(self, message_id: object) -> ResponseMessage:
        """A message of the channel, or the one above it that a thread hangs on."""
        wanted = int(str(message_id))
        parent = self._backend.get_channel(self._channel.id).parent_id
        above = wanted == self._channel.id and wanted not in self._backend.messages[wanted]
        stored = self._backend.get_message(parent if above and parent else self._channel.id, wanted)
        return ResponseMessage(self._place.env, stored)

    def _mentioned(self, text: str) -> str:
        """`@Name` as Discord's own client turns it into a mention."""
        names = {self._backend.bot_user.name: self._backend.bot_user.id} | {p.name: p.id for p in self._place.people}
        for name, user_id in names.items():
            text = text.replace(f"@{name}", f"<@{user_id}>")
        return text

    def _options(self, name: str, raw: Mapping[str, Any]) -> dict[str, Any]:
        """Typed, from what stands in the page's fields."""
        root, *path = name.split()
        command = self._backend.find_command(root, self._place.guild.id, AppCommandType.CHAT_INPUT)
        if command is None:
            raise SetupError(f"/{name} is not there any more")
        declared = {each["name"]: each for each in walk_to_subcommand(command, path)[0].get("options") or ()}
        return {each: self._option(name, declared[each], value) for each, value in raw.items() if each in declared}

    def _option(self, command: str, option: Mapping[str, Any], raw: Any) -> Any:
        match OptionType(option["type"]):
            case OptionType.USER | OptionType.MENTIONABLE:
                return self._place.member(int(raw))
            case OptionType.CHANNEL:
                return self._place.channel(int(raw), self._person)
            case OptionType.ROLE:
                return self._place.role(int(raw))
            case OptionType.ATTACHMENT:
                return _upload(raw)
            case _:
                return parse_option_input(command, dict(option), raw)

    def _chosen(self, kind: int, value: str) -> Any:
        match kind:
            case ComponentType.USER_SELECT | ComponentType.MENTIONABLE_SELECT:
                return self._place.member(int(value))
            case ComponentType.ROLE_SELECT:
                return self._place.role(int(value))
            case ComponentType.CHANNEL_SELECT:
                return self._place.channel(int(value), self._person)
            case _:
                return value

    def _filled(self, kind: int, value: Any) -> Any:
        if kind in _ENTITIES:
            return [self._chosen(kind, each) for each in value]
        return [_upload(each) for each in value] if kind == ComponentType.FILE_UPLOAD else value


def _upload(raw: Mapping[str, Any]) -> tuple[str, bytes]:
    """A file's name and content."""
    try:
        return str(raw["name"]), base64.b64decode(raw["data"], validate=True)
    except (KeyError, TypeError, binascii.Error):
        raise SetupError("That file did not arrive whole") from None
