"""What is said about questions and answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.texts.words import words
from rag_core.answering.languages import NAMES
from rag_core.answering.model import Notice

MAX_QUESTION: Final = 6000
"""Characters, as many as Discord lets an option carry."""

MAX_VERSION: Final = 20

ASK: Final = words("ask", "提问")
ASK_DESCRIPTION: Final = words(
    "Ask a question about Milvus; the answer cites the documentation", "提出关于 Milvus 的问题，回答会引用文档"
)
QUESTION: Final = words("question", "问题")
QUESTION_DESCRIPTION: Final = words("Your question, as you would ask a colleague", "您的问题，就像问同事一样")
ATTACHMENT: Final = words("attachment", "附件")
ATTACHMENT_DESCRIPTION: Final = words("A log or text file that belongs to the question", "与问题有关的日志或文本文件")
VERSION: Final = words("version", "版本")
VERSION_DESCRIPTION: Final = words("Which version's documentation, if not the latest", "哪个版本的文档，默认为最新版本")
PRIVATE: Final = words("private", "私密")
PRIVATE_DESCRIPTION: Final = words("Only you see the answer", "回答仅您可见")
HELP: Final = words("help", "帮助")
HELP_DESCRIPTION: Final = words("What this bot does and how to ask", "这个机器人能做什么，以及如何提问")


@dataclass(frozen=True, slots=True)
class AskingTexts:
    """From the question to what stands under its answer.

    `reasons` are by an answer's note, `notices` by a notice's key, `languages` are what each language is called.
    """

    help: str
    turned_off: str
    empty_question: str
    picture: str
    no_text_file: str
    large_file: str
    long_question: str
    searching: str
    reading_one: str
    reading: str
    queued_one: str
    queued: str
    writing: str
    continues: str
    sources: str
    closest: str
    generated: str
    verbatim: str
    docs: str
    docs_and_age: str
    sample: str
    refused: str
    ask_people: str
    cancelled: str
    interrupted: str
    failed: str
    quoted: str
    reasons: Mapping[str, str]
    notices: Mapping[str, str]
    languages: Mapping[str, str]
    stop_label: str
    only_asker_stops: str
    stopping: str
    not_running: str
    thanks: str
    retry_label: str
    only_asker_retries: str
    nothing_to_retry: str
    thread_label: str
    thread_opened: str
    moved: str
    no_thread: str
    only_asker_moves: str
    dismiss_label: str
    only_asker_dismisses: str

    def notice(self, about: Notice) -> str:
        """A notice as a sentence."""
        return self.notices[about.key].format(value=self.languages.get(about.value, about.value))

    def read(self, passages: int) -> str:
        """That so many passages are being read."""
        return self.reading_one if passages == 1 else self.reading.format(count=passages)

    def queue(self, ahead: int) -> str:
        """That so many questions are before this one."""
        return self.queued_one if ahead == 1 else self.queued.format(ahead=ahead)


ENGLISH: Final = AskingTexts(
    help="""\
**I answer questions about Milvus from its documentation.**
- `/ask` with your question in a whole sentence. Name the index, the SDK and the version where they matter, and attach \
the log if there is one.
- Or mention me, reply to one of my answers, or choose *Apps* > *Answer from the docs* in a message's menu.
- `/search` finds sections without an answer, `/page` shows the sections of a page.
- The numbers in an answer link to the section that says so; all sources stand below it.
- If the documentation doesn't answer, I say so and link the closest sections.
- 👍 and 👎 tell the maintainers which answers are good; **Stop** ends one that you no longer need.
Answers are generated and can be wrong: check the linked section before you rely on one.
-# Privacy: your question and your rating are kept, so that the people who run this bot can improve it. \
`/privacy show` says more, `/privacy opt-out` ends it.""",
    turned_off="Questions are turned off in this channel. Another one may be open.",
    empty_question="Please write a question after `/ask`.",
    picture="I can't read pictures: please paste the text that it shows.",
    no_text_file="I can read logs and text files only: please paste the lines that matter.",
    large_file="That file is larger than {limit} kB: please attach the part that matters.",
    long_question="That is longer than {limit:,} characters: please shorten it to the lines that matter.",
    searching="Searching the documentation…",
    reading_one="Reading 1 passage…",
    reading="Reading {count} passages…",
    queued_one="1 question is before yours…",
    queued="{ahead} questions are before yours…",
    writing="Writing…",
    continues="Writing… The rest follows below when it is done.",
    sources="**Sources**",
    closest="**Closest sections**",
    generated="Generated, can be wrong.",
    verbatim="Quoted from the documentation, not generated.",
    docs="Milvus {version} docs.",
    docs_and_age="Milvus {version} docs, indexed {age}.",
    sample="From the sample pages: the full documentation is not indexed yet.",
    refused="**The documentation doesn't answer this.**",
    ask_people="The people in this channel may know.",
    cancelled="Stopped.",
    interrupted="Interrupted by a restart.",
    failed="Something went wrong while answering. It is logged as `{id}`; please ask again in a moment.",
    quoted="**Here are the closest passages, word for word.**",
    reasons={
        "no_evidence": "Nothing in the documentation comes close enough.",
        "nothing_held": "What was generated did not hold against the documentation, so it is left out.",
        "engine_unavailable": "The language model can't be reached just now.",
        "engine_overloaded": "Too many questions are being answered just now.",
        "no_engine": "No language model writes answers here.",
        "store_unavailable": "The search index can't be reached just now. Your question is on record; ask again later.",
        "no_index": "The documentation is still being indexed. Please ask again in a few minutes.",
    },
    notices={
        "version_absent": "Version {value} is not indexed here, so this is from the latest documentation.",
        "language_unwritten": "The language model can't answer in {value} here, so the answer is in English.",
    },
    languages=NAMES,
    stop_label="Stop",
    only_asker_stops="Only the person who asked can stop this answer.",
    stopping="Stopping.",
    not_running="This answer is not being written any more.",
    thanks="Thanks, noted as helpful. Press 👎 if you change your mind.",
    retry_label="Try again",
    only_asker_retries="Only the person who asked can try this again. Ask it yourself with `/ask`.",
    nothing_to_retry="This question is no longer on record: please ask it again.",
    thread_label="Continue in a thread",
    thread_opened="Go on here: in this thread you need not mention me.",
    moved="It goes on in {thread}.",
    no_thread="I can't open a thread here: Create Public Threads is not granted to me.",
    only_asker_moves="Only the person who asked and moderators can move this answer to a thread.",
    dismiss_label="Dismiss",
    only_asker_dismisses="Only the person who asked and moderators can dismiss this answer.",
)

CHINESE: Final = AskingTexts(
    help="""\
