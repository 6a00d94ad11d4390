"""A booth with plans, ticks and candidates answered one by one, from the letter to what is counted."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser

from tests import second
from tests.booth_estate import AGENDA, BoothEstate, booth_estate
from tests.browser.hall import PHONE, Hall, Voter
from tests.letters import recorded
from voting.services.conduct import close_election, count_election

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BoothEstate]:
    agenda = second.AGENDA | {"title": AGENDA["title"], "estate": AGENDA["estate"]}
    with recorded():
        url = f"sqlite:///{tmp_path_factory.mktemp('second') / 'second.db'}"
        made = booth_estate(url, group="Ed25519", agenda=agenda)
    yield made
    made.site.store.close()


@pytest.fixture
def hall(estate: BoothEstate, hall_of: Callable[[BoothEstate], Hall]) -> Hall:
    return hall_of(estate)


def tap(phone: Voter, candidate: int, choice: int) -> None:
    group = phone.page.locator('[data-question="4"] [data-asked]').nth(candidate)
    group.locator(".choice").nth(choice).click()


def test_every_kind_of_question_is_answered_on_a_phone(hall: Hall, phone: Voter) -> None:
    phone.scan("王秀英")
    phone.enter("002x")
    phone.on("question-1")
    choices = phone.page.locator('[data-question="1"] .choice').all_inner_texts()
    assert [each.strip() for each in choices] == ["甲方案：大修", "乙方案：更换主机", "都不同意", "弃权"]
    phone.choose(1, 2)
    phone.choose(2, 0)
    phone.choose(3, 0, 3)
    phone.sees('[data-question="3"] .chosen', "已选 2 人")
    phone.forward(3)
    tap(phone, 0, 0)
    tap(phone, 2, 2)
    phone.forward(4)
    phone.sees('[data-question="4"] .fault-line', "叶六")
    assert phone.page.locator('[data-screen="review"]').is_hidden()
    tap(phone, 1, 1)
    phone.forward(4)
    phone.on("review")
    assert phone.page.locator('[data-answer="1"]').inner_text() == "都不同意"
    assert phone.page.locator('[data-answer="3"]').inner_text() == "丁一、白四"
    assert phone.page.locator('[data-answer="4"]').inner_text().split() == [
        "卜五：同意",
        "叶六：反对",
        "申七：弃权",
    ]
    phone.seal()
    phone.cast()
    phone.on("receipt")

    made = hall.estate
    made.clock.now += timedelta(days=11)
    close_election(made.site, made.uuid, made.actor, made.clock())
    outcome = count_election(made.site, made.uuid, made.actor, made.clock())
    plans, _, ticked, each = (outcome["questions"][f"q{number}"]["counts"] for number in range(1, 5))
    assert plans["都不同意"]["owners"] == 1
    assert [name for name, of in ticked.items() if of["owners"]] == ["丁一", "白四"]
    answered = {name: [answer for answer, of in said.items() if of["owners"]] for name, said in each.items()}
    assert answered == {"卜五": ["同意"], "叶六": ["反对"], "申七": ["弃权"]}


@pytest.mark.parametrize("senior", ["0", "1", "3"])
def test_the_answers_beside_each_other_look_the_same(hall: Hall, browser: Browser, senior: str) -> None:
    with browser.new_context(viewport=PHONE, locale="zh-CN") as context:
        phone = Voter(hall, context)
        phone.page.goto(
            f"{hall.address}/v/{hall.estate.uuid}?senior={senior}#{hall.estate.codes['张三、李四']}"
        )
        phone.on("identity")
        phone.enter("0102")
        phone.on("question-1")
        phone.answer(1, 0)
        phone.answer(2, 0)
        phone.forward(3)
        phone.on("question-4")
        looks = phone.page.locator('[data-question="4"] [data-asked] .choice').evaluate_all(
            """(all) => all.map((one) => {
              const { width, height } = one.getBoundingClientRect();
              const { fontSize, fontWeight, color, backgroundColor } = getComputedStyle(one);
              const size = [Math.round(width), Math.round(height)];
              return [...size, fontSize, fontWeight, color, backgroundColor].join();
            })"""
        )
        assert len(looks) == 9
        assert len(set(looks)) == 1
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
