"""Every page a resident meets, in every mode and language: seen, read, touched, typed and heard by anyone.

The numbers are those of 工信部《互联网应用适老化通用设计规范》 for the senior mode (main text 18 pt, to be
enlarged to 30 pt; lines 1.3 apart; contrast 4.5:1; main controls 60 by 60, others 44 by 44 points), of
WCAG 2.2 AA (by axe; reflow at 320 points, 400 % of 1280), and our own 18 px wherever a resident reads.
"""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect

from tests.browser.hall import PHONE, Hall, Voter
from tests.browser.walk import helped_screens, screens

pytestmark = pytest.mark.browser

MEASURE = """
() => {
  const visible = (e) => e.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })
    && e.getClientRects().length > 0;
  const channels = (text) => text.match(/[0-9.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((v) => v / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ground = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const colour = channels(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const said = (e) => `${e.tagName} ${e.className} ${(e.textContent || e.value || "").trim().slice(0, 30)}`;
  const texts = [...document.querySelectorAll("body *")].filter((e) => visible(e)
    && !e.closest(".skip, noscript") && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
  const found = texts.map((e) => {
    const look = getComputedStyle(e);
    const [a, b] = [light(channels(look.color)), light(ground(e))].sort((x, y) => y - x);
    return { e: said(e), size: parseFloat(look.fontSize), contrast: (a + 0.05) / (b + 0.05),
      line: parseFloat(look.lineHeight) / parseFloat(look.fontSize) };
  });
  const size = (e) => {
    const box = e.getBoundingClientRect();
    return { e: said(e), width: Math.round(box.width), height: Math.round(box.height) };
  };
  const seen = (selector) => [...document.querySelectorAll(selector)]
    .filter((e) => visible(e) && !e.closest(".skip"));
  const main = ".button, .choice, input:not(label input), textarea";
  const others = seen("a[href], button, summary").filter((e) => !e.matches(main) && !e.matches(".skip"));
  // Nothing is cut off, or beyond the edge: tables alone may be wider than a window, in a frame that scrolls.
  const beyond = texts.filter((e) => !e.closest(".scroll, pre, .visually-hidden"))
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 || (e.scrollWidth > e.clientWidth + 1
      && getComputedStyle(e).overflowX !== "visible" && getComputedStyle(e).display !== "inline"))
    .map(said);
  const stuck = seen(".stays").map((e) => e.getBoundingClientRect().height / innerHeight);
  return {
    beyond, stuck, texts: found, main: seen(main).map(size), others: others.map(size),
    wide: document.documentElement.scrollWidth - innerWidth,
    moving: document.getAnimations().filter((a) => a.playState === "running"
      && a.effect.getComputedTiming().activeDuration > 0).length,
  };
}
"""


def measured(page: Page, least: float, control: int) -> None:
    """What the numbers demand of the page as it stands."""
    found: dict[str, Any] = page.evaluate(MEASURE)
    assert found["texts"]
    assert [text for text in found["texts"] if text["size"] < least] == []
    assert [text for text in found["texts"] if not text["line"] >= 1.3] == []
    assert [text for text in found["texts"] if text["contrast"] < 4.5] == []
    assert [each for each in found["main"] if min(each["width"], each["height"]) < control] == []
    assert [each for each in found["others"] if min(each["width"], each["height"]) < 44] == []
    assert found["wide"] <= 0
    assert found["moving"] == 0
    if least > 24:
        return
    # A window of 1280 by 1024 enlarged to 400 %.
    page.set_viewport_size({"width": 320, "height": 256})
    # The page measures again when it hears of it, with its next frame.
    page.evaluate("() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")
    found = page.evaluate(MEASURE)
    assert found["wide"] <= 0
    assert found["beyond"] == []
    assert all(share < 0.5 for share in found["stuck"])
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]


