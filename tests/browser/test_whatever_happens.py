"""A shared phone, a lost page, two tabs, a wrong clock, WeChat: nothing that matters is lost or stays."""

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.hall import PHONE, Hall, Voter
from tests.camera import codes_in
from voting.services.booth import receipt
from voting.services.receipts import read_linked

pytestmark = [pytest.mark.browser, pytest.mark.thorough]

LEFT_BEHIND = """
async () => ({
  local: { ...localStorage },
  session: { ...sessionStorage },
  databases: (await indexedDB.databases()).map((each) => each.name),
  caches: window.caches ? await caches.keys() : [],
  cookies: document.cookie,
  history: JSON.stringify(history.state),
  pressed: document.querySelectorAll("[aria-pressed=true]").length,
  fields: [...document.querySelectorAll("input, textarea")]
    .map((e) => (["radio", "checkbox"].includes(e.type) ? e.checked : e.value)).filter(Boolean),
  text: document.documentElement.outerHTML,
})
"""


def test_a_shared_phone_keeps_nothing(hall: Hall, phone: Voter) -> None:
    page, code = phone.page, hall.estate.codes["赵国强"]
    page.goto(f"{hall.address}/e/{hall.estate.uuid}")
    phone.to_review("赵国强")
    tracker = phone.seal()
    phone.cast()
    phone.on("receipt")
    page.click("#save")
    page.click("#leave")
    phone.on("left")

    def nothing_is_left() -> None:
        left = page.evaluate(LEFT_BEHIND)
        text = left.pop("text")
        assert left["pressed"] == 0
        assert left["local"] == left["session"] == {}
        assert left["databases"] == left["caches"] == left["fields"] == []
        assert "senior" not in left["cookies"]
        for secret in (code, code.replace("-", ""), tracker, "赵*强", "1栋1单元201"):
            assert secret not in json.dumps(left)
            assert secret not in text
        # Four digits in a row stand in most keys and tokens; what was typed stands by itself.
        assert not re.search(r"(?<![0-9A-Za-z_-])0201(?![0-9A-Za-z_-])", json.dumps(left) + text)

    nothing_is_left()
    # Back leads out of the booth, not into it; and coming forward again shows an empty one.
    page.go_back()
    page.wait_for_url(f"**/e/{hall.estate.uuid}")
    page.go_forward()
    page.wait_for_url(f"**/v/{hall.estate.uuid}")
    nothing_is_left()
    # The session is over as well: the next one on this phone is asked for both factors.
    phone.scan("孙丽")
    assert page.input_value("#digits") == ""
    assert page.locator("input:checked, [aria-pressed=true]").count() == 0
    for field in page.locator("input, textarea, form").all():
        if field.get_attribute("type") not in ("radio", "checkbox"):
            assert field.get_attribute("autocomplete") == "off"


def test_a_page_loaded_again_at_every_step(hall: Hall, phone: Voter) -> None:
    """Without the letter nobody goes on; with it, from the beginning, and a ballot that was cast is found."""
    page = phone.page

    def again() -> None:
        page.once("dialog", lambda dialog: dialog.accept())
        page.reload()
        phone.on("code")
        assert page.locator("input:checked, [aria-pressed=true]").count() == 0
        phone.sees("[data-screen=code]", "再扫一次")

    phone.scan("赵国强")
    again()
    phone.scan("赵国强")
    phone.enter("0201")
    phone.on("question-1")
    phone.choose(1, 0)
    again()
    phone.to_review("赵国强")
    again()
    phone.to_review("赵国强")
    phone.seal()
    again()
    phone.to_review("赵国强")
    tracker = phone.seal()
    phone.cast()
    phone.on("receipt")
    again()
    phone.scan("赵国强")
    phone.enter("0201")
    phone.on("receipt")
    assert phone.shown("#receipt-tracker") == tracker


def test_two_tabs(hall: Hall, phone: Voter) -> None:
    """Of one voter: the first ballot stands. Of two neighbours: each session is one voter's, and says so."""
    phone.to_review("赵国强")
    tracker = phone.seal()
    second = Voter(hall, phone.context)
    second.to_review("赵国强")
    second.seal()
    phone.cast()
    phone.on("receipt")
    second.cast()
    second.on("refused")
    second.sees("#refused-sentence", "已经投过票")
    assert hall.trackers() == [tracker]
    second.to_review("孙丽")
    third = Voter(hall, phone.context)
    third.scan("王秀英")
    third.enter("002x")
    third.on("question-1")
    second.seal()
    second.cast()
    second.on("refused")
    second.sees("#refused-sentence", "不是用您的投票码")
    second.sees("#refused-unsent", "没有投进票箱")
    assert hall.trackers() == [tracker]


