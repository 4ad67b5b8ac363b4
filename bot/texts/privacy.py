"""What is said about people's own data."""

from dataclasses import dataclass
from typing import Final

from bot.texts.words import words

PRIVACY: Final = words("privacy", "隐私")
PRIVACY_DESCRIPTION: Final = words("What is kept of you", "保存了您的哪些数据")
SHOW: Final = words("show", "查看")
SHOW_DESCRIPTION: Final = words("What is kept of you, why, and for how long", "保存了您的哪些数据、原因和期限")
OPT_OUT: Final = words("opt-out", "不保存")
OPT_OUT_DESCRIPTION: Final = words(
    "Keep nothing of what you ask; you are still answered", "不保存您的提问，您仍会得到回答"
)
OPT_IN: Final = words("opt-in", "保存")
OPT_IN_DESCRIPTION: Final = words("Keep what you ask again", "重新保存您的提问")
MY_DATA: Final = words("my-data", "我的数据")
MY_DATA_DESCRIPTION: Final = words("Get or delete all that is kept of you", "导出或删除您的全部数据")
EXPORT: Final = words("export", "导出")
EXPORT_DESCRIPTION: Final = words("Get all that is kept of you as a file", "以文件形式获取您的全部数据")
DELETE: Final = words("delete", "删除")
DELETE_DESCRIPTION: Final = words("Delete all that is kept of you", "删除您的全部数据")


@dataclass(frozen=True, slots=True)
class PrivacyTexts:
    """What is kept, for how long, and what somebody chose. `stays` is what outlasts a deletion."""

    title: str
    what: str
    by_id: str
    by_number: str
    masked: str
    masked_what: str
    why: str
    why_kept: str
    how_long: str
    days: str
    for_good: str
    in_memory: str
    in_memory_what: str
    is_in: str
    is_out: str
    commands: str
    now_out: str
    out_note: str
    now_in: str
    out_already: str
    in_already: str
    exported: str
    delete_title: str
    delete_what: str
    delete_label: str
    stays: str
    deleted: str
    withdrawn: str


ENGLISH: Final = PrivacyTexts(
    title="Your data",
    what="Kept",
    by_id="your questions, their answers and your ratings, with your Discord id.",
    by_number="your questions, their answers and your ratings. Your Discord id only as a keyed hash.",
    masked="Left out",
    masked_what="e-mail addresses, keys, tokens and passwords in what you ask.",
    why="Why",
    why_kept="so that the people who run this bot find wrong answers and gaps in the documentation.",
    how_long="How long",
    days="{days} days.",
    for_good="for good, until it is deleted.",
    in_memory="In memory",
    in_memory_what="the last 15 minutes of a conversation, for follow-up questions.",
    is_in="What you ask is kept. With `/privacy opt-out` you are still answered, and nothing is kept.",
    is_out="You opted out: nothing of what you ask is kept. `/privacy opt-in` changes that.",
    commands="`/my-data export` gives you all of it. `/my-data delete` deletes it.",
    now_out="You opted out. You are answered as before, and neither your questions nor your id are kept.",
    out_note=(
        "Your ratings are not kept either. What was kept before stays until `/my-data delete`; blocks and changes you "
        "made as a moderator stay with a keyed hash of your id."
    ),
    now_in="You opted in. What you ask from now on is kept.",
    out_already="You opted out before. Nothing has changed.",
    in_already="What you ask is kept already. Nothing has changed.",
    exported="This is all that is kept of you.",
    delete_title="Delete your data",
    delete_what=(
        "Your questions with their answers, your ratings, and curated answers made of your messages are deleted, in "
        "every server. This can't be undone."
    ),
    delete_label="Delete all of it",
    stays=(
        "Blocks and changes made as a moderator stay, with a keyed hash of your id. So does an opt-out. What you wrote "
        "for a server as its moderator stays without your name."
    ),
    deleted="Deleted. Questions: {questions}. Ratings: {ratings}.",
    withdrawn="Curated answers withdrawn: {answers}.",
)

CHINESE: Final = PrivacyTexts(
    title="您的数据",
    what="保存内容",
    by_id="您的问题、回答和评价，以及您的 Discord ID。",
    by_number="您的问题、回答和评价。您的 Discord ID 仅以带密钥的哈希值保存。",
    masked="不保存",
    masked_what="您提问中的邮箱地址、密钥、令牌和密码。",
    why="原因",
    why_kept="让运营者发现错误的回答和文档中的缺漏。",
    how_long="期限",
    days="{days} 天。",
    for_good="长期保存，直到被删除。",
    in_memory="仅在内存中",
    in_memory_what="最近 15 分钟的对话，用于理解追问。",
    is_in="您的提问会被保存。使用 `/privacy opt-out` 后仍会得到回答，但不再保存。",
    is_out="您已选择不保存：您的提问不会被保存。可用 `/privacy opt-in` 更改。",
    commands="`/my-data export` 导出全部数据，`/my-data delete` 删除全部数据。",
    now_out="已选择不保存。您仍会得到回答，但您的问题和 ID 都不会被保存。",
    out_note=(
        "您的评价也不会被保存。此前保存的内容会保留，直到您使用 `/my-data delete`；"
        "封禁记录和您作为管理员所做的更改会以 ID 的带密钥哈希值保留。"
    ),
    now_in="已恢复保存。从现在起您的提问会被保存。",
    out_already="您此前已选择不保存，没有任何更改。",
    in_already="您的提问本来就会被保存，没有任何更改。",
    exported="这是保存的关于您的全部数据。",
    delete_title="删除您的数据",
    delete_what="您的问题及其回答、您的评价，以及由您的消息整理的精选回答，将在所有服务器中删除。此操作无法撤销。",
    delete_label="全部删除",
    stays=(
        "封禁记录和作为管理员所做的更改会以您 ID 的带密钥哈希值保留，不保存的选择也会保留。"
        "您作为管理员为服务器撰写的内容会保留，但不再署名。"
    ),
    deleted="已删除。问题：{questions}。评价：{ratings}。",
    withdrawn="已撤回的精选回答：{answers}。",
)
