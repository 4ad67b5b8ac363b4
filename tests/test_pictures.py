"""How pictures are compared, what is read from the page that is drawn, and what the fixture `draw` refuses."""

import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image, ImageDraw
from playwright.async_api import Browser, Page

from tests.bot.scene import scene
from tests.fixtures.comparing import TOLERANCE, difference, is_blank, shown
from tests.fixtures.looking import Seen, look
from tests.fixtures.pictures import IMAGES, Draw
from tools.browser import HOW_TO_GET

TESTS = Path(__file__).parent
GROUND, INK, FIELD = "#313338", "#dbdee1", "#2b2d31"


def picture(text: str = "Sources", ground: str = GROUND) -> Image.Image:
    made = Image.new("RGB", (200, 100), ground)
    pen = ImageDraw.Draw(made)
    pen.rectangle((10, 10, 150, 90), FIELD)
    for row in range(15, 85, 12):
        pen.text((15, row), text, INK)
    return made


def test_a_picture_is_like_itself() -> None:
    assert difference(picture(), picture()).share == 0


def test_what_differs_is_counted_by_pixels() -> None:
    other = picture()
    other.paste("red", (0, 0, 20, 10))
    found = difference(picture(), other)
    assert found.share == pytest.approx(0.01)
    assert found.where.getbbox() == (0, 0, 20, 10)


@pytest.mark.parametrize(("off", "share"), [(TOLERANCE, 0), (TOLERANCE + 1, 1)])
@pytest.mark.parametrize("channel", range(3))
def test_a_channel_may_be_off_by_the_tolerance(channel: int, off: int, share: float) -> None:
    colour = [100, 100, 100]
    colour[channel] += off
    one, other = Image.new("RGB", (9, 9), (100, 100, 100)), Image.new("RGB", (9, 9), tuple(colour))
    assert difference(one, other).share == difference(other, one).share == share


def test_the_difference_is_shown_in_red() -> None:
    other = picture()
    other.paste("blue", (0, 0, 20, 10))
    made = shown(difference(picture(), other), picture())
    assert made.getpixel((0, 0)) == (255, 0, 0)
    assert made.getpixel((100, 50)) != (255, 0, 0)


def test_areas_without_letters_are_blank() -> None:
    assert is_blank(picture(text=""))
    assert is_blank(Image.new("RGB", (200, 100), GROUND))
    assert not is_blank(picture())


def test_every_stored_picture_has_letters_and_a_test() -> None:
    drawn = "".join(path.read_text(encoding="utf-8") for path in TESTS.glob("bot/*/test_pictures.py"))
    stored = list(IMAGES.glob("*.png"))
    assert stored
    assert not [path.name for path in stored if f'"{path.stem}"' not in drawn]
    for path in stored:
        with Image.open(path) as image:
            assert not is_blank(image), path.name


PAGE = """
<style>
  body { margin: 0; font: 20px/30px sans-serif; }
  p { margin: 0 0 10px; }
  .scroll { height: 30px; overflow: hidden; }
  .cover { position: absolute; top: 160px; left: 0; width: 400px; height: 40px; background: grey; }
</style>
<p>Seen <b>in</b> <i>pieces</i></p>
<p hidden>Hidden</p>
<p style="opacity: 0">Transparent</p>
<input value="Filled in"><input placeholder="Suggested"><input type="radio" value="unseen">
<div class="scroll"><p>First</p><p>Scrolled away</p></div>
<p style="position: absolute; top: 165px">Covered</p>
<div class="cover"></div>
<p style="position: absolute; top: 900px">Below</p>
"""


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    page = await browser.new_page(viewport={"width": 400, "height": 300})
    await page.set_content(PAGE)
    yield page


@pytest.mark.real
async def test_only_what_can_be_seen_counts(page: Page) -> None:
    seen = await look(page)
    assert seen.text == "Seen in pieces First Filled in Suggested"
    assert not seen.missing(["Seen in pieces", "First"])
    assert seen.missing(["Seen", "Hidden", "Covered"]) == ["Hidden", "Covered"]


@pytest.mark.real
async def test_a_part_of_the_page_has_the_texts_in_it(page: Page) -> None:
    seen = await look(page, {"x": 0, "y": 0, "width": 400, "height": 30})
    assert seen.text == "Seen in pieces"


@pytest.mark.real
async def test_letters_are_in_the_fonts_that_come_with_simcord(page: Page) -> None:
    await page.set_content("<p style='font-family: Arial, sans-serif'>One <code>two</code> 三 👍 ▤</p>")
    seen = await look(page)
    assert {"Noto Sans", "Noto Sans Mono", "Noto Color Emoji"} <= seen.fonts
    assert not seen.strange_fonts


