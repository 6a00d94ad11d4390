"""The booth in a real Chromium against the real app: the whole way, and every way it can go wrong."""

import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Route, expect

from tests.booth_estate import AGENDA, BASE_URL, BoothEstate, booth_estate
from tests.browser.hall import PHONE, Hall, Voter
from tests.camera import codes_in
from tests.letters import recorded
from voting.protocol.credentials import printed
from voting.services.booth import receipt
from voting.services.conduct import close_election, count_election, publish_election
from voting.services.credentials import lock_voter, reset_second_factor
from voting.services.receipts import read_linked

pytestmark = pytest.mark.browser

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"


# ---- the whole way ----


def test_a_whole_vote_and_what_it_counts(hall: Hall, phone: Voter) -> None:
    code = hall.estate.codes["王秀英"]
    phone.scan("王秀英")
    assert phone.page.url == f"{hall.address}/v/{hall.estate.uuid}"  # the code is gone from the address bar
    phone.enter(" ００２ｘ ")  # full-width digits and spaces are the same digits
    phone.on("question-1")
    phone.sees("[data-screen=question-1] .representing", "王*英")
    phone.sees("#where", "第 1 题，共 3 题")
    assert phone.page.locator("input:checked, [aria-pressed=true]").count() == 0
    phone.choose(1, 0)
    phone.on("question-2")
    phone.sees("#where", "第 2 题，共 3 题")
    phone.sees("#answer-said", "第 1 题选了：同意")
    phone.choose(2, 2)
    phone.choose(3, 0, 6)
    phone.forward(3)
    phone.on("review")
    phone.sees('[data-answer="1"]', "同意")
    phone.sees('[data-answer="2"]', "弃权")
    phone.sees('[data-answer="3"]', "丁建国、邹海燕")
    assert hall.trackers() == []
    tracker = phone.seal()
    assert hall.trackers() == []  # shown before anything is sent
    phone.cast()
    phone.on("receipt")
    assert hall.trackers() == [tracker]
    assert phone.shown("#receipt-tracker") == tracker
    phone.sees("#receipt-height", "第 1 张")
    phone.sees("#receipt-time", "2026年11月20日 09:00")

    # The code never left the phone: in no address, no header and no body.
    for request in phone.requests:
        assert code not in json.dumps(request.all_headers())
        assert code not in request.url
        assert code.encode() not in (request.post_data_buffer or b"")

    phone.page.click("#leave")
    phone.on("left")
    estate = hall.estate
    estate.clock.now += timedelta(days=10)
    close_election(estate.site, estate.uuid, estate.actor, estate.clock())
    outcome = count_election(estate.site, estate.uuid, estate.actor, estate.clock())
    counts = [question["counts"] for question in outcome["questions"].values()]
    voted = [{choice for choice, count in question.items() if count["owners"] == 1} for question in counts]
    assert voted == [{"同意"}, {"弃权"}, {"丁建国", "邹海燕"}]


def test_a_vote_in_the_other_group(
    tmp_path: Path, hall_of: Callable[[BoothEstate], Hall], browser: Browser, recorded_letters: None
) -> None:
    made = booth_estate(f"sqlite:///{tmp_path / 'made.db'}", group="Ed25519")
    hall = hall_of(made)
    made.site.store.close()
    with browser.new_context(viewport=PHONE, locale="zh-CN") as context:
        phone = Voter(hall, context)
        phone.to_review("王秀英")
        tracker = phone.seal()
        phone.cast()
        phone.on("receipt")
        assert phone.faults == []
    assert hall.trackers() == [tracker]
    estate = hall.estate
    estate.clock.now += timedelta(days=10)
    close_election(estate.site, estate.uuid, estate.actor, estate.clock())
    outcome = count_election(estate.site, estate.uuid, estate.actor, estate.clock())
    counts = [question["counts"] for question in outcome["questions"].values()]
    voted = [{choice for choice, count in question.items() if count["owners"] == 1} for question in counts]
    assert voted == [{"同意"}, {"反对"}, {"丁建国", "邹海燕"}]


