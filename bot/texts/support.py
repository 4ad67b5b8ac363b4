"""What is said about answers that did not help, about what is solved, and about calling a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.texts.words import words
from rag_core.answering.model import AnswerOutcome
from rag_core.records.model import Reason

CORRECT: Final = words("correct", "更正")
CORRECT_DESCRIPTION: Final = words("Put a wrong answer right, in place", "就地更正错误的回答")
CORRECT_ID: Final = words("id", "编号")
CORRECT_OPTION: Final = words("The question's id, or a link to the answer", "问题的编号，或回答的消息链接")


@dataclass(frozen=True, slots=True)
class SupportTexts:
    """One field a sentence or label; `reasons` are by reason, `tried` by an answer's outcome."""

    solve_label: str
    solved_label: str
    only_asker_solves: str
    already_solved: str
    call_label: str
    called_label: str
    only_asker_calls: str
    nobody_to_call: str
    already_called: str
    call_failed: str
    gone: str
    form_title: str
    form_reason: str
    reasons: Mapping[Reason, str]
    form_comment: str
    form_comment_hint: str
    form_thanks: str
    wanted: str
    question: str
    tried: str
    asked_before: str
    tried_outcome: Mapping[AnswerOutcome, str]
    no_answer: str
    to_answer: str
    correct_title: str
    correct_text: str
    correct_hint: str
    correct_unknown: str
    corrected_title: str
    corrected: str
    corrected_out_of_reach: str
    unchanged: str
    before: str
    corrected_note: str


ENGLISH: Final = SupportTexts(
    solve_label="Solved",
    solved_label="✓ Solved",
    only_asker_solves="Only the person who asked and moderators can mark this as solved.",
    already_solved="This was marked as solved before.",
    call_label="Ask a person",
    called_label="A person was called",
    only_asker_calls="Only the person who asked, those who talk in its thread and moderators can call somebody.",
    nobody_to_call="Nobody is set to be called in this server. Moderators choose a role with `/admin roles helper`.",
    already_called="Somebody was called already. They come here when they can.",
    call_failed="Nobody could be called just now. Please try again in a moment.",
    gone="This question is no longer on record here: please ask it again.",
    form_title="What was wrong?",
    form_reason="What fits best?",
    reasons={
        "wrong": "It is wrong",
        "outdated": "It is outdated",
        "incomplete": "Something is missing",
        "off_topic": "It is about something else",
    },
    form_comment="In your words",
    form_comment_hint="What should it have said?",
    form_thanks="Thank you. The moderators see what you wrote.",
    wanted="{role} · {asker} asks for a person",
    question="**Question**",
    tried="**Tried so far**",
    asked_before="Asked before: {question}",
    tried_outcome={
        "answered": "Answered from the documentation: {text}",
        "refused": "The documentation doesn't answer it.",
        "quoted": "The closest passages were quoted.",
        "cancelled": "The answer was stopped.",
        "failed": "The bot could not answer.",
    },
    no_answer="There is no answer yet.",
    to_answer="To the answer",
    correct_title="Correct this answer",
    correct_text="What it should say",
    correct_hint="Keep marks such as [1] where a source fits.",
    correct_unknown="There is no such answer in this server. Take the id from `/admin log`, or copy the answer's link.",
    corrected_title="Corrected",
    corrected="The answer is changed in place. The old text is on record.",
    corrected_out_of_reach="It is on record, but the message itself is gone or out of reach.",
    unchanged="Nothing changed: it says this already.",
    before="**Before**",
    corrected_note="Corrected by the moderators.",
)

CHINESE: Final = SupportTexts(
    solve_label="已解决",
    solved_label="✓ 已解决",
    only_asker_solves="只有提问者和管理员可以标记为已解决。",
    already_solved="之前已经标记为已解决。",
    call_label="请求人工帮助",
    called_label="已通知协助者",
    only_asker_calls="只有提问者、在其子区中发言的人和管理员可以请求人工帮助。",
    nobody_to_call="本服务器没有设置要通知的身份组。管理员可以用 `/admin roles helper` 选择一个。",
    already_called="已经通知过协助者，他们有空时会来这里。",
    call_failed="暂时无法通知协助者，请稍后再试。",
    gone="这个问题已不在记录中，请重新提问。",
    form_title="哪里不对？",
    form_reason="最符合的是",
    reasons={
        "wrong": "内容有误",
        "outdated": "内容已过时",
        "incomplete": "内容不完整",
        "off_topic": "答非所问",
    },
    form_comment="请用自己的话说明",
    form_comment_hint="正确的回答应该是什么？",
    form_thanks="谢谢。管理员会看到您写的内容。",
    wanted="{role} · {asker} 请求人工帮助",
    question="**问题**",
    tried="**已尝试**",
    asked_before="之前问过：{question}",
    tried_outcome={
        "answered": "根据文档回答：{text}",
        "refused": "文档中没有答案。",
        "quoted": "引用了最接近的段落。",
        "cancelled": "回答被停止了。",
        "failed": "机器人未能回答。",
    },
    no_answer="还没有回答。",
    to_answer="查看回答",
    correct_title="更正这个回答",
    correct_text="应该怎么说",
    correct_hint="有来源的地方请保留 [1] 这样的标记。",
    correct_unknown="本服务器没有这个回答。请从 `/admin log` 获取编号，或复制回答的消息链接。",
    corrected_title="已更正",
    corrected="回答已就地修改，原文保留在记录中。",
    corrected_out_of_reach="已记录，但消息本身已被删除或无法访问。",
    unchanged="没有变化：回答已经是这样。",
    before="**之前**",
    corrected_note="由管理员更正。",
)