class Camera:
    """Stands for a preview or a page."""

    def __init__(self, takes: Image.Image) -> None:
        self._takes = takes

    async def screenshot(self, *, path: Path) -> None:
        self._takes.save(path)


def drawing(
    folder: Path, text: str = "Sources", *, fonts: Sequence[str] = ("Noto Sans",), update: bool = False
) -> Draw:
    """Draws from pages that show this text."""
    for each in ("stored", "drawn"):
        (folder / each).mkdir()
    picture().save(folder / "stored" / "sources.png")
    return Draw(folder / "stored", folder / "drawn", update, [Seen(text, frozenset(fonts))])


async def test_the_stored_picture_is_drawn_again(tmp_path: Path) -> None:
    await drawing(tmp_path)("sources", nullcontext(Camera(picture())), "Sources")


@pytest.mark.parametrize(
    ("taken", "told"),
    [
        (picture(text="Others"), "[0-9.]+% of its pixels differ"),
        (picture(ground="#2b2d31"), "[0-9.]+% of its pixels differ"),
        (picture(text=""), "is blank"),
        (picture().crop((0, 0, 200, 99)), r"\(200, 99\) large, the stored one \(200, 100\)"),
    ],
    ids=["text", "colour", "blank", "size"],
)
async def test_another_picture_fails(tmp_path: Path, taken: Image.Image, told: str) -> None:
    with pytest.raises(AssertionError, match=f"sources: .*{told}"):
        await drawing(tmp_path)("sources", nullcontext(Camera(taken)), "Sources")


async def test_what_differs_is_kept_in_the_folder_that_is_told(tmp_path: Path) -> None:
    draw = drawing(tmp_path)
    with pytest.raises(AssertionError, match=re.escape(f"--update-pictures -k sources. All of it is in {draw.folder}")):
        await draw("sources", nullcontext(Camera(picture(text="Others"))), "Sources")
    kept = {path.name for path in draw.folder.iterdir()}
    assert kept == {"sources.png", "sources-stored.png", "sources-difference.png"}


async def test_a_picture_that_is_not_stored_fails(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="other: no picture is stored"):
        await drawing(tmp_path)("other", nullcontext(Camera(picture())), "Sources")


@pytest.mark.parametrize("update", [False, True])
async def test_a_page_without_the_expected_text_fails(tmp_path: Path, update: bool) -> None:
    with pytest.raises(AssertionError, match=re.escape("doesn't show ['Sources'], but: Closest sections")):
        await drawing(tmp_path, "Closest sections", update=update)("sources", nullcontext(Camera(picture())), "Sources")


async def test_letters_in_another_font_fail(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"sources: some letters are in \['DejaVu'\]"):
        await drawing(tmp_path, fonts=["DejaVu", "Noto Sans"])("sources", nullcontext(Camera(picture())), "Sources")


async def test_an_update_stores_the_new_picture(tmp_path: Path) -> None:
    draw, new = drawing(tmp_path, update=True), picture(text="Others")
    await draw("sources", nullcontext(Camera(new)), "Sources")
    with Image.open(draw.images / "sources.png") as stored:
        assert difference(stored, new).share == 0


@pytest.mark.real
async def test_texts_are_read_from_the_page_that_simcord_draws(draw: Draw, tmp_path: Path) -> None:
    async with scene() as it:
        message = await it.here.member.send(it.here.channel, "Hello `there`")
        drawing = replace(draw, images=tmp_path / "stored", update=True)
        drawing.images.mkdir()
        await drawing("hello", it.preview(message, it.here.member), "Hello there", "ada-Milvus")
        with pytest.raises(AssertionError, match=r"doesn't show \['Goodbye'\], but: .*Hello there"):
            await drawing("hello", it.preview(message, it.here.member), "Goodbye")


@pytest.mark.real
def test_no_browser_is_a_skip_that_says_how_to_get_one_and_a_failure_in_ci(tmp_path: Path) -> None:
    test = "tests/test_pictures.py::test_only_what_can_be_seen_counts"
    env = {**os.environ, "CHROMIUM": str(tmp_path / "none"), "CI": ""}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test]
    without = subprocess.run(command, env=env, cwd=TESTS.parent, capture_output=True, text=True)
    assert (without.returncode, without.stdout.count(HOW_TO_GET)) == (0, 1)
    in_ci = subprocess.run(command, env={**env, "CI": "true"}, cwd=TESTS.parent, capture_output=True, text=True)
    assert in_ci.returncode == 1
    assert HOW_TO_GET in in_ci.stdout
