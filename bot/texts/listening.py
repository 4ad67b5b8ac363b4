"""What is said to people whose messages the bot reads."""

from dataclasses import dataclass
from typing import Final

from bot.texts.words import words

ANSWER_FROM_DOCS: Final = words("Answer from the docs", "根据文档回答")


@dataclass(frozen=True, slots=True)
class ListeningTexts:
    """One field a sentence."""

    what_to_ask: str
    hidden_message: str
    hidden_reply: str
    no_direct_messages: str
    tagged: str
    content_missing: str


ENGLISH: Final = ListeningTexts(
    what_to_ask="Please write your question behind the mention, or reply with it to the message that asks.",
    hidden_message="Discord doesn't show me that message. Use its menu: Apps > Answer from the docs.",
    hidden_reply="Discord doesn't show me your reply. Please mention me in it.",
    no_direct_messages="I don't answer direct messages. Please ask in the server.",
    tagged="(in {tag})",
    content_missing="Without the message content intent I read mentions, replies to me and titles of posts only. "
    "An operator can turn it on: MESSAGE_CONTENT_INTENT.",
)

CHINESE: Final = ListeningTexts(
    what_to_ask="请在提及之后写下您的问题，或者在提问的消息下回复并提及我。",
    hidden_message="Discord 不让我看到那条消息。请使用它的菜单：应用 > 根据文档回答。",
    hidden_reply="Discord 不让我看到您的回复。请在回复中提及我。",
    no_direct_messages="我不回答私信，请在服务器中提问。",
    tagged="（在 {tag} 中）",
    content_missing="没有消息内容权限（message content intent）时，我只能读到提及、对我的回复和帖子标题。"
    "运营者可以开启：MESSAGE_CONTENT_INTENT。",
)
