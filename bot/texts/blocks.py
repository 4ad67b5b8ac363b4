"""What is said about people who are shut out."""

from dataclasses import dataclass
from typing import Final

from bot.texts.words import words

MAX_REASON: Final = 300

BLOCK: Final = words("block", "屏蔽")
BLOCK_DESCRIPTION: Final = words("Stop answering somebody in this server", "在本服务器中不再回答某人")
UNBLOCK: Final = words("unblock", "取消屏蔽")
UNBLOCK_DESCRIPTION: Final = words("Answer somebody again", "重新回答某人")
BLOCKED: Final = words("blocked", "已屏蔽")
BLOCKED_DESCRIPTION: Final = words("Show who is not answered here", "显示在这里不被回答的人")
USER: Final = words("user", "用户")
USER_OPTION: Final = words("Who; an id for somebody who left", "哪位用户；已离开者可填 ID")
REASON: Final = words("reason", "原因")
REASON_OPTION: Final = words("Why; only moderators see it", "原因，仅管理员可见")


@dataclass(frozen=True, slots=True)
class BlockTexts:
    """`blocked` is for those who are shut out, the rest for moderators."""

    blocked: str
    title: str
    is_blocked: str
    told: str
    is_unblocked: str
    was_not_blocked: str
    not_them: str
    nobody: str
    line: str
    how_to_unblock: str


ENGLISH: Final = BlockTexts(
    blocked="The moderators of this server have blocked you from asking here. They can tell you more.",
    title="Blocked",
    is_blocked="{user} is not answered in this server any more.",
    told="They are told so privately when they use a command; messages get no answer. The reason is yours alone.",
    is_unblocked="{user} is answered again.",
    was_not_blocked="{user} was not blocked.",
    not_them="Neither moderators nor bots nor yourself can be blocked: {user}.",
    nobody="Nobody is blocked in this server.",
    line="{user}  since {since}, by {by}",
    how_to_unblock="`/admin unblock` lets somebody ask again.",
)

CHINESE: Final = BlockTexts(
    blocked="本服务器的管理员已禁止您在这里提问。详情请询问他们。",
    title="屏蔽",
    is_blocked="本服务器不再回答 {user}。",
    told="对方使用命令时会收到仅其可见的提示；对消息则不作回应。原因仅管理员可见。",
    is_unblocked="重新回答 {user}。",
    was_not_blocked="{user} 没有被屏蔽。",
    not_them="不能屏蔽管理员、机器人或您自己：{user}。",
    nobody="本服务器没有屏蔽任何人。",
    line="{user}  自 {since} 起，由 {by} 屏蔽",
    how_to_unblock="`/admin unblock` 可以让某人重新提问。",
)