def keeps_nobody_out(page: Page, contrast: bool = True) -> None:
    """axe finds nothing; its slow measure of contrast can be left to ours, which takes every text."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(
        """(contrast) => axe.run(document, {
             resultTypes: ["violations"], rules: { "color-contrast": { enabled: contrast } },
           }).then((results) => results.violations)""",
        contrast,
    )
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []


def dressed(browser: Browser, hall: Hall, size: int, language: str, **more: Any) -> Voter:
    context = browser.new_context(viewport=PHONE, locale="zh-CN", **more)  # type: ignore[arg-type]
    context.add_cookies(
        [
            {"name": "senior", "value": str(size), "url": hall.address},
            {"name": "lang", "value": language, "url": hall.address},
        ]
    )
    return Voter(hall, context)


@pytest.mark.parametrize(
    ("size", "language", "scheme"),
    [
        (1, "zh_Hans", "dark"),
        *(
            pytest.param(*mode, marks=pytest.mark.thorough)
            for mode in (
                (0, "zh_Hans", "light"),
                (0, "en", "dark"),
                (1, "en", "light"),
                (3, "zh_Hans", "light"),
            )
        ),
    ],
)
def test_every_screen_in_every_mode(
    hall: Hall, browser: Browser, size: int, language: str, scheme: str
) -> None:
    phone = dressed(browser, hall, size, language, color_scheme=scheme, reduced_motion="reduce")
    least = {0: 18, 1: 24, 3: 40}[size]
    with phone.context:
        for _, page in screens(phone):
            measured(page, least, 60 if size else 44)
            keeps_nobody_out(page, contrast=(size, scheme) in {(0, "light"), (1, "dark")})
            title = page.locator("h1:visible").first.inner_text()
            assert title, page.url
            if size == 3 and page.locator('[data-screen="review"]').is_visible():
                break  # so large, everything after it is made of the same pieces
        assert phone.faults == []


@pytest.mark.parametrize(
    ("size", "language", "scheme"),
    [(0, "en", "light"), pytest.param(1, "zh_Hans", "dark", marks=pytest.mark.thorough)],
)
def test_the_screens_of_help(hall: Hall, browser: Browser, size: int, language: str, scheme: str) -> None:
    phone = dressed(browser, hall, size, language, color_scheme=scheme)
    with phone.context:
        for _, page in helped_screens(phone):
            measured(page, {0: 18, 1: 24}[size], 60 if size else 44)
            keeps_nobody_out(page)
        assert phone.faults == []


def test_the_screens_of_the_last_resort(hall: Hall, browser: Browser) -> None:
    """Not open, too old, without scripts."""
    for size in (0, 1):
        phone = dressed(browser, hall, size, "zh_Hans")
        with phone.context:
            phone.page.add_init_script("delete window.BigInt")
            for path in (f"/v/{hall.estate.uuid}", f"/e/{hall.estate.uuid}/check"):
                phone.page.goto(hall.address + path)
                expect(phone.page.locator('[data-screen="too-old"]')).to_be_visible()
                measured(phone.page, 24 if size else 18, 60 if size else 44)
                keeps_nobody_out(phone.page)


def test_forced_colours(hall: Hall, browser: Browser) -> None:
    phone = dressed(browser, hall, 0, "zh_Hans", forced_colors="active")
    with phone.context:
        phone.scan("赵国强")
        phone.enter("0201")
        phone.on("question-1")
        phone.answer(1, 0)
        phone.page.go_back()
        phone.on("question-1")
        marks = phone.page.locator("[data-question='1'] .circle").evaluate_all(
            "all => all.map((e) => getComputedStyle(e).backgroundColor)"
        )
        assert marks[0] != marks[1] == marks[2]
        keeps_nobody_out(phone.page)


# ---- hands, ears ----


def tab_to(page: Page, selector: str) -> None:
    for _ in range(40):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not come to {selector}")


def test_a_whole_vote_by_keyboard(hall: Hall, phone: Voter) -> None:
    page = phone.page
    phone.scan("赵国强")
    page.keyboard.type("0201")
    page.keyboard.press("Enter")
    phone.on("question-1")
    tab_to(page, "[data-question='1'] .choice")
    page.keyboard.press("Space")
    phone.on("question-2")
    tab_to(page, "[data-question='2'] .choice:nth-of-type(2)")
    page.keyboard.press("Enter")
    phone.on("question-3")
    tab_to(page, "[data-question='3'] input")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    phone.on("review")
    phone.sees('[data-answer="1"]', "同意")
    phone.sees('[data-answer="2"]', "反对")
    phone.sees('[data-answer="3"]', "丁建国")
    for button, screen in (("#seal", "sealed"), ("#cast", "receipt"), ("#leave", "left")):
        tab_to(page, button)
        page.keyboard.press("Enter")
        phone.on(screen)
    assert len(hall.trackers()) == 1


VOICES = """
window.spoken = [];
const voices = [{ lang: "de-DE", name: "d" }, { lang: "zh-HK", name: "h" }, { lang: "zh-CN", name: "c" },
  { lang: "en-US", name: "e" }].filter((each) => each.lang.startsWith(window.only || ""));