**我根据 Milvus 的文档回答有关 Milvus 的问题。**
- 使用 `/ask`（中文界面中为 `/提问`），用完整的句子提问。如果与索引、SDK 或版本有关，请写明；有日志请附上。
- 也可以提及我、回复我的回答，或在消息菜单中选择“应用” > “根据文档回答”。
- `/search`（`/搜索`）只查找章节，不生成回答；`/page`（`/页面`）显示一个页面的章节。
- 回答中的数字链接到文档中相应的章节，所有来源列在回答下方。
- 如果文档没有答案，我会如实说明，并给出最接近的章节。
- 👍 和 👎 让维护者知道哪些回答有用；**停止** 会结束您不再需要的回答。
回答由模型生成，可能有误：使用前请核对所链接的章节。
-# 隐私：您的问题和评价会被保存，以便运营者改进这个机器人。`/privacy show` 说明详情，`/privacy opt-out` 停止保存。""",
    turned_off="本频道已关闭提问，请到其他频道提问。",
    empty_question="请在 `/ask` 之后写下您的问题。",
    picture="我看不懂图片，请粘贴图片中的文字。",
    no_text_file="我只能读取日志和文本文件，请粘贴相关的几行。",
    large_file="该文件超过 {limit} kB，请只附上相关的部分。",
    long_question="内容超过 {limit:,} 个字符，请只保留相关的几行。",
    searching="正在搜索文档…",
    reading_one="正在阅读 1 段内容…",
    reading="正在阅读 {count} 段内容…",
    queued_one="您前面还有 1 个问题…",
    queued="您前面还有 {ahead} 个问题…",
    writing="正在撰写…",
    continues="正在撰写… 完成后其余内容将显示在下方。",
    sources="**来源**",
    closest="**最接近的章节**",
    generated="由模型生成，可能有误。",
    verbatim="引自文档，非模型生成。",
    docs="Milvus {version} 文档。",
    docs_and_age="Milvus {version} 文档，索引于 {age}。",
    sample="来自示例页面：完整的文档尚未建立索引。",
    refused="**文档中没有这个问题的答案。**",
    ask_people="频道里的其他人也许知道。",
    cancelled="已停止。",
    interrupted="因重启而中断。",
    failed="回答时出错了，已记录为 `{id}`，请稍后重新提问。",
    quoted="**以下是最接近的原文段落。**",
    reasons={
        "no_evidence": "文档中没有足够接近的内容。",
        "nothing_held": "生成的内容未能通过文档核对，因此没有显示。",
        "engine_unavailable": "暂时无法连接语言模型。",
        "engine_overloaded": "目前正在回答的问题太多。",
        "no_engine": "这里没有使用语言模型撰写回答。",
        "store_unavailable": "暂时无法连接搜索索引。您的问题已记录，请稍后再问。",
        "no_index": "文档仍在建立索引，请过几分钟再问。",
    },
    notices={
        "version_absent": "这里没有 {value} 版本的索引，因此以下内容来自最新文档。",
        "language_unwritten": "这里的语言模型不能用{value}回答，因此回答是英文的。",
    },
    languages={
        "en": "英语",
        "zh": "中文",
        "ja": "日语",
        "ko": "韩语",
        "ru": "俄语",
        "ar": "阿拉伯语",
        "hi": "印地语",
        "th": "泰语",
        "de": "德语",
        "es": "西班牙语",
        "fr": "法语",
        "it": "意大利语",
        "pt": "葡萄牙语",
        "id": "印度尼西亚语",
    },
    stop_label="停止",
    only_asker_stops="只有提问者可以停止这个回答。",
    stopping="正在停止。",
    not_running="这个回答已经不在撰写中。",
    thanks="谢谢，已记为有帮助。如果改变主意，请按 👎。",
    retry_label="重试",
    only_asker_retries="只有提问者可以重试。您可以用 `/ask` 自己提问。",
    nothing_to_retry="这个问题已不在记录中，请重新提问。",
    thread_label="在子区中继续",
    thread_opened="请在这里继续：在这个子区中无需提及我。",
    moved="请到 {thread} 继续。",
    no_thread="我不能在这里创建子区：我没有“创建公共子区”权限。",
    only_asker_moves="只有提问者和管理员可以把这个回答移到子区。",
    dismiss_label="移除",
    only_asker_dismisses="只有提问者和管理员可以移除这个回答。",
)
