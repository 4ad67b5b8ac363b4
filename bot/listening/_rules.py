"""When the bot speaks without a command: plain rules over what is known of a message."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from rag_core.records.servers import Mode

Decision = Literal["answer", "when_sure", "quiet"]


@dataclass(frozen=True, slots=True)
class Heard:
    """A person's message in a server.

    `spoken_to`: it mentions the bot or replies to it. `to_others`: it mentions or replies to somebody else.
    `own_thread`: it stands in a thread that the bot opened for an answer. `aside`: it stands in another thread, or in
    somebody else's post. `others`: other people talk there. `answered`: what is asked there is answered already.
    """

    text: str
    mode: Mode
    spoken_to: bool = False
    to_others: bool = False
    own_thread: bool = False
    aside: bool = False
    others: bool = False
    answered: bool = False


def decide(heard: Heard) -> Decision:
    """Whether to answer. Who speaks to the bot is answered; everybody else only where moderators want that."""
    if heard.mode == "off":
        return "quiet"
    if heard.spoken_to:
        return "answer"
    if heard.to_others or heard.others or heard.aside:
        return "quiet"
    if heard.own_thread:
        return "quiet" if is_small_talk(heard.text) else "answer"
    if heard.mode == "on_mention" or heard.answered or not is_question(heard.text):
        return "quiet"
    return "when_sure" if heard.mode == "when_sure" else "answer"


_NO_WORDS: Final = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]*`|^>.*$|https?://\S+|<(?:@[!&]?|#|a?:\w+:)\d+>|:\w+:|[^\w\s?？'’]",
    re.DOTALL | re.MULTILINE,
)
"""Code, quotes, addresses, mentions, emoji and punctuation: what a message says without words of its own."""

_SMALL_TALK: Final = frozenset(
    re.findall(
        r"\w+",
        """hi hello hey yo morning good afternoon evening night day everyone all there folks guys team welcome bye
        cheers thanks thank you thx ty tysm very so much a lot again for the your quick help answer reply that thats
        this it its is was works worked working now solved fixed perfect great nice cool awesome amazing excellent
        super wow lol haha ok okay yes yep yeah no nope sure done got i see will try and just my problem me helped
        helps makes sense please bump up ping""",
    )
)
_SMALL_TALK_CHINESE: Final = re.compile(
    r"(?:你好|您好|大家好|早上好|晚上好|谢谢|感谢|多谢|非常|大家|您|你|好的|好|可以了|解决了|已经|已|明白了|懂了|收到|是的|对|嗯|了|啊|的|顶|\s)+"
)

_ASKS: Final = re.compile(
    r"\b(?:how (?:to|do|can|does|should|would|is|are|many|much|long)|what(?:'s| is| are| does| do| should| would)|why\b"
    r"|where (?:is|are|can|do)|which \w+|when (?:should|does|do|is|will)"
    r"|(?:can|could|does|do|did|is|are|will|would|should|has|have) (?:i|we|you|it|there|they|any\w*|some\w*|milvus|the)"
    r"|any(?:one|body)? (?:idea|clue|know|help|suggestion|way|advice)\w*|(?:need|some|please|any) help|help me"
    r"|wonder(?:ing)? (?:if|how|why|what|whether)|trying to|unable to|struggling|i(?:'m| am) stuck"
    r"|(?:don't|dont|do not|can't|cant|cannot|can not|couldn't) \w+"
    r"|(?:not|n't|never|stopped) (?:work|start|load|connect|return|respond)\w*"
    r"|errors?|exceptions?|traceback|panic|fail(?:s|ed|ing|ure)?"
    r"|crash(?:es|ed|ing)?|time(?:s|d)? ?out|broken|hangs?)\b",
    re.IGNORECASE,
)
_ASKS_CHINESE: Final = re.compile(
    r"怎么|怎样|如何|为什么|为何|什么|哪[个些里种]|吗|呢|多少|是否|能否|可否|能不能|可不可以|请问|求助|报错|错误|失败|异常|崩溃|无法|不能|卡住"
)
_FOUND_OUT: Final = re.compile(
    r"\b(?:fixed|solved|resolved|works now|working now|figured (?:it )?out|found (?:it|the \w+)|turned out|released?"
    r"|announc\w+|fyi|psa)\b|解决了|修复了|已修复|搞定",
    re.IGNORECASE,
)
_QUESTION_MARK: Final = re.compile(r"\w['’\w ]*[?？]")
_LOG: Final = re.compile(
    r"Traceback \(most recent|\b[A-Z]\w*(?:Error|Exception)\b|^(?:\[?\d{4}[-/]\d\d[-/]\d\d|panic:|fatal )", re.MULTILINE
)
_CJK: Final = re.compile(r"[\u4e00-\u9fff]")
_LEAST_WORDS, _LEAST_CJK = 2, 3


def is_small_talk(text: str) -> bool:
    """Whether it says nothing but hello, thanks, or nothing at all."""
    words = _words(text).lower()
    if _LOG.search(text):
        return False
    if "?" in words or "？" in words:
        return not re.search(r"\w", words)
    plain = re.sub("['’]", "", words)
    return all(word in _SMALL_TALK for word in plain.split()) or _SMALL_TALK_CHINESE.fullmatch(plain) is not None


def is_question(text: str) -> bool:
    """Whether somebody wants to know something: they ask, or say that something does not work.

    Without a question mark, what tells of something found out is no question.
    """
    if is_small_talk(text) or not _long_enough(text):
        return False
    words = _words(text)
    if _QUESTION_MARK.search(words):
        return True
    if _FOUND_OUT.search(words):
        return False
    return any(pattern.search(words) for pattern in (_ASKS, _ASKS_CHINESE)) or _LOG.search(text) is not None


def _words(text: str) -> str:
    return " ".join(_NO_WORDS.sub(" ", text).split())


def _long_enough(text: str) -> bool:
    words = _words(text)
    return len(words.split()) >= _LEAST_WORDS or len(_CJK.findall(words)) >= _LEAST_CJK or _LOG.search(text) is not None