let queue = [];
Object.defineProperty(window, "SpeechSynthesisUtterance",
  { value: class { constructor(text) { this.text = text; } } });
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => voices, cancel() { queue = []; }, addEventListener() {},
  speak(each) {
    queue.push(each);
    if (queue.length === 1) each.onstart();
    window.spoken.push([each.lang, each.text]);
  },
  next() { const done = queue.shift(); if (done.onend) done.onend(); if (queue[0]) queue[0].onstart(); },
} });
"""


def test_every_screen_can_be_read_aloud(hall: Hall, phone: Voter) -> None:
    page = phone.page
    page.add_init_script(VOICES)
    phone.scan("赵国强")
    page.click("[data-read]")
    expect(page.locator("[data-reading]")).to_be_visible()
    spoken = page.evaluate("window.spoken")
    assert spoken[0] == ["zh-CN", "先核对是您本人"]
    assert any("后四位" in text for _, text in spoken)
    assert len({text for _, text in spoken}) == len(spoken)  # nothing twice
    # The text that is read is marked, and moves on.
    expect(page.locator("h1.being-read")).to_have_text("先核对是您本人")
    page.evaluate("speechSynthesis.next()")
    expect(page.locator("h1.being-read")).to_have_count(0)
    expect(page.locator(".being-read")).to_have_count(1)
    page.locator("[data-reading] button").click()
    expect(page.locator("[data-reading]")).to_be_hidden()
    expect(page.locator(".being-read")).to_have_count(0)
    # It never talks on into the next screen.
    page.click("[data-read]")
    phone.enter("0201")
    phone.on("question-1")
    expect(page.locator("[data-reading]")).to_be_hidden()
    page.evaluate("window.spoken = []")
    page.click("[data-read]")
    assert [text for _, text in page.evaluate("window.spoken")][-4:] == [
        "按一下，就选好了这一题。", "同意", "反对", "弃权",
    ]  # fmt: skip
    # In English with an English voice.
    page.goto(f"{hall.address}/e/{hall.estate.uuid}?lang=en")
    page.click("[data-read]")
    assert {language for language, _ in page.evaluate("window.spoken")} == {"en-US"}


@pytest.mark.parametrize("missing", ["window.only = 'de';" + VOICES, "delete window.speechSynthesis"])
def test_no_button_where_nothing_speaks(phone: Voter, missing: str) -> None:
    phone.page.add_init_script(missing)
    phone.scan("赵国强")
    expect(phone.page.locator("[data-read]")).to_be_hidden()


def test_large_print_is_one_tap_and_is_remembered(hall: Hall, phone: Voter) -> None:
    page = phone.page
    phone.scan("赵国强")
    phone.page.fill("#digits", "02")
    size: Callable[[], str] = lambda: page.evaluate(  # noqa: E731
        "getComputedStyle(document.querySelector('main p')).fontSize"
    )
    assert size() == "18px"
    page.click("[data-offer]")
    assert size() == "24px"
    expect(page.locator("[data-offer]")).to_be_hidden()
    assert page.input_value("#digits") == "02"  # nothing was lost
    for larger in ("32px", "40px"):
        page.click('[data-step="1"]')
        assert size() == larger
    expect(page.locator('[data-step="1"]')).to_be_hidden()
    page.click('[data-step="-1"]')
    page.goto(f"{hall.address}/e/{hall.estate.uuid}")
    assert size() == "32px"
    page.click("[data-senior]")
    assert size() == "18px"
    # A link may ask for it; it says so neither in the address afterwards nor to the next reader of it.
    page.goto(f"{hall.address}/v/{hall.estate.uuid}?large=1#{hall.estate.codes['孙丽']}")
    phone.on("identity")
    assert size() == "24px"
    assert page.url == f"{hall.address}/v/{hall.estate.uuid}"
    assert not any(hall.estate.codes["孙丽"] in request.url for request in phone.requests[-5:])
    names = {cookie["name"] for cookie in phone.context.cookies()}
    assert names <= {"voting", "senior", "lang"}
