"""What a receipt's QR code opens, on another phone: in the box, or exactly what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.booth_estate import BASE_URL, BoothEstate
from tests.browser.hall import PHONE, Hall, Voter, served
from tests.camera import codes_in
from voting.protocol.ballot import encrypt_ballot
from voting.protocol.election import decode_election
from voting.services.booth import booth, cast_ballot
from voting.services.receipts import linked
from voting.services.views import Receipt

pytestmark = pytest.mark.browser

CHOICES = [[1, 0, 0], [0, 1, 0], [1, 1, 0, 0, 0, 0, 0]]


def vote(estate: BoothEstate, name: str) -> Receipt:
    """Cast without a browser."""
    view = booth(estate.site, estate.uuid, estate.clock())
    body = encrypt_ballot(decode_election(view.election_json.encode()), estate.codes[name], CHOICES)
    return cast_ballot(estate.site, estate.uuid, estate.numbers[name], body, estate.clock())


def check_address(hall: Hall, receipt: Receipt) -> str:
    return f"{hall.address}/e/{hall.estate.uuid}/check#receipt={linked(receipt)}"


@pytest.fixture
def voted(hall: Hall) -> Receipt:
    """The second of three ballots."""
    vote(hall.estate, "王秀英")
    mine = vote(hall.estate, "赵国强")
    vote(hall.estate, "孙丽")
    return mine


@pytest.fixture
def other(browser: Browser) -> Iterator[Page]:
    """A neighbour's phone, which has no cookie and no account."""
    with browser.new_context(viewport=PHONE, locale="zh-CN") as context:
        yield context.new_page()


def tamper(estate: BoothEstate, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(estate.site.store.url.removeprefix("sqlite:///"))) as database:
        database.execute("PRAGMA foreign_keys=OFF")
        assert database.execute(statement, values).rowcount > 0
        database.commit()


def told(page: Page, screen: str) -> str:
    place = page.locator(f'[data-screen="{screen}"]')
    place.wait_for()
    return place.inner_text()


def test_a_ballot_in_the_box(hall: Hall, voted: Receipt, other: Page) -> None:
    asked: list[str] = []
    other.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    other.goto(check_address(hall, voted))
    said = told(other, "good")
    assert "第 2 张" in said
    assert "2026年11月20日" in said
    assert "09:00" in said
    assert "又投进来 1 张" in said
    assert "3 / 6 户" in said
    assert voted.tracker in other.locator("#good-tracker").evaluate("place => place.textContent")
    # Nobody is told which ballot was looked for.
    assert not any(voted.tracker in each or voted.signature in each for each in asked)
    # The newest ballot has nothing after it; scanning another receipt needs no new page.
    newest = vote(hall.estate, "吴桂芳")
    other.evaluate("fragment => { location.hash = fragment; }", f"receipt={linked(newest)}")
    expect(other.locator("#good-since")).to_contain_text("最后一张")


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("statement", "screen"),
    [
        # What the server stores is bent; it signs with its own key whatever stands at the head.
        ("UPDATE board_events SET owners_payload = ?, area_payload = ? WHERE height = 2", "missing"),
        ("UPDATE board_events SET area_payload = ? WHERE height = 2 AND ? != ''", "missing"),
        ("UPDATE board_events SET owners_payload = ?, area_payload = ? WHERE height = 3", "missing"),
        ("UPDATE elections SET owners_head = ? WHERE ? != ''", "missing"),
        ("UPDATE elections SET area_head = ? WHERE ? != ''", "missing"),
    ],
)
def test_a_box_that_was_changed(hall: Hall, voted: Receipt, other: Page, statement: str, screen: str) -> None:
    tamper(hall.estate, statement, "ab" * 32, "ab" * 32)
    other.goto(check_address(hall, voted))
    said = told(other, screen)
    assert "回执和照片先别删" in said
    assert "居委会" in said
    assert voted.tracker in other.locator("#missing-tracker").evaluate("place => place.textContent")


@pytest.mark.thorough
def test_a_ballot_that_was_taken_out(
    open_booth: BoothEstate, hall: Hall, voted: Receipt, other: Page
) -> None:
    """The receipt of one board, shown to a server that has gone back to an earlier one."""
    with served(
        open_booth.copy(Path(hall.estate.site.store.url.removeprefix("sqlite:///") + ".old"))
    ) as earlier:
        other.goto(check_address(earlier, voted))
        assert "不是您的错" in told(other, "missing")


@pytest.mark.thorough
def test_a_receipt_that_nobody_signed(hall: Hall, voted: Receipt, other: Page) -> None:
    good = check_address(hall, voted)
    for bad in (good[:-3] + "AAA", good.replace(".2.", ".3."), good[:-1], good + "x"):
        other.goto("about:blank")
        other.goto(bad)
        assert "再扫一次" in told(other, "unsigned")


@pytest.mark.thorough
def test_no_signal_and_again(hall: Hall, voted: Receipt, other: Page) -> None:
    other.route("**/checkpoint.txt", lambda route: route.abort(), times=1)
    other.goto(check_address(hall, voted))
    assert "还没有核对" in told(other, "offline")
    other.click("#again")
    told(other, "good")


