"""Files that come with a question, as Discord's client sends them."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.asking._attachments import _joined
from bot.texts import ENGLISH
from tests.bot.asking.world import WHOLE, world


def _png() -> bytes:
    file = BytesIO()
    Image.new("RGB", (2, 2)).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("screenshot.png", _png(), ENGLISH.asking.picture),
        ("core.bin", b"\x7fELF", ENGLISH.asking.no_text_file),
        ("all.log", b"x" * (256 * 1024 + 1), ENGLISH.asking.large_file.format(limit=256)),
    ],
)
async def test_what_cannot_be_read_gets_one_sentence(name: str, content: bytes, sentence: str) -> None:
    async with world(WHOLE) as it:
        result = await it.alice.slash(it.channel, "ask", question="Why?", attachment=(name, content))
        assert result.ephemeral
        assert result.response is not None
        assert result.response.content == sentence
        assert it.desk.asked == []


async def test_a_log_belongs_to_the_question() -> None:
    async with world(WHOLE) as it:
        log = b"started\nerror: collection not loaded\n"
        await it.alice.slash(it.channel, "ask", question="Why?", attachment=("milvus.log", log))
        ((asked, _),) = it.desk.asked
        assert asked.text == "Why?\n\nstarted\nerror: collection not loaded"


@given(st.text(min_size=1, max_size=100), st.binary(max_size=500), st.integers(min_value=100, max_value=400))
def test_question_and_file_fit_into_the_room(question: str, content: bytes, room: int) -> None:
    text = _joined(question, content, room)
    assert text.startswith(question)
    assert len(text) <= room
    assert "\0" not in text[len(question) :]


def test_of_a_long_log_the_end_stays() -> None:
    assert _joined("Why?", b"a" * 100 + b" the reason", 20).endswith("the reason")
