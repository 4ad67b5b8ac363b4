"""What is said about curated answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.texts.words import words
from rag_core.records.curated import Consent

FAQ: Final = words("faq", "常见问题")
FAQ_DESCRIPTION: Final = words("This server's own answers, shown first", "本服务器自己的回答，优先显示")
ADD: Final = words("add", "添加")
ADD_DESCRIPTION: Final = words("Write an answer of your own", "写下自己的回答")
EDIT: Final = words("edit", "编辑")
EDIT_DESCRIPTION: Final = words("Write one anew", "重写一个回答")
REMOVE: Final = words("remove", "移除")
REMOVE_DESCRIPTION: Final = words("Remove one", "移除一个回答")
LIST: Final = words("list", "列表")
LIST_DESCRIPTION: Final = words("Show all of this server", "显示本服务器的全部回答")
SEARCH: Final = words("search", "搜索")
SEARCH_DESCRIPTION: Final = words("See which would be shown for a question", "查看某个问题会显示哪个回答")
ENTRY: Final = words("entry", "条目")
ENTRY_OPTION: Final = words("Which one; type a word of its question", "哪一个；输入问题中的词")
QUERY: Final = words("question", "问题")
QUERY_OPTION: Final = words("A question as somebody would ask it", "像提问者那样写的问题")
SAVE_AS_FAQ: Final = words("Save as FAQ", "保存为常见问题")


@dataclass(frozen=True, slots=True)
class CuratedTexts:
    """One field a sentence or label; `states` are by what the author says."""

    label: str
    own_words: str
    form_title: str
    question: str
    question_hint: str
    answer: str
    answer_hint: str
    empty: str
    added: str
    added_text: str
    edited: str
    edited_text: str
    removed: str
    waits: str
    unknown: str
    title: str
    nothing: str
    states: Mapping[Consent, str]
    found_title: str
    found_none: str
    found_fits: str
    found_near: str
    unavailable: str
    only_people: str
    no_text: str
    asked: str
    asked_text: str
    not_asked: str
    ask_title: str
    ask_text: str
    yes: str
    no: str
    only_author: str
    gone: str
    given: str
    refused: str


ENGLISH: Final = CuratedTexts(
    label="**Answered by the moderators**",
    own_words="Written by people of this server, not generated.",
    form_title="An answer of this server",
    question="Question",
    question_hint="As somebody would ask it",
    answer="Answer",
    answer_hint="Shown word for word. Bold, lists, code and plain addresses work.",
    empty="Both a question and an answer are needed.",
    added="Added",
    added_text="It is shown first from now on, when somebody asks this.",
    edited="Changed",
    edited_text="The text before is on record.",
    removed="Removed",
    waits="Saved. It is found as soon as the search index can be reached.",
    unknown="There is no such answer in this server. Choose one from the list that opens while you type.",
    title="This server's own answers",
    nothing="There is none yet. `/admin faq add` writes one.",
    states={
        "own": "by a moderator",
        "asked": "waits for its author",
        "given": "with its author's consent",
        "refused": "its author said no",
    },
    found_title="What comes near",
    found_none="Nothing of this server comes near.",
    found_fits="shown for this question",
    found_near="too far to be shown",
    unavailable="The search index can't be reached just now. Please try again in a moment.",
    only_people="Only what a person wrote can be saved.",
    no_text="That message has no text to save.",
    asked="Saved, but not used yet",
    asked_text="{author} is asked for consent. Until then nobody sees it.",
    not_asked="Its author can't be reached, neither directly nor here. It stays unused.",
    ask_title="May this server use your answer?",
    ask_text="The moderators of **{server}** want to show what you wrote, word for word, to whoever asks this. "
    "It links to your message.",
    yes="Yes, use it",
    no="No",
    only_author="Only the person who wrote it can decide.",
    gone="The moderators have removed it meanwhile.",
    given="Thank you! It is shown from now on.",
    refused="It is not used.",
)

CHINESE: Final = CuratedTexts(
    label="**由管理员回答**",
    own_words="由本服务器的成员撰写，并非生成。",
    form_title="本服务器的回答",
    question="问题",
    question_hint="像提问者那样写",
    answer="回答",
    answer_hint="原样显示。支持粗体、列表、代码和网址。",
    empty="问题和回答都要填写。",
    added="已添加",
    added_text="今后有人这样提问时，会优先显示。",
    edited="已修改",
    edited_text="原文保留在记录中。",
    removed="已移除",
    waits="已保存。搜索索引恢复后即可找到。",
    unknown="本服务器没有这个回答。请在输入时弹出的列表中选择。",
    title="本服务器自己的回答",
    nothing="还没有。用 `/admin faq add` 添加。",
    states={"own": "管理员撰写", "asked": "等待作者同意", "given": "作者已同意", "refused": "作者不同意"},
    found_title="相近的回答",
    found_none="本服务器没有相近的回答。",
    found_fits="会为此问题显示",
    found_near="相差太远，不会显示",
    unavailable="暂时无法访问搜索索引，请稍后再试。",
    only_people="只能保存真人写的内容。",
    no_text="这条消息没有可保存的文字。",
    asked="已保存，尚未使用",
    asked_text="已请 {author} 同意。在此之前没有人会看到。",
    not_asked="无法联系到作者（私信和这里都不行），因此不会使用。",
    ask_title="本服务器可以使用您的回答吗？",
    ask_text="**{server}** 的管理员希望在有人这样提问时，原样显示您写的内容，并链接到您的消息。",
    yes="可以使用",
    no="不可以",
    only_author="只有作者本人可以决定。",
    gone="管理员已经移除了它。",
    given="谢谢！从现在起会显示。",
    refused="不会使用它。",
)