@pytest.mark.parametrize("days", [-1, 1])
def test_a_phone_whose_clock_is_wrong(hall: Hall, browser: Browser, days: int) -> None:
    with browser.new_context(viewport=PHONE, locale="zh-CN", timezone_id="America/New_York") as context:
        context.add_init_script(
            f"const D = Date; Date = class extends D {{ constructor(...a) {{"
            f" super(...(a.length ? a : [D.now() + {days} * 864e5])); }}"
            f" static now() {{ return D.now() + {days} * 864e5; }} }};"
        )
        phone = Voter(hall, context)
        phone.to_review("赵国强")
        tracker = phone.seal()
        context.set_offline(True)
        phone.cast()
        phone.sees("#sending-title", "还没有投进票箱")
        context.set_offline(False)
        phone.on("receipt")
        phone.sees("#receipt-time", "2026年11月20日 09:00")  # the server's time, in the estate's zone
        assert hall.trackers() == [tracker]
        address = phone.page.get_attribute("#check-link", "href")
        assert address is not None
        phone.page.goto(hall.address + address.partition("vote.example")[2])
        expect(phone.page.locator("#good-time")).to_contain_text("09:00")


# ---- the picture of the receipt, and WeChat ----


@contextmanager
def within(browser: Browser, hall: Hall, agent: str | None) -> Iterator[Voter]:
    with browser.new_context(viewport=PHONE, locale="zh-CN", user_agent=agent) as context:
        phone = Voter(hall, context)
        yield phone
        assert phone.faults == []


WECHAT = (
    "Mozilla/5.0 (Linux; Android 9; MI 6) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0"
    " Chrome/86.0.4240.99 XWEB/4317 MMWEBSDK/20230202 Mobile Safari/537.36 MMWEBID/123"
    " MicroMessenger/8.0.33.2320(0x28002151)"
)
# No downloads, no printing, no windows: what WeChat's browser does with each is nothing.
NOTHING_WORKS = """
window.print = () => { throw new Error("no printing here"); };
window.open = () => { throw new Error("no windows here"); };
HTMLAnchorElement.prototype.click = function () {
  if (this.download) throw new Error("no downloads here");
};
"""


def holds_the_receipt(page: Page, hall: Hall, tracker: str) -> None:
    picture = page.locator("#saved-picture")
    expect(picture).to_be_visible()
    source = picture.get_attribute("src")
    assert source is not None
    image = Image.open(BytesIO(b64decode(source.partition(",")[2])))
    assert image.width == 720
    [code] = codes_in(image)
    promised = read_linked(hall.estate.uuid, code.text.partition("#receipt=")[2])
    assert promised == receipt(hall.estate.site, hall.estate.uuid, tracker)


def test_a_receipt_is_kept_as_a_picture(hall: Hall, phone: Voter) -> None:
    phone.to_review("赵国强")
    tracker = phone.seal()
    phone.cast()
    phone.on("receipt")
    expect(phone.page.locator("[data-print]")).to_be_visible()
    with phone.page.expect_download() as download:
        phone.page.click("#save")
    assert download.value.suggested_filename == "回执.png"
    holds_the_receipt(phone.page, hall, tracker)


def test_a_whole_vote_inside_wechat(hall: Hall, browser: Browser) -> None:
    with within(browser, hall, WECHAT) as phone:
        phone.page.add_init_script(NOTHING_WORKS)
        phone.to_review("赵国强")
        tracker = phone.seal()
        phone.cast()
        phone.on("receipt")
        expect(phone.page.locator("[data-print]")).to_be_hidden()
        phone.sees(".wechat-only:visible", "在浏览器打开")
        phone.page.click("#save")
        phone.sees("#saved-words", "按住")
        holds_the_receipt(phone.page, hall, tracker)
        assert phone.page.get_attribute("#check-link", "target") is None
        assert hall.trackers() == [tracker]


def test_a_browser_that_knows_no_modules(hall: Hall, browser: Browser) -> None:
    """Its script for old phones, run as such a browser would: the rest of the page never runs there."""
    with browser.new_context(viewport=PHONE) as context:
        page = context.new_page()
        for path in (f"/v/{hall.estate.uuid}", f"/e/{hall.estate.uuid}/check"):
            page.route("**/*.js", lambda route: route.abort())
            page.goto(hall.address + path)
            address = page.get_attribute("script[nomodule]", "src")
            page.unroute("**/*.js")
            page.evaluate(
                """(src) => new Promise((done) => {
                     const script = document.createElement("script");
                     script.src = src;
                     script.onload = done;
                     document.head.append(script);
                   })""",
                address,
            )
            expect(page.locator('[data-screen="too-old"]')).to_be_visible()
            expect(page.locator('[data-screen="loading"]')).to_be_hidden()
