"""A voter votes again in a phone's browser: seen, chosen, told on every screen; two phones, no network."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.booth_estate import AGENDA, BoothEstate, booth_estate
from tests.browser.hall import PHONE, Hall, Voter
from tests.letters import recorded
from voting.services.booth import receipt
from voting.services.receipts import linked, replacements

pytestmark = [pytest.mark.browser, pytest.mark.thorough]

ONE_QUESTION: dict[str, Any] = {**AGENDA, "questions": AGENDA["questions"][:1]}


@pytest.fixture(scope="module", params=["once", "until-close"])
def revoting(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BoothEstate]:
    """An open election of each rule that lets voters vote again; to be copied."""
    url = f"sqlite:///{tmp_path_factory.mktemp('revoting') / 'open.db'}"
    with recorded():
        made = booth_estate(url, group="Ed25519", agenda={**ONE_QUESTION, "revoting": request.param})
    yield made
    made.site.store.close()


@pytest.fixture
def phones(
    revoting: BoothEstate, hall_of: Callable[[BoothEstate], Hall], browser: Browser
) -> Iterator[Callable[[], Voter]]:
    """Phones in the same hall."""
    hall = hall_of(revoting)
    made: list[Voter] = []

    def phone() -> Voter:
        made.append(Voter(hall, browser.new_context(viewport=PHONE, locale="zh-CN")))
        return made[-1]

    yield phone
    for each in made:
        assert each.faults == []
        each.context.close()


def to_question(phone: Voter) -> None:
    phone.scan("王秀英")
    phone.enter("002x")
    phone.on("question-1")


def cast(phone: Voter, choice: int) -> str:
    """From the question to the box; the tracker."""
    phone.answer(1, choice)
    phone.on("review")
    tracker = phone.seal()
    phone.cast()
    return tracker


def test_a_vote_is_changed(phones: Callable[[], Voter]) -> None:
    once = "可以改投一次" in _rule(phones)
    phone = phones()
    to_question(phone)
    phone.answer(1, 0)
    phone.on("review")
    assert phone.page.locator("[data-again]").is_hidden()
    first = phone.seal()
    phone.sees("#final", "还可以改投一次" if once else "还可以改投")
    phone.cast()
    phone.on("receipt")
    phone.sees("#receipt-title", "已经投进票箱")
    phone.sees("#receipt-explained", "再扫一次信上的二维码")
    assert phone.page.locator("#again-offer").is_hidden()

    # Another day, another phone: the receipt, and a plain choice.
    later = phones()
    later.scan("王秀英")
    later.enter("002x")
    later.on("receipt")
    later.sees("#receipt-title", "您的票已经在票箱里了")
    assert later.shown("#receipt-tracker") == first
    later.page.click("#vote-again")
    later.on("question-1")
    later.answer(1, 1)
    later.on("review")
    assert later.page.locator("[data-again]").is_visible()
    second = later.seal()
    later.sees("#final", "原来那一张不再算")
    # The network goes while the ballot is on its way, after the server took it.
    lost = []

    def lose(route: Any) -> None:
        route.fetch()
        lost.append(route.request)
        route.abort()

    later.page.route("**/ballot", lose, times=1)
    later.cast()
    later.page.locator("#again").click()
    later.on("receipt")
    assert len(lost) == 1
    later.sees("#receipt-title", "已经改投")
    later.sees("#receipt-explained", "不能再改了" if once else "还可以再改")
    assert later.shown("#receipt-tracker") == second
    site, uuid = later.hall.estate.site, later.hall.estate.uuid
    assert later.hall.trackers() == [first, second]
    assert replacements(site, uuid) == {1: 2}

    again = phones()
    again.scan("王秀英")
    again.enter("002x")
    again.on("receipt")
    assert again.page.locator("#again-offer").is_hidden() is once
    if once:
        again.sees("#receipt-explained", "已经改投过一次，不能再改")

    # What the first receipt says now, on any phone.
    checked = phones()
    kept = receipt(site, uuid, first)
    assert kept is not None
    assert kept.replaced
    checked.page.goto(f"{phone.hall.address}/e/{uuid}/check#receipt={linked(kept)}")
    checked.page.locator('[data-screen="good"]').wait_for()
    checked.sees("#good-title", "后来改投过")
    checked.sees("#good-notice", "票箱里第 2 张")
    board = checked.page.goto(f"{later.hall.address}/e/{uuid}/board")
    assert board is not None
    assert "改投过，算第" in board.text()


def _rule(phones: Callable[[], Voter]) -> str:
    """What the first screen says of it."""
    phone = phones()
    phone.scan("王秀英")
    return phone.page.inner_text('[data-screen="identity"]')


def test_two_phones_and_the_closing(phones: Callable[[], Voter]) -> None:
    husband, wife = phones(), phones()
    for phone in (husband, wife):
        to_question(phone)
    first = cast(wife, 0)
    wife.on("receipt")
    cast(husband, 1)
    husband.on("refused")
    husband.sees("#refused-sentence", "刚刚从别的手机")
    assert husband.page.locator("#refused-earlier").is_hidden()
    assert husband.hall.trackers() == [first]
    # He looks at it, decides to change it, and the vote closes in between.
    husband.scan("王秀英")
    husband.enter("002x")
    husband.on("receipt")
    husband.page.click("#vote-again")
    husband.on("question-1")
    husband.answer(1, 1)
    husband.on("review")
    husband.seal()
    husband.hall.estate.clock.now += timedelta(days=11)
    husband.cast()
    husband.on("refused")
    assert husband.page.locator("#refused-earlier").is_visible()
    assert husband.hall.trackers() == [first]