@pytest.mark.thorough
def test_the_receipt_can_be_photographed(hall: Hall, phone: Voter) -> None:
    phone.to_review("孙丽")
    tracker = phone.seal()
    phone.cast()
    phone.on("receipt")
    # The stub is whole on one screen, and its QR code is readable at one pixel a point.
    stub = phone.page.locator(".stub").bounding_box()
    assert stub is not None
    assert stub["y"] + stub["height"] <= PHONE["height"]
    [code] = codes_in(Image.open(BytesIO(phone.page.screenshot())))
    assert code.text.startswith(f"{BASE_URL}/e/{hall.estate.uuid}/check#receipt=")
    promised = read_linked(hall.estate.uuid, code.text.partition("=")[2])
    assert promised == receipt(hall.estate.site, hall.estate.uuid, tracker)


@pytest.mark.thorough
def test_by_keyboard_alone(hall: Hall, phone: Voter) -> None:
    keys = phone.page.keyboard
    phone.page.goto(f"{hall.address}/v/{hall.estate.uuid}")
    phone.on("code")
    keys.press("Tab")
    keys.type(printed(hall.estate.codes["赵国强"]))
    keys.press("Tab")
    keys.press("Enter")
    phone.on("identity")
    keys.type("0201")
    keys.press("Enter")
    for number, presses in ((1, ["Tab"]), (2, ["Tab", "Tab"])):
        phone.on(f"question-{number}")
        for press in presses:
            keys.press(press)
        outlined = phone.page.evaluate(
            "getComputedStyle(document.activeElement.closest('.choice')).outlineStyle"
        )
        assert outlined == "solid"
        keys.press("Enter")
    phone.on("question-3")
    keys.press("Tab")
    keys.press("Space")
    keys.press("Enter")
    phone.on("review")
    phone.sees('[data-answer="1"]', "同意")
    phone.sees('[data-answer="2"]', "反对")
    phone.sees('[data-answer="3"]', "丁建国")
    for screen in ("sealed", "receipt"):
        while not phone.page.evaluate("document.activeElement.matches('.forward')"):
            keys.press("Tab")
        keys.press("Enter")
        phone.on(screen)
    assert len(hall.trackers()) == 1


# ---- the code ----


def test_a_mistyped_code_says_where(hall: Hall, phone: Voter) -> None:
    phone.page.goto(f"{hall.address}/v/{hall.estate.uuid}")
    phone.on("code")
    code = printed(hall.estate.codes["赵国强"])
    swapped = "z" if code[13] != "z" else "y"
    for typed, words in (
        (code[:13] + swapped + code[14:], "第 3 组"),
        (code[:-1], "现在是 25 个"),
        ("", "现在是 0 个"),
        ("0" + code[1:], "第 1 组"),
    ):
        phone.page.fill("#code", typed)
        phone.page.click("#code-form .button")
        phone.sees("#code-fault", words)
        phone.on("code")
    phone.page.fill("#code", code.replace("-", " "))
    phone.page.click("#code-form .button")
    phone.on("identity")


@pytest.mark.thorough
def test_a_torn_qr_code(hall: Hall, phone: Voter) -> None:
    phone.page.goto(hall.link("赵国强")[:-3])
    phone.on("code")
    phone.sees("#code-fault", "没有扫完整")
    assert "#" not in phone.page.url


@pytest.mark.thorough
def test_a_second_letter_scanned_into_the_same_page(hall: Hall, phone: Voter) -> None:
    phone.scan("赵国强")
    phone.page.evaluate("code => { location.hash = code; }", hall.estate.codes["孙丽"])
    phone.page.wait_for_load_state()
    phone.on("identity")
    phone.enter("0202")
    phone.sees("[data-screen=question-1] .representing", "孙*")


@pytest.mark.thorough
def test_the_other_language_keeps_the_letter(hall: Hall, phone: Voter) -> None:
    phone.scan("赵国强")
    phone.page.click("a[data-keep-fragment]")
    expect(phone.page.locator("html[lang=en]")).to_be_attached()
    phone.on("identity")
    expect(phone.page).to_have_url(f"{hall.address}/v/{hall.estate.uuid}")


# ---- the second factor ----


def test_wrong_digits_say_how_many_tries_are_left(hall: Hall, phone: Voter) -> None:
    phone.scan("赵国强")
    phone.enter("12")
    phone.sees("#digits-fault", "请填 4 位")  # not sent, and no try is lost
    for left in (4, 3):
        phone.enter("9999")
        phone.sees("#digits-fault", f"还可以试 {left} 次")
    phone.enter("0201")
    phone.on("question-1")


