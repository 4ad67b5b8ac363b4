"""What is said about a server's own instructions."""

from dataclasses import dataclass
from typing import Final

from bot.texts.words import words

MAX_INSTRUCTIONS: Final = 1000
MAX_QUESTION: Final = 300

INSTRUCTIONS: Final = words("instructions", "指示")
INSTRUCTIONS_DESCRIPTION: Final = words("Add to how answers are written here", "补充本服务器的回答方式")


@dataclass(frozen=True, slots=True)
class InstructionTexts:
    """The form, the preview and what comes of it."""

    title: str
    instructions: str
    about: str
    question: str
    question_about: str
    trying: str
    preview: str
    now: str
    none: str
    bounds: str
    save: str
    discard: str
    saved: str
    removed: str
    discarded: str
    gone: str


ENGLISH: Final = InstructionTexts(
    title="Instructions for this server",
    instructions="Instructions",
    about="Tone, length, what to point out. Leave it empty to have none.",
    question="Question to try them on",
    question_about="You alone see the answer; then you save or discard.",
    trying="Answering with these instructions…",
    preview="Preview. Nothing is saved yet.",
    now="New instructions",
    none="none",
    bounds="Answers still come from the documentation only, and cite it: each sentence is checked.",
    save="Save",
    discard="Discard",
    saved="Saved. Answers in this server follow these instructions from now on.",
    removed="Saved. This server has no instructions of its own any more.",
    discarded="Discarded. Nothing was changed.",
    gone="This preview is over. Use `/admin instructions` again.",
)

CHINESE: Final = InstructionTexts(
    title="本服务器的指示",
    instructions="指示",
    about="语气、长短、需要指出的内容。留空则没有指示。",
    question="用来试答的问题",
    question_about="回答仅您可见，之后再保存或放弃。",
    trying="正在按这些指示回答…",
    preview="预览，尚未保存。",
    now="新的指示",
    none="无",
    bounds="回答仍然只来自文档并注明出处：每个句子都会核对。",
    save="保存",
    discard="放弃",
    saved="已保存。今后本服务器的回答遵循这些指示。",
    removed="已保存。本服务器不再有自己的指示。",
    discarded="已放弃，没有任何更改。",
    gone="这个预览已经结束，请重新使用 `/admin instructions`。",
)
