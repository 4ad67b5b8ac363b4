"""What is said about how much may be asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.texts.words import words
from rag_core.records.servers import LimitScope

LIMITS: Final = words("limits", "限额")
LIMITS_DESCRIPTION: Final = words("How much may be asked", "可以提多少问题")
SET_DESCRIPTION: Final = words("Limit how much may be asked", "限制可以提多少问题")
CLEAR_DESCRIPTION: Final = words("Go back to the limit that holds by itself", "恢复默认的限额")
LIST_DESCRIPTION: Final = words("Show all limits", "显示所有限额")
SCOPE: Final = words("scope", "范围")
SCOPE_OPTION: Final = words("Whose questions are counted", "统计谁的问题")
QUESTIONS: Final = words("questions", "问题数")
QUESTIONS_OPTION: Final = words("At most so many questions", "最多多少个问题")
MINUTES: Final = words("minutes", "分钟")
MINUTES_OPTION: Final = words("In so many minutes, up to a day", "在多少分钟内，最长一天")
ROLE_OPTION: Final = words("For the scope “role”", "用于“身份组”范围")
CHANNEL_OPTION: Final = words("For the scope “channel”", "用于“频道”范围")

SCOPE_CHOICES: Final = {
    "person": words("person: each member", "个人：每个成员"),
    "role": words("role: each member who has it", "身份组：拥有它的每个成员"),
    "channel": words("channel: all who ask there, together", "频道：在其中提问的所有人合计"),
    "server": words("server: everybody together", "服务器：所有人合计"),
}


@dataclass(frozen=True, slots=True)
class LimitTexts:
    """`reached`, `target` and `scopes` are by a limit's scope."""

    running: str
    reached: Mapping[LimitScope, str]
    target: Mapping[str, str]
    title: str
    scopes: Mapping[LimitScope, str]
    default: str
    none: str
    nothing_to_clear: str
    note: str
    amount: str
    question: str
    questions: str
    minute: str
    minutes: str
    hour: str
    hours: str


ENGLISH: Final = LimitTexts(
    running="Your last question is still being answered. Ask again when that is done, or press **Stop** under it.",
    reached={
        "person": "You have asked as much as one person may for now. You can ask again {when}.",
        "role": "You have asked as much as your role may for now. You can ask again {when}.",
        "channel": "As much was asked in this channel as may be for now. You can ask here again {when}.",
        "server": "As much was asked in this server as may be for now. You can ask again {when}.",
    },
    target={
        "person": "A limit for each person takes neither `role` nor `channel`.",
        "role": "Choose the `role` that the limit is for, and leave `channel` out.",
        "channel": "Choose the `channel` that the limit is for, and leave `role` out.",
        "server": "A limit for the server takes neither `role` nor `channel`.",
    },
    title="Limits",
    scopes={
        "person": "Each person",
        "role": "Each with {target}",
        "channel": "All in {target}",
        "server": "The whole server",
    },
    default="by itself",
    none="no limit",
    nothing_to_clear="Nothing was set here.",
    note="A role's limit replaces that for persons. Moderators have none of their own.",
    amount="{questions} in {time}",
    question="1 question",
    questions="{count:,} questions",
    minute="1 minute",
    minutes="{count} minutes",
    hour="1 hour",
    hours="{count} hours",
)

CHINESE: Final = LimitTexts(
    running="您的上一个问题还在回答中。请等它完成后再问，或按其下方的 **停止**。",
    reached={
        "person": "您目前的提问数已达个人上限，{when} 可以再问。",
        "role": "您目前的提问数已达您身份组的上限，{when} 可以再问。",
        "channel": "本频道目前的提问数已达上限，{when} 可以在这里再问。",
        "server": "本服务器目前的提问数已达上限，{when} 可以再问。",
    },
    target={
        "person": "针对每个人的限额不需要 `role` 或 `channel`。",
        "role": "请选择限额所针对的 `role`，不要填写 `channel`。",
        "channel": "请选择限额所针对的 `channel`，不要填写 `role`。",
        "server": "针对服务器的限额不需要 `role` 或 `channel`。",
    },
    title="限额",
    scopes={
        "person": "每个人",
        "role": "拥有 {target} 的每个人",
        "channel": "{target} 中的所有人合计",
        "server": "整个服务器合计",
    },
    default="默认",
    none="没有限额",
    nothing_to_clear="这里没有单独的设置。",
    note="身份组的限额取代个人限额。管理员没有个人限额。",
    amount="{time}内 {questions}",
    question="1 个问题",
    questions="{count:,} 个问题",
    minute="1 分钟",
    minutes="{count} 分钟",
    hour="1 小时",
    hours="{count} 小时",
)
