"""An answer in a channel, and people who press what stands under it."""

from typing import Any

from simcord import InteractionResult
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle

from tests.bot.asking.answers import QUESTION
from tests.bot.scene import Scene, said


async def ask(it: Scene, channel: ChannelHandle | None = None, who: MemberActor | None = None) -> InteractionResult:
    """A member's question with its answer."""
    return await (who or it.here.member).slash(channel or it.here.channel, "ask", question=QUESTION)


def question_id(it: Scene) -> str:
    """Of the latest question."""
    return list(it.records.questions.questions)[-1]


async def press(who: MemberActor, result: InteractionResult, action: str) -> InteractionResult:
    """Press the button whose id begins so."""
    assert result.response is not None
    return await who.click(result.response, custom_id=_button(result, action)["custom_id"])


def button(result: InteractionResult, action: str) -> dict[str, Any]:
    """As it looks now."""
    return _button(result, action)


def whispered(pressed: InteractionResult) -> str:
    """What the presser alone is told."""
    assert all(message.ephemeral for message in pressed.followups)
    return "\n".join(said(message.components) or message.content for message in pressed.followups)


def _button(result: InteractionResult, action: str) -> dict[str, Any]:
    assert result.response is not None

    def find(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
        nested = [each for part in components for each in find(part.get("components", []))]
        return [part for part in components if part["type"] == 2] + nested

    return next(each for each in find(result.response.components) if each["custom_id"].startswith(f"{action}:"))