@pytest.mark.thorough
def test_without_a_receipt_and_without_a_phone_that_can(hall: Hall, other: Page) -> None:
    other.goto(f"{hall.address}/e/{hall.estate.uuid}/check")
    assert "扫回执上的二维码" in told(other, "empty")
    other.add_init_script("delete window.BigInt")
    other.reload()
    assert "换一台手机" in told(other, "too-old")


# ---- a sealed ballot that is opened instead of cast ----


def open_one(phone: Voter) -> tuple[str, str]:
    """Open the sealed ballot: its tracker, and what the QR code on the screen says."""
    committed = (
        phone.seal() if phone.page.is_visible("#seal") else phone.shown("[data-screen=sealed] .tracker")
    )
    phone.page.click("#challenge")
    phone.on("challenge")
    phone.sees("[data-screen=challenge]", "作废")
    phone.page.click("#open-it")
    phone.on("opened")
    phone.sees("[data-screen=opened]", "您的票还没有投")
    phone.page.locator("#opened-qr").scroll_into_view_if_needed()
    [code] = codes_in(Image.open(BytesIO(phone.page.screenshot())))
    return committed, code.text


def test_what_was_sealed_is_seen_on_another_phone(hall: Hall, phone: Voter, other: Page) -> None:
    asked: list[str] = []
    other.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    phone.to_review("赵国强")
    seen = []
    for _ in range(2):  # as often as wished
        committed, address = open_one(phone)
        page, _, fragment = address.partition("#")
        assert page == f"{BASE_URL}/e/{hall.estate.uuid}/check"
        other.goto("about:blank")
        other.goto(f"{hall.address}/e/{hall.estate.uuid}/check#{fragment}")
        said = told(other, "opened-good")
        assert "同意" in said
        assert "反对" in said
        assert "丁建国、邹海燕" in said
        assert other.locator("#opened-tracker").evaluate("place => place.textContent") == committed
        # What opens it came from phone to phone, and stays neither on the way nor in the address bar.
        opening = fragment.partition(".")[2]
        assert len(opening) == 78 * 13
        assert not any(opening[:78] in each for each in asked)
        for request in phone.requests:
            assert opening[:78] not in request.url
            assert opening[:78].encode() not in (request.post_data_buffer or b"")
        assert "#" not in other.url
        seen.append(committed)
        phone.page.click("#reseal")
        phone.on("sealed")
    last = phone.shown("[data-screen=sealed] .tracker")
    assert len({*seen, last}) == 3
    phone.cast()
    phone.on("receipt")
    assert hall.trackers() == [last]


@pytest.mark.thorough
def test_an_opened_ballot_cannot_be_cast(hall: Hall, phone: Voter) -> None:
    """By nobody: here the phone itself tries, with the bytes that it had sealed."""
    bodies: list[bytes] = []
    phone.page.on(
        "request",
        lambda request: (
            bodies.append(request.post_data_buffer or b"") if request.url.endswith("/challenged") else None
        ),
    )
    phone.to_review("赵国强")
    open_one(phone)
    [body] = bodies
    answer = phone.page.evaluate(
        """async ([address, body]) => {
             const response = await fetch(address, {
               method: "POST",
               body: Uint8Array.from(body),
               headers: { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content },
             });
             return response.json();
           }""",
        [f"/v/{hall.estate.uuid}/ballot", list(body)],
    )
    assert answer["refusal"] == "ballot-challenged"
    assert hall.trackers() == []
    phone.page.click(".back-to-review")
    phone.on("review")
    assert phone.page.get_attribute("#opened-qr", "src") is None
    phone.seal()
    phone.cast()
    phone.on("receipt")


def test_what_does_not_open_is_said(hall: Hall, phone: Voter, other: Page) -> None:
    phone.to_review("赵国强")
    _, address = open_one(phone)
    good = f"{hall.address}/e/{hall.estate.uuid}/check#{address.partition('#')[2]}"
    at = good.index(".", good.index("#")) + 1
    changed = good[: at + 77] + str((int(good[at + 77]) + 1) % 10) + good[at + 78 :]
    elsewhere = f"{good[: at - 2]}{'E' if good[at - 2] == 'A' else 'A'}.{good[at:]}"
    bent = {changed: "和那台手机说的选择不一样", good[:-1]: "选项个数不一样", elsewhere: "没有这张拆开的票"}
    for bad, why in bent.items():
        other.goto("about:blank")
        other.goto(bad)
        assert "别用那台手机投票" in told(other, "opened-wrong")
        assert why in other.locator("#wrong-where").inner_text()


@pytest.mark.thorough
def test_nothing_is_given_away_before_the_server_has_it_spent(hall: Hall, phone: Voter) -> None:
    phone.to_review("赵国强")
    first = phone.seal()
    phone.page.click("#challenge")
    phone.page.click("#keep-sealed")
    phone.on("sealed")
    assert phone.shown("[data-screen=sealed] .tracker") == first
    phone.page.click("#challenge")
    phone.page.route("**/challenged", lambda route: route.abort(), times=1)
    phone.page.click("#open-it")
    phone.sees("#challenge-fault", "还没有拆开")
    # Whether it arrived cannot be known: that ballot is not offered for casting again.
    phone.page.click("#keep-sealed")
    phone.on("review")
    assert phone.seal() != first