@pytest.mark.thorough
def test_too_many_tries(hall: Hall, phone: Voter) -> None:
    phone.scan("赵国强")
    for left in (4, 3, 2, 1):
        phone.enter("9999")
        phone.sees("#digits-fault", f"还可以试 {left} 次")
    phone.enter("9999")
    phone.on("refused")
    phone.sees("#refused-sentence", "满五次")
    assert not phone.page.is_visible("#type-code")


@pytest.mark.thorough
def test_a_code_from_the_desk(hall: Hall, phone: Voter) -> None:
    estate = hall.estate
    number = estate.numbers["赵国强"]
    lock_voter(estate.site, estate.uuid, number, "信被人拿走了", estate.actor, estate.clock())
    phone.scan("赵国强")
    phone.enter("0201")
    phone.on("refused")
    phone.sees("#refused-sentence", "挂失")
    digits = reset_second_factor(
        estate.site, estate.uuid, number, "本人带证件来过", estate.actor, estate.clock()
    )
    phone.scan("赵国强")
    phone.enter(digits)
    phone.on("question-1")


@pytest.mark.thorough
def test_a_letter_that_was_replaced(hall: Hall, phone: Voter) -> None:
    phone.page.goto(f"{hall.address}/v/{hall.estate.uuid}#{hall.estate.voided}")
    phone.on("identity")
    phone.enter("0302")
    phone.on("refused")
    phone.sees("#refused-sentence", "作废")
    phone.page.click("#type-code")
    phone.on("code")
    phone.page.fill("#code", hall.estate.codes["吴桂芳"])
    phone.page.click("#code-form .button")
    phone.on("identity")
    phone.enter("0302")
    phone.on("question-1")


@pytest.mark.thorough
def test_a_code_of_nobody(hall: Hall, phone: Voter) -> None:
    phone.page.goto(f"{hall.address}/v/{hall.estate.uuid}#11111-111111-11111-111111")
    phone.on("identity")
    phone.enter("0302")
    phone.on("refused")
    phone.sees("#refused-sentence", "没有这个投票码")


def test_no_signal_at_the_door(hall: Hall, phone: Voter) -> None:
    phone.scan("赵国强")
    phone.context.set_offline(True)
    phone.enter("0201")
    phone.sees("#digits-fault", "连不上网")
    phone.context.set_offline(False)
    phone.enter("0201")
    phone.on("question-1")


# ---- the questions ----


