"""求助 and a helper at the door: asked from the booth, helped without a trace on the helper's phone."""

import json

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.hall import PHONE, Hall, Voter
from tests.browser.test_whatever_happens import LEFT_BEHIND
from voting.protocol.credentials import printed
from voting.services.credentials import lock_voter
from voting.services.help_requests import help_requests
from voting.services.helped import helped_ballots

pytestmark = [pytest.mark.browser, pytest.mark.thorough]


def asked(hall: Hall) -> dict[int, tuple[str, bool]]:
    views = help_requests(hall.estate.site, hall.estate.uuid)
    return {view.request.voter: (view.request.wanted, view.request.by_letter) for view in views}


def test_the_letter_asks_for_a_visit(hall: Hall, phone: Voter) -> None:
    number = hall.estate.numbers["赵国强"]
    phone.scan("赵国强")
    phone.page.click("[data-screen=identity] [data-help]")
    phone.on("help")
    phone.page.go_back()
    phone.on("identity")
    phone.page.click("[data-screen=identity] [data-help]")
    phone.on("help")
    phone.context.set_offline(True)
    phone.page.click("[data-wanted=visit]")
    phone.sees("#help-fault", "连不上网")
    assert asked(hall) == {}
    phone.context.set_offline(False)
    phone.page.click("[data-wanted=visit]")
    phone.on("help-noted")
    phone.sees("#help-said", "安排人上门")
    assert asked(hall) == {number: ("visit", True)}
    phone.page.click("[data-screen=help-noted] [data-no-help]")
    phone.on("identity")
    phone.enter("0201")  # and can still vote
    phone.on("question-1")


def test_who_is_refused_can_ask(hall: Hall, phone: Voter) -> None:
    estate = hall.estate
    number = estate.numbers["赵国强"]
    lock_voter(estate.site, estate.uuid, number, "信被人拿走了", estate.actor, estate.clock())
    phone.scan("赵国强")
    phone.enter("0201")
    phone.on("refused")
    phone.page.click("[data-screen=refused] [data-help]")
    phone.on("help")
    phone.page.click("[data-wanted=call]")
    phone.on("help-noted")
    assert asked(hall) == {number: ("call", True)}


def test_a_phone_that_cannot_vote_can_still_ask(hall: Hall, browser: Browser) -> None:
    with browser.new_context(viewport=PHONE, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(hall.link("赵国强"))
        page.locator("noscript a.button").click()
        page.fill("#unit", "1栋1单元201")
        page.locator(".choice").nth(2).click()
        page.locator("form .button").click()
        expect(page.locator("h1")).to_have_text("记下了，会有人来找您")
    assert asked(hall) == {hall.estate.numbers["赵国强"]: ("paper", False)}


def to_review_with_help(phone: Voter) -> None:
    for number, choices in ((1, (0,)), (2, (1,)), (3, (0, 6))):
        phone.on(f"question-{number}")
        phone.answer(number, *choices)
    phone.on("hand-over")


def test_two_households_with_a_volunteer(hall: Hall, phone: Voter) -> None:
    page, estate = phone.page, hall.estate
    code = estate.codes["赵国强"]
    phone.scan("赵国强")
    page.locator("details", has=page.locator("#i-help")).locator("summary").click()
    page.click("#i-help")
    phone.on("helper")
    page.click("#helper-form .forward")
    phone.sees("#helper-fault", "请写上您的姓名")
    page.fill("#helper-name", "李梅")
    page.locator("#helper-form .choice").nth(2).click()
    page.click("#helper-form .forward")
    phone.on("identity")
    phone.sees("#helping", "李梅（楼栋长、单元长）在旁边帮忙")
    assert page.input_value("#helper-name") == ""

    # The helper operates until the last question; then the voter alone sees and presses.
    phone.enter("0201")
    to_review_with_help(phone)
    phone.sees("#hand-over-title", "请把手机交给 赵*强")
    page.go_back()
    phone.on("question-3")
    phone.forward(3)
    phone.on("hand-over")
    page.click("#in-hand")
    phone.on("review")
    page.click('[data-change="1"]')  # the owner changes their mind, alone
    phone.on("question-1")
    phone.choose(1, 2)
    phone.on("review")
    tracker = phone.seal()
    phone.sees("#own-hand", "请 赵*强 本人按")
    phone.cast()
    phone.on("receipt")
    expect(page.locator("#save")).to_be_hidden()  # a picture would stay on the helper's phone
    page.click("#leave")
    phone.on("left")
    page.click("#next-household")
    phone.on("code")

    left = page.evaluate(LEFT_BEHIND)
    text = left.pop("text")
    assert left["local"] == left["session"] == {}
    assert left["databases"] == left["caches"] == left["fields"] == []
    assert left["pressed"] == 0
    for secret in (code, code.replace("-", ""), tracker, "赵*强", "1栋1单元201", "已选 2 人", "第 1 题选了"):
        assert secret not in json.dumps(left, ensure_ascii=False)
        assert secret not in text
    page.go_back()
    phone.on("code")

    # The next household, on the same page: nothing was loaded again.
    page.evaluate("window.same = true")
    page.fill("#code", printed(estate.codes["孙丽"]))
    page.click("#code-form .button")
    phone.on("identity")
    phone.enter("0202")
    to_review_with_help(phone)
    page.click("#in-hand")
    phone.on("review")
    phone.sees('[data-answer="1"]', "同意")
    second = phone.seal()
    phone.cast()
    phone.on("receipt")
    phone.sees("#receipt-title", "已经投进票箱")
    phone.sees("#receipt-height", "第 2 张")
    assert page.evaluate("window.same")
    page.click("#leave")
    phone.on("left")
    page.click("[data-screen=left] [data-enough]")
    expect(page.locator("#helping")).to_be_hidden()
    assert hall.trackers() == [tracker, second]
    beside = helped_ballots(estate.site, estate.uuid)
    assert {voter: (row.tracker, row.helper) for voter, row in beside.items()} == {
        estate.numbers["赵国强"]: (tracker, "李梅"),
        estate.numbers["孙丽"]: (second, "李梅"),
    }

    # Who comes after the helper votes alone.
    phone.to_review("王秀英")
    phone.seal()
    phone.cast()
    phone.on("receipt")
    assert len(helped_ballots(estate.site, estate.uuid)) == 2


def test_the_helper_is_remembered_when_the_next_letter_is_scanned(hall: Hall, phone: Voter) -> None:
    phone.scan("赵国强")
    phone.page.locator("details", has=phone.page.locator("#i-help")).locator("summary").click()
    phone.page.click("#i-help")
    phone.page.fill("#helper-name", "李梅")
    phone.page.locator("#helper-form .choice").first.click()
    phone.page.click("#helper-form .forward")
    phone.on("identity")
    phone.page.goto("about:blank")
    phone.scan("孙丽")
    phone.sees("#helping:visible", "李梅（家人）")
    phone.page.click("[data-screen=identity] [data-enough]")
    expect(phone.page.locator("#helping")).to_be_hidden()
    phone.enter("0202")
    phone.on("question-1")
    assert "李梅" not in phone.page.evaluate("document.documentElement.outerHTML")
