import json
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rag_core.answering.engines._sse import EventReader
from tests.fakes.chat_server import frame


def read(chunks: list[bytes]) -> list[str]:
    reader = EventReader()
    return [event for chunk in chunks for event in reader.feed(chunk)]


@given(texts=st.lists(st.text()), cuts=st.lists(st.integers(0, 400)), crlf=st.booleans())
def test_events_are_the_same_wherever_the_bytes_are_cut(texts: list[str], cuts: list[int], *, crlf: bool) -> None:
    stream = b": keep-alive\n\n".join([b"", *(frame(text) for text in texts)])
    if crlf:
        stream = stream.replace(b"\n", b"\r\n")
    places = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    chunks = [stream[start:end] for start, end in pairwise(places)]
    assert [json.loads(event) for event in read(chunks)] == texts


def test_joins_the_data_lines_of_one_event() -> None:
    assert read([b"event: x\ndata: one\ndata:two\nid: 7\n\n"]) == ["one\ntwo"]


def test_an_event_without_its_end_is_none() -> None:
    assert read([b"data: whole\n\ndata: half\n"]) == ["whole"]