@pytest.fixture(scope="module")
def assembly_booth(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[BoothEstate]:
    """Three motions and one contest: the golden apple's agenda, and its maintenance fund."""
    agenda = json.loads((FIXTURES / "golden-apple-agenda.json").read_text("utf-8"))
    fund = {"id": "q4", "kind": "motion", "text": "是否同意使用维修资金更换水泵？", "matter": "278-5"}
    agenda["questions"] = [*agenda["questions"][:2], fund, agenda["questions"][2]]
    with recorded():
        url = f"sqlite:///{tmp_path_factory.mktemp('taps') / 'taps.db'}"
        made = booth_estate(url, group="Ed25519", agenda=agenda | {"estate": AGENDA["estate"]})
    yield made
    made.site.store.close()


COUNTED = """
addEventListener("click", ({ target }) => {
  window.taps = (window.taps || 0) + (target.closest(".choice") ? 0 : 1);
}, true);
"""


@pytest.mark.parametrize(("senior", "taps"), [(0, 4), (1, 7)])
def test_taps_from_scanning_to_the_receipt(
    assembly_booth: BoothEstate,
    hall_of: Callable[[BoothEstate], Hall],
    browser: Browser,
    senior: int,
    taps: int,
) -> None:
    """Four beside the choices; in large print 下一题 is a tap of its own, so that an answer moves nothing."""
    hall = hall_of(assembly_booth)
    with browser.new_context(viewport=PHONE, locale="zh-CN") as context:
        context.add_cookies([{"name": "senior", "value": str(senior), "url": hall.address}])
        phone = Voter(hall, context)
        phone.page.add_init_script(COUNTED)
        phone.scan("王秀英")
        phone.enter("002x")
        for number in (1, 2, 3):
            phone.on(f"question-{number}")
            phone.answer(number, number - 1)
        phone.answer(4, 0, 6)
        phone.on("review")
        tracker = phone.seal()
        phone.cast()
        phone.on("receipt")
        assert phone.page.evaluate("window.taps") == taps
        assert hall.trackers() == [tracker]
        assert phone.faults == []


def test_a_motion_is_answered_by_one_tap(hall: Hall, browser: Browser) -> None:
    with browser.new_context(viewport=PHONE, locale="zh-CN") as context:
        phone = Voter(hall, context, hasty=False)
        page = phone.page
        first = page.locator("[data-question='1'] .choice")
        phone.scan("赵国强")
        phone.enter("0201")
        phone.on("question-1")
        # Nothing but the answers.
        assert page.locator("[data-question='1'] button:visible").count() == 3
        # A hand that shakes, and one that slips: the last answer counts, and the next question gets none.
        first.nth(0).click()
        assert first.nth(0).get_attribute("aria-pressed") == "true"
        first.nth(1).dblclick()
        phone.on("question-2")
        assert page.locator("[data-question='2'] [aria-pressed=true]").count() == 0
        # Who comes back sees what was chosen, and may keep it.
        page.click("[data-question='2'] .back")
        phone.on("question-1")
        marked = first.evaluate_all("all => all.map((e) => e.getAttribute('aria-pressed'))")
        assert marked == ["false", "true", "false"]
        phone.sees("[data-question='1'] .forward:visible", "不改，下一题")
        phone.forward(1)
        phone.on("question-2")
        # Back before the circle was seen: the answer stays, and nobody is pulled forward.
        page.locator("[data-question='2'] .choice").nth(2).click()
        page.go_back()
        phone.on("question-1")
        page.wait_for_timeout(500)
        phone.on("question-1")
        assert phone.faults == []


@pytest.mark.thorough
def test_in_large_print_an_answer_moves_nothing(hall: Hall, phone: Voter) -> None:
    phone.context.add_cookies([{"name": "senior", "value": "1", "url": hall.address}])
    phone.scan("赵国强")
    phone.enter("0201")
    phone.on("question-1")
    phone.forward(1)
    phone.sees("[data-question='1'] .fault-line", "请先选一项")
    phone.choose(1, 2)
    expect(phone.page.locator("[data-question='1'] .fault-line")).to_be_hidden()
    phone.choose(1, 1)
    assert phone.page.locator("[data-question='1'] [aria-pressed=true]").count() == 1
    phone.on("question-1")
    phone.sees("[data-question='1'] .forward", "下一题")
    phone.page.click("[data-senior]")  # ordinary letters in the middle of a question: the same answer
    phone.sees("[data-question='1'] .forward", "不改，下一题")
    phone.forward(1)
    phone.on("question-2")


def test_a_contest_takes_no_more_than_its_seats(phone: Voter) -> None:
    phone.to_review("赵国强")
    phone.page.click('[data-change="3"]')
    phone.on("question-3")
    phone.choose(3, 1, 2, 3)
    phone.sees("[data-question='3'] .chosen", "已选 5 人，最多选 5 人")
    phone.choose(3, 4)
    phone.sees("[data-question='3'] .fault-line", "最多选 5 人")
    checked = phone.page.locator("[data-question='3'] input").evaluate_all("all => all.map((i) => i.checked)")
    assert checked == [True, True, True, True, False, False, True]
    phone.choose(3, 0, 1, 2, 3, 6)
    phone.forward(3)
    phone.sees('[data-answer="3"]', "一个人也没有选")
    phone.seal()
    phone.cast()
    phone.on("receipt")


def test_back_and_change(hall: Hall, phone: Voter) -> None:
    phone.to_review("赵国强")
    phone.page.go_back()
    phone.on("question-3")
    phone.page.click("[data-question='3'] .back")
    phone.on("question-2")
    assert phone.page.locator("[data-question='2'] .choice").nth(1).get_attribute("aria-pressed") == "true"
    phone.sees("[data-question='2'] .forward:visible", "不改，核对一遍")
    phone.choose(2, 0)
    phone.on("review")
    phone.sees('[data-answer="2"]', "同意")
    first = phone.seal()
    phone.page.click("#unseal")
    phone.on("review")
    phone.page.click('[data-change="1"]')
    phone.on("question-1")
    phone.choose(1, 2)
    phone.on("review")
    phone.sees('[data-answer="1"]', "弃权")
    second = phone.seal()
    assert first != second
    phone.cast()
    phone.on("receipt")
    assert hall.trackers() == [second]
    # From the receipt there is no way back into the booth, and nothing is left of the choices.
    phone.page.go_back()
    expect(phone.page.locator('[data-screen="receipt"]')).to_be_visible()
    assert phone.page.locator("input:checked, [aria-pressed=true]").count() == 0


# ---- sending ----


def test_no_signal_when_casting(hall: Hall, phone: Voter) -> None:
    phone.to_review("赵国强")
    tracker = phone.seal()
    phone.context.set_offline(True)
    phone.cast()
    phone.sees("#sending-title", "还没有投进票箱")
    phone.sees("#countdown", "秒后自动再投")
    assert hall.trackers() == []
    phone.context.set_offline(False)  # the signal is back: sent again without a hand
    phone.on("receipt")
    assert hall.trackers() == [tracker]


def test_the_button_sends_again_at_once(hall: Hall, phone: Voter) -> None:
    phone.to_review("赵国强")
    tracker = phone.seal()
    phone.page.route("**/ballot", lambda route: route.abort("connectionreset"), times=1)
    phone.cast()
    phone.sees("#sending-title", "还没有投进票箱")
    phone.page.click("#again")
    phone.on("receipt")
    assert hall.trackers() == [tracker]


def test_an_answer_that_was_lost(hall: Hall, phone: Voter) -> None:
    """The ballot arrived, the receipt did not: sent again, it is the same ballot with the same receipt."""
    phone.to_review("赵国强")
    tracker = phone.seal()

    def lose(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    phone.page.route("**/ballot", lose, times=1)
    phone.cast()
    phone.sees("#sending-title", "还没有投进票箱")
    assert hall.trackers() == [tracker]
    phone.page.click("#again")
    phone.on("receipt")
    assert hall.trackers() == [tracker]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [
        (200, "text/html", "<h1>Welcome to the hotel</h1>"),
        (200, "application/json", '{"tracker": "of somebody else"}'),
        (200, "application/json", "null"),
        (503, "text/html", "busy"),
        (429, "application/json", '{"refusal": "too-many-requests", "sentence": "…"}'),
        (400, "application/json", '{"refusal": "board-busy", "sentence": "…"}'),
    ],
)
def test_an_answer_that_is_no_receipt(hall: Hall, phone: Voter, status: int, kind: str, body: str) -> None:
    phone.to_review("赵国强")
    tracker = phone.seal()
    phone.page.route(
        "**/ballot", lambda route: route.fulfill(status=status, content_type=kind, body=body), times=1
    )
    phone.cast()
    phone.sees("#sending-title", "还没有投进票箱")
    assert hall.trackers() == []
    phone.page.click("#again")
    phone.on("receipt")
    assert hall.trackers() == [tracker]


@pytest.mark.thorough
def test_leaving_with_an_unsent_ballot_asks_first(phone: Voter) -> None:
    asked: list[str] = []
    phone.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    phone.to_review("赵国强")
    phone.seal()
    phone.page.close(run_before_unload=True)
    expect(phone.page.locator('[data-screen="sealed"]')).to_be_visible()
    assert asked == ["beforeunload"]
    phone.cast()
    phone.on("receipt")


@pytest.mark.thorough
def test_a_session_that_was_lost(hall: Hall, phone: Voter) -> None:
    """The cookie is gone when the ballot is ready: both factors again, and the same sealed ballot."""
    phone.to_review("赵国强")
    tracker = phone.seal()
    phone.context.clear_cookies()
    phone.cast()
    phone.on("identity")
    phone.sees("#digits-fault", "还没有投进票箱")
    phone.enter("0201")
    phone.on("receipt")
    assert hall.trackers() == [tracker]


def test_voted_before(hall: Hall, phone: Voter) -> None:
    phone.to_review("赵国强")
    tracker = phone.seal()
    phone.cast()
    phone.on("receipt")
    phone.scan("赵国强")
    phone.enter("0201")
    phone.on("receipt")
    phone.sees("#receipt-title", "已经在票箱里")
    assert phone.shown("#receipt-tracker") == tracker
    assert hall.trackers() == [tracker]


def test_two_phones_of_one_household(hall: Hall, phone: Voter, browser: Browser) -> None:
    phone.to_review("张三、李四")
    tracker = phone.seal()
    with browser.new_context(viewport=PHONE) as context:
        other = Voter(hall, context)
        other.to_review("张三、李四")
        other.seal()
        phone.cast()
        phone.on("receipt")
        other.cast()
        other.on("refused")
        other.sees("#refused-sentence", "已经投过票")
        other.sees("#refused-unsent", "没有投进票箱")
    assert hall.trackers() == [tracker]


# ---- not open ----


@pytest.mark.thorough
def test_closed_while_the_voter_was_thinking(hall: Hall, phone: Voter) -> None:
    phone.to_review("赵国强")
    phone.seal()
    hall.estate.clock.now += timedelta(days=10)
    phone.cast()
    phone.on("refused")
    phone.sees("#refused-sentence", "已经截止")
    phone.sees("#refused-unsent", "没有投进票箱")
    assert hall.trackers() == []


def test_the_booth_before_and_after(
    issued_booth: BoothEstate, hall_of: Callable[[BoothEstate], Hall], browser: Browser
) -> None:
    hall = hall_of(issued_booth)
    estate = hall.estate
    with browser.new_context(viewport=PHONE) as context:
        page = context.new_page()

        def meets(title: str, words: str) -> None:
            page.goto("about:blank")
            page.goto(hall.link("赵国强"))
            expect(page.locator("h1")).to_have_text(title)
            expect(page.locator("main")).to_contain_text(words)
            page.wait_for_function("location.hash === ''")

        meets("还没有到投票的时候", "2026")
        estate.open()
        estate.clock.now += timedelta(days=10)
        meets("投票已经截止", "不能再投")
        close_election(estate.site, estate.uuid, estate.actor, estate.clock())
        meets("投票已经截止", "不能再投")
        count_election(estate.site, estate.uuid, estate.actor, estate.clock())
        publish_election(estate.site, estate.uuid, estate.actor, estate.clock())
        meets("这次投票已经结束", "公布")


# ---- phones, eyes and hands ----


def test_without_scripts(hall: Hall, browser: Browser) -> None:
    with browser.new_context(viewport=PHONE, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(hall.link("赵国强"))
        expect(page.locator("noscript .notice p").last).to_be_visible()
        expect(page.locator(".slow-start")).to_be_hidden()


@pytest.mark.thorough
@pytest.mark.parametrize(
    "missing",
    [
        "delete window.BigInt",
        "delete window.Worker",
        "delete window.TextEncoder",
    ],
)
def test_an_old_phone_is_told_what_to_do(hall: Hall, phone: Voter, missing: str) -> None:
    phone.page.add_init_script(missing)
    phone.page.goto(hall.link("赵国强"))
    phone.on("too-old")
    phone.sees('[data-screen="too-old"]', "纸质票")
    assert "#" not in phone.page.url
    phone.faults.clear()


@pytest.mark.thorough
def test_a_worker_that_fails(hall: Hall, phone: Voter) -> None:
    phone.page.route("**/booth-worker.js", lambda route: route.abort())
    phone.page.goto(hall.link("赵国强"))
    phone.on("refused")
    phone.sees("#refused-sentence", "没有把选票封好")


@pytest.mark.thorough
def test_choices_look_alike(phone: Voter) -> None:
    """同意, 反对 and 弃权, and all candidates: the same size, weight and colours, marked or not."""
    phone.to_review("赵国强")
    for number in (1, 3):
        phone.page.click(f'[data-change="{number}"]')
        phone.on(f"question-{number}")
        looks = phone.page.locator(f"[data-question='{number}'] .choice").evaluate_all(
            """all => all.map((e) => {
                 const look = getComputedStyle(e);
                 const box = e.getBoundingClientRect();
                 const marked = e.matches("[aria-pressed=true], :has(:checked)");
                 return [marked, look.color, look.backgroundColor, look.fontSize,
                         look.fontWeight, look.borderColor, box.width, box.height].join();
               })"""
        )
        assert len(set(looks)) == 2  # marked, and not marked
        phone.forward(number)
        phone.on("review")


@pytest.mark.thorough
def test_the_qr_of_the_receipt_is_an_image_in_the_page(phone: Voter) -> None:
    phone.to_review("赵国强")
    phone.seal()
    phone.cast()
    phone.on("receipt")
    source = phone.page.get_attribute("#receipt-qr", "src")
    assert source is not None
    head, _, body = source.partition(",")
    assert head == "data:image/svg+xml;base64"
    assert b64decode(body).startswith(b"<svg")
