"""Every page and screen that a resident meets, one after the other, each with its name.

For the tests of every mode and language, and for scripts/copy_deck.py, which writes down what they say.
"""

from collections.abc import Iterator

from playwright.sync_api import Page, expect

from tests.browser.hall import Voter
from tests.browser.test_check import check_address, vote

Screen = tuple[str, Page]


def screens(phone: Voter) -> Iterator[Screen]:
    """A voter alone, with another phone for what is checked on one."""
    hall = phone.hall
    estate, page = hall.estate, phone.page
    receipt = vote(estate, "王秀英")
    for name, path in (
        ("home", "/"),
        ("election", f"/e/{estate.uuid}"),
        ("board", f"/e/{estate.uuid}/board"),
        ("check", f"/e/{estate.uuid}/check"),
        ("not-found", "/e/unknown"),
    ):
        page.goto(hall.address + path)
        page.wait_for_function("document.readyState === 'complete'")
        yield name, page
    page.goto(f"{hall.address}/v/{estate.uuid}")
    phone.on("code")
    page.fill("#code", "x")
    page.click("#code-form .button")
    yield "code", page
    page.goto("about:blank")
    phone.scan("赵国强")
    page.locator("[data-screen=identity] summary").first.click()
    yield "identity", page
    phone.enter("0201")
    phone.on("question-1")
    if page.locator("[data-question='1'] .forward").is_visible():
        phone.forward(1)  # nothing chosen yet: the page says so
    yield "question", page
    phone.answer(1, 0)
    phone.answer(2, 1)
    phone.choose(3, 0, 1, 2, 3, 4, 5)
    yield "contest", page
    page.click("[data-question='3'] .back")
    phone.on("question-2")
    yield "question-again", page
    phone.forward(2)
    phone.on("question-3")
    phone.forward(3)
    phone.on("review")
    yield "review", page
    phone.seal()
    yield "sealed", page
    page.click("#challenge")
    phone.on("challenge")
    yield "challenge", page
    page.click("#open-it")
    phone.on("opened")
    yield "opened", page
    opened = page.evaluate("document.getElementById('opened-link').dataset.copy").partition("#")[2]
    page.click("#reseal")
    phone.on("sealed")
    phone.context.set_offline(True)
    phone.cast()
    expect(page.locator("#waiting")).to_be_visible()
    yield "waiting", page
    phone.context.set_offline(False)
    phone.on("receipt")
    page.click("#save")
    yield "receipt", page
    page.click("#leave")
    phone.on("left")
    yield "left", page
    other = phone.context.new_page()  # not before: a page behind another one is drawn once a second
    for name, address, screen in (
        ("check-good", check_address(hall, receipt), "good"),
        ("check-unsigned", check_address(hall, receipt)[:-3] + "AAA", "unsigned"),
        (
            "check-changed",
            check_address(hall, receipt).replace(receipt.time, "2026-11-20T01:00:01Z"),
            "unsigned",
        ),
        ("opened-good", f"{hall.address}/e/{estate.uuid}/check#{opened}", "opened-good"),
        ("opened-wrong", f"{hall.address}/e/{estate.uuid}/check#{opened[:-1]}", "opened-wrong"),
    ):
        other.goto("about:blank")
        other.goto(address)
        expect(other.locator(f'[data-screen="{screen}"]')).to_be_visible()
        yield name, other


def helped_screens(phone: Voter) -> Iterator[Screen]:
    """Asking for help, and voting with somebody beside; being refused."""
    hall, page = phone.hall, phone.page
    form = f"{hall.address}/e/{hall.estate.uuid}/help"
    page.goto(form)
    page.fill("#unit", "9栋9单元999")
    page.locator(".choice").first.click()
    page.locator("form .button").click()
    page.locator("#fault").wait_for()
    yield "help-form", page
    page.fill("#unit", "1栋1单元302")
    page.locator("form .button").click()
    page.locator("#fault").wait_for(state="detached")
    yield "help-form-noted", page
    phone.scan("孙丽")
    page.click("[data-screen=identity] [data-help]")
    phone.on("help")
    yield "help", page
    page.click("[data-wanted=visit]")
    phone.on("help-noted")
    yield "help-noted", page
    page.click("[data-screen=help-noted] [data-no-help]")
    phone.on("identity")
    page.locator("details", has=page.locator("#i-help")).locator("summary").click()
    page.click("#i-help")
    phone.on("helper")
    page.click("#helper-form .forward")
    yield "helper", page
    page.fill("#helper-name", "李梅")
    page.locator("#helper-form .choice").nth(1).click()
    page.click("#helper-form .forward")
    phone.on("identity")
    yield "identity-helped", page
    phone.enter("0202")
    phone.on("question-1")
    phone.answer(1, 0)
    phone.answer(2, 1)
    phone.answer(3, 0)
    phone.on("hand-over")
    yield "hand-over", page
    page.click("#in-hand")
    phone.on("review")
    phone.seal()
    yield "sealed-helped", page
    phone.cast()
    phone.on("receipt")
    yield "receipt-helped", page
    page.click("#leave")
    phone.on("left")
    yield "left-helped", page
    page.goto("about:blank")
    page.goto(f"{hall.address}/v/{hall.estate.uuid}#11111-111111-11111-111111")
    phone.on("identity")
    phone.enter("0302")
    phone.on("refused")
    yield "refused", page
    page.add_init_script("delete window.BigInt")
    page.goto(f"{hall.address}/v/{hall.estate.uuid}")
    expect(page.locator('[data-screen="too-old"]')).to_be_visible()
    yield "too-old", page
