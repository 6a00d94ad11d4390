"""One letter for every vote of a meeting, in a phone: the second factor once, and booth after booth."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copy

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.assembly import BASE_URL, DIGITS, PASSPHRASE
from tests.browser.hall import HASTY, PHONE, serving
from tests.browser.test_for_everyone import keeps_nobody_out
from tests.conventions import MOTION, Convention
from tests.meetings import PUMP, announced
from voting.protocol.credentials import printed
from voting.services import assembly_letters, desk, elections
from voting.services.credential_file import open_credential_file
from voting.services.site import Keys, Site
from voting.store.engine import Store
from voting.web.app import create_app

pytestmark = pytest.mark.usefixtures("recorded_letters")


@pytest.fixture(scope="module")
def issued_meeting(sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Convention:
    """Letters out, before the vote; to be copied."""
    file = copy(sqlite, tmp_path_factory.mktemp("meeting") / "meeting.sqlite")
    made = announced(Convention(_site(file)), pump_group="Ed25519").issue()
    made.site.store.close()
    return made


def _site(file: Path | str) -> Site:
    return Site(Store(f"sqlite:///{file}"), Keys.derive(b"a master secret of 32 bytes only"))


@contextmanager
def _held(source: Convention, file: Path) -> Iterator[tuple[Convention, str]]:
    """A copy of the meeting, served; its address."""
    copy(source.site.store.url.removeprefix("sqlite:///"), file)
    made = Convention(_site(file), now=source.now)
    for name in ("actor", "estate_id", "uuid", "elections", "private", "issued", "codes"):
        setattr(made, name, getattr(source, name))

    def app(_address: str) -> object:
        return create_app(made.site, clock=lambda: made.now, base_url=BASE_URL, rate_limits=False)

    with serving(made.site, app) as address:
        yield made, address


@pytest.fixture
def meeting(issued_meeting: Convention, tmp_path: Path) -> Iterator[tuple[Convention, str]]:
    with _held(issued_meeting, tmp_path / "meeting.sqlite") as (made, address):
        made.until("2026-05-25 20:00")
        yield made, address


class Phone:
    """What a hand does."""

    def __init__(self, context: BrowserContext, address: str, uuid: str) -> None:
        self.address, self.uuid = address, uuid
        self.page: Page = context.new_page()
        self.page.add_init_script(HASTY)
        self.sent: list[str] = []
        self.faults: list[str] = []
        self.page.on("request", lambda request: self.sent.append(request.url + (request.post_data or "")))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))

    def scan(self, code: str) -> None:
        self.page.goto("about:blank")
        self.page.goto(f"{self.address}/m/{self.uuid}#{code}")
        self.on("identity")

    def on(self, screen: str) -> None:
        self.page.locator(f'[data-screen="{screen}"]').wait_for()

    def enter(self, digits: str) -> None:
        self.page.fill("#digits", digits)
        self.page.click("#identity-button")

    def vote(self, questions: int) -> str:
        """Answer every question with the first choice, seal and cast; the tracker."""
        for number in range(1, questions + 1):
            self.on(f"question-{number}")
            self.page.locator(f'[data-question="{number}"] .choice').first.click()
        self.on("review")
        self.page.click("#seal")
        self.on("sealed")
        self.page.click("#cast")
        self.on("receipt")
        return self.page.locator("#receipt-tracker").evaluate("place => place.textContent")


@contextmanager
def phone(browser: Browser, address: str, uuid: str) -> Iterator[Phone]:
    with browser.new_context(viewport=PHONE, locale="zh-CN") as context:
        yield Phone(context, address, uuid)


def test_one_letter_two_votes(browser: Browser, meeting: tuple[Convention, str]) -> None:
    made, address = meeting
    code = made.codes[3]
    with phone(browser, address, made.uuid) as hand:
        page = hand.page
        hand.scan(code)
        assert "#" not in page.url
        keeps_nobody_out(page, contrast=False)
        hand.enter("0000")
        expect(page.locator("#digits-fault")).to_contain_text("4")
        hand.enter(DIGITS[3])
        hand.on("ballots")
        assert page.inner_text("#ballots-title") == "这次会议，您有 2 张票"
        titles = page.locator("#ballots h2").all_inner_texts()
        assert titles == [MOTION["title"], PUMP["title"]]
        assert "1 道题，投到 2026年5月31日 00:00 为止" in page.inner_text("#ballots li >> nth=0")
        keeps_nobody_out(page, contrast=False)
        page.click("#begin")
        first = hand.vote(1)  # nothing was asked again
        expect(page.locator("#next-words")).to_contain_text("还有一张票没有投")
        page.click("#vote-next")
        second = hand.vote(2)
        expect(page.locator("#next-ballot")).to_be_hidden()
        page.click("#leave")
        hand.on("left")
        # Who goes back from here comes to the first booth, where the code is asked for and nobody is in it.
        page.go_back()
        hand.on("code")
        assert not any(left in page.content() for left in ("赵", first, second))
        # The same letter again: what was voted, with the receipts, after the second factor.
        hand.scan(code)
        hand.enter(DIGITS[3])
        hand.on("ballots")
        assert page.inner_text("#ballots-title") == "您的 2 张票都投完了"
        stubs = page.locator("#ballots .tracker").evaluate_all("all => all.map((e) => e.textContent)")
        assert stubs == [first, second]
        assert page.locator("#begin").is_hidden()
        page.click("#leave")
        hand.on("left")
        assert "赵" not in page.content()
        secrets = (code, code.replace("-", ""))
        assert not [each for each in hand.sent if any(secret in each for secret in secrets)]
        assert hand.faults == []
    for uuid in made.elections:
        assert elections.turnout(made.site, uuid).owners == 1


@pytest.mark.thorough
def test_one_vote_is_no_choice(browser: Browser, meeting: tuple[Convention, str]) -> None:
    made, address = meeting
    with phone(browser, address, made.uuid) as hand:
        # Outside the building; the code typed by hand, as it is printed.
        hand.page.goto(f"{address}/m/{made.uuid}")
        hand.on("identity")
        hand.page.fill("#code", printed(made.codes[1]).replace("-", " "))
        hand.enter(DIGITS[1])
        hand.vote(1)
        expect(hand.page.locator("#next-ballot")).to_be_hidden()
        assert hand.faults == []


@pytest.mark.thorough
def test_whose_letter_it_is_is_asked_each_time(browser: Browser, meeting: tuple[Convention, str]) -> None:
    made, address = meeting
    mine, theirs = made.codes[3], made.codes[4]
    booth = f"{address}/v/{made.elections[0]}"
    with phone(browser, address, made.uuid) as hand:
        page = hand.page
        hand.scan(mine)
        hand.enter(DIGITS[3])
        hand.on("ballots")
        given = next(each for each in page.context.cookies() if each["name"] == "voting")
        assert given["httpOnly"]
        # A neighbour's letter in the same phone, at the meeting's door and at a booth's.
        hand.scan(theirs)
        page.goto("about:blank")
        page.goto(f"{booth}#{theirs}.guessed")
        hand.on("identity")
        # The desk resets the second factor while the voter looks at the list.
        hand.scan(mine)
        hand.enter(DIGITS[3])
        hand.on("ballots")
        digits = desk.reset_second_factor(
            made.site, made.elections[1], 1, "本人当面核对", made.actor, made.now
        )
        page.click("#begin")
        hand.on("identity")
        hand.enter(digits)
        hand.vote(1)
        # The other phone of the family finds the ballot in the box, and the next one waiting.
        with phone(browser, address, made.uuid) as other:
            other.scan(mine)
            other.enter(digits)
            other.on("ballots")
            assert other.page.locator("#ballots .state").all_inner_texts() == ["已经投了", "还没有投"]
            other.page.click("#begin")
            other.vote(2)
        page.click("#vote-next")
        hand.on("receipt")
        expect(page.locator("#receipt-title")).to_contain_text("已经在票箱里")
        assert hand.faults == []


@pytest.mark.thorough
def test_a_replaced_letter(browser: Browser, issued_meeting: Convention, tmp_path: Path) -> None:
    with _held(issued_meeting, tmp_path / "meeting.sqlite") as (made, address):
        replaced = assembly_letters.replace_assembly_letter(
            made.site,
            made.uuid,
            3,
            "信在路上寄丢了",
            made.issued.credential_file,
            PASSPHRASE,
            BASE_URL,
            made.actor,
            made.now,
        )
        fresh = open_credential_file(replaced.credential_file, PASSPHRASE, made.uuid)[3]
        made.until("2026-05-25 20:00")
        with phone(browser, address, made.uuid) as hand:
            hand.scan(made.codes[3])
            hand.enter(DIGITS[3])
            expect(hand.page.locator("#digits-fault")).to_contain_text("这封信已经作废")
            hand.scan(fresh)
            hand.enter(DIGITS[3])
            hand.on("ballots")
            assert hand.faults == []
