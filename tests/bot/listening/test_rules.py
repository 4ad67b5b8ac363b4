import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.listening._rules import Decision, Heard, decide, is_question, is_small_talk

QUESTION = "How do I build an HNSW index?"

QUESTIONS = [
    QUESTION,
    "how to delete a collection",
    "Does Milvus support sparse vectors",
    "standalone crashes at startup, logs attached",
    "I'm stuck: insert returns nothing",
    "can't connect from pymilvus to my cluster",
    "search times out with 10M vectors",
    "Anyone know the default consistency level",
    "thanks! but how do I set ef?",
    "I fixed the first error, but why is the second one there?",
    "```\nTraceback (most recent call last):\n  File 'a.py'\nMilvusException: <MilvusException: (code=65535)>\n```",
    "help please, collection load failed",
    "怎么创建索引",
    "请问 Milvus 支持稀疏向量吗",
    "插入数据报错了",
    "ef是什么？",
]

NO_QUESTIONS = [
    "",
    "?",
    "thanks!",
    "Thank you so much, that works now",
    "hi everyone",
    "good morning",
    "👍",
    "<:milvus:123456789012345678>",
    "https://milvus.io/docs?page=1",
    "> How do I build an index?\nI use AUTOINDEX",
    "`what is this?` is printed",
    "I fixed the error by raising ef",
    "Milvus 2.6 is released, with a new index",
    "we use pymilvus 2.5 on Ubuntu",
    "it turned out that the port was closed, which caused the errors",
    "谢谢大家",
    "解决了",
    "好的，明白了",
    "我们用的是最新版本",
]


@pytest.mark.parametrize("text", QUESTIONS)
def test_who_asks_or_tells_of_trouble_wants_to_know(text: str) -> None:
    assert is_question(text)


@pytest.mark.parametrize("text", NO_QUESTIONS)
def test_everything_else_is_no_question(text: str) -> None:
    assert not is_question(text)


@pytest.mark.parametrize("text", ["", "?", "thx", "ok, thanks!", "That's it, works", "hello :wave:", "谢谢", "好的"])
def test_hello_and_thanks_are_small_talk(text: str) -> None:
    assert is_small_talk(text)


@pytest.mark.parametrize("text", [QUESTION, "And for IVF_FLAT?", "with pymilvus 2.5", "M=30", "我用的是 2.5"])
def test_what_carries_a_matter_is_no_small_talk(text: str) -> None:
    assert not is_small_talk(text)


@given(st.text())
def test_any_text_can_be_judged(text: str) -> None:
    assert not (is_question(text) and is_small_talk(text))


@pytest.mark.parametrize(
    ("heard", "decision"),
    [
        (Heard(QUESTION, "off"), "quiet"),
        (Heard(QUESTION, "off", spoken_to=True), "quiet"),
        (Heard(QUESTION, "off", own_thread=True), "quiet"),
        (Heard(QUESTION, "on_mention"), "quiet"),
        (Heard(QUESTION, "on_mention", spoken_to=True), "answer"),
        (Heard("M=30", "on_mention", spoken_to=True, others=True, answered=True), "answer"),
        (Heard(QUESTION, "when_sure"), "when_sure"),
        (Heard(QUESTION, "when_sure", spoken_to=True), "answer"),
        (Heard(QUESTION, "always"), "answer"),
        (Heard("thanks", "always"), "quiet"),
        (Heard(QUESTION, "always", to_others=True), "quiet"),
        (Heard(QUESTION, "always", others=True), "quiet"),
        (Heard(QUESTION, "always", answered=True), "quiet"),
        (Heard(QUESTION, "always", aside=True), "quiet"),
        (Heard("M=30", "on_mention", own_thread=True), "answer"),
        (Heard("thanks", "always", own_thread=True), "quiet"),
        (Heard("M=30", "always", own_thread=True, others=True), "quiet"),
    ],
)
def test_when_the_bot_speaks(heard: Heard, decision: Decision) -> None:
    assert decide(heard) == decision
