"""Reading about candidates in a browser: the same frame for each, and in the booth no mark is lost."""

from collections.abc import Callable, Iterator
from hashlib import sha256
from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser

from tests.booth_estate import BoothEstate
from tests.browser.hall import DIGITS, PHONE, Hall, Voter
from voting.services.pictures import clean_picture
from voting.store import materials as rows

pytestmark = [pytest.mark.browser, pytest.mark.thorough]
CONTEST = 3  # the booth's third question, of which the id is q3
SAID = "做过三年楼栋长，愿意把账目每月贴出来。"


@pytest.fixture
def hall(open_booth: BoothEstate, hall_of: Callable[[BoothEstate], Hall]) -> Hall:
    """An open election, as if its first candidate had handed everything in before the letters were made."""
    hall = hall_of(open_booth)
    site, uuid = hall.estate.site, hall.estate.uuid
    drawn = BytesIO()
    Image.new("RGB", (300, 900), (90, 120, 140)).save(drawn, "JPEG")
    photo = clean_picture(drawn.getvalue(), 640)
    common = {"question": "q3", "title": "", "added_at": hall.estate.clock()}
    with site.store.write() as tx:
        digest = sha256(photo).hexdigest()
        rows.add_file(tx, digest, "image/jpeg", photo)
        first = candidates(hall)[0]
        file = {"text": None, "file": digest, "sha256": digest, "size": len(photo)}
        rows.add_material(tx, uuid, subject=first, kind="photo", **common, **file)
        text = {"text": SAID, "file": None, "sha256": sha256(SAID.encode()).hexdigest(), "size": len(SAID)}
        rows.add_material(tx, uuid, subject=first, kind="statement", **common, **text)
    return hall


@pytest.fixture
def phone(hall: Hall, browser: Browser) -> Iterator[Voter]:
    with browser.new_context(viewport=PHONE, locale="zh-CN") as context:
        voter = Voter(hall, context)
        yield voter
        assert voter.faults == []


def candidates(hall: Hall) -> list[str]:
    from voting.services.elections import election

    questions = election(hall.estate.site, hall.estate.uuid).agenda_json["questions"]
    names: list[str] = questions[CONTEST - 1]["candidates"]
    return names


def test_everyone_in_the_same_frame(phone: Voter, hall: Hall) -> None:
    page = phone.page
    page.goto(f"{hall.address}/e/{hall.estate.uuid}/questions/q3")
    names = page.locator(".candidates h2").evaluate_all(
        "all => all.map((each) => each.lastChild.data.trim())"
    )
    assert names == candidates(hall)
    page.locator(".portrait").last.scroll_into_view_if_needed()
    frames = page.locator(".portrait").evaluate_all(
        "all => all.map((e) => [e.offsetWidth, e.offsetHeight, e.naturalWidth > 0])"
    )
    assert frames == [[120, 150, True]] * len(names)
    assert page.get_by_text("没有提交介绍").count() == len(names) - 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert Axe().run(page).violations_count == 0


def test_the_booth_shows_it_in_place_and_keeps_the_marks(phone: Voter) -> None:
    phone.scan("孙丽")
    phone.enter(DIGITS["孙丽"])
    phone.on("question-1")
    phone.answer(1, 0)
    phone.answer(2, 1)
    assert not any("/questions/" in request.url for request in phone.requests)
    phone.choose(CONTEST, 0)
    screen = phone.page.locator(f'[data-question="{CONTEST}"]')
    screen.locator("details[data-materials] summary").click()
    screen.get_by_text(SAID).wait_for()
    assert screen.locator(".portrait").count() == screen.locator("input").count()
    assert screen.locator("input:checked").count() == 1
    assert phone.page.url.partition("#")[0].endswith(f"/v/{phone.hall.estate.uuid}")
