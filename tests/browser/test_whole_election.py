"""One whole election in a real browser: from the committee's register to a record that verifies.

The organiser works on a desktop, three residents scan their letters with phones, and the record is taken
out by the auditor. Every QR code is read from the printed letters.
"""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.hall import serving
from tests.camera import codes_in
from tests.conftest import Clock
from voting.documents.spreadsheet import read_rows
from voting.rules.register import parse_register
from voting.services.accounts import create_account
from voting.services.site import Keys, Site
from voting.services.verification import verify_path
from voting.store.engine import Store
from voting.web.app import create_app

pytestmark = pytest.mark.browser

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
REGISTER = FIXTURES / "golden-apple-roll.xlsx"
AGENDA = json.loads((FIXTURES / "golden-apple-agenda.json").read_text(encoding="utf-8"))
PASSWORD = "a long pass phrase"
# Times as the organiser types them, in Beijing's time; the clock is set in UTC.
OPENS, CLOSES = "2026-05-10T09:00", "2026-05-20T18:00"
PREPARING = datetime(2026, 5, 1, 2, 0, tzinfo=UTC)
VOTING = datetime(2026, 5, 10, 1, 30, tzinfo=UTC)
AFTERWARDS = datetime(2026, 5, 20, 10, 0, tzinfo=UTC)

# Three residents by a unit of theirs: what they choose in the two motions, and the candidates they tick.
RESIDENTS = {
    "1-1-102": (0, 1, (0, 1, 2)),
    "1-1-202": (0, 0, (3,)),  # 李月娥: three units, one ballot
    "1-1-401": (2, 0, ()),  # 史爱民 and 卢晓红 own together
}


@dataclass
class Served:
    """The app as it is served, and what the tests set: the time."""

    address: str
    clock: Clock


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    store = Store(f"sqlite:///{tmp_path / 'voting.db'}")
    store.migrate()
    site = Site(store, Keys.derive(bytes(range(32))))
    clock = Clock()
    clock.now = PREPARING
    create_account(site, "chouweizu", "organiser", "筹备组", PASSWORD, clock())
    create_account(site, "juweihui", "auditor", "居委会", PASSWORD, clock())
    with serving(site, lambda address: create_app(site, clock=clock, base_url=address)) as address:
        yield Served(address, clock)


def page_of(browser: Browser, wide: bool) -> Page:
    size = {"width": 1280, "height": 900} if wide else {"width": 360, "height": 740}
    page = browser.new_context(viewport=size, locale="zh-CN", accept_downloads=True).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(20_000)
    return page


def sign_in(page: Page, served: Served, name: str) -> None:
    page.goto(f"{served.address}/sign-in")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page).not_to_have_url(f"{served.address}/sign-in")


def import_register(page: Page) -> None:
    page.fill("#estate", AGENDA["estate"])
    page.get_by_role("button", name="登记小区").click()
    page.set_input_files("#register", REGISTER)
    page.get_by_role("button", name="先试算，不存").click()
    expect(page.locator("main")).to_contain_text("156 户")
    expect(page.locator("main")).to_contain_text("13,260.50 平方米")
    page.get_by_role("button", name="合计无误，导入").click()


def make_election(page: Page) -> str:
    page.get_by_role("link", name="新建表决").first.click()
    page.fill("#title", AGENDA["title"])
    page.fill("#opens_at", OPENS)
    page.fill("#closes_at", CLOSES)
    page.get_by_role("button", name="加一项表决", exact=True).click()
    page.get_by_role("button", name="加一项委员选举").click()
    for number, question in enumerate(AGENDA["questions"], 1):
        page.fill(f"#q{number}-text", question["text"])
        if question["kind"] == "motion":
            page.select_option(f"#q{number}-matter", question["matter"])
        else:
            page.fill(f"#q{number}-seats", str(question["seats"]))
            page.fill(f"#q{number}-candidates", "\n".join(question["candidates"]))
    page.get_by_role("button", name="存为草稿").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(AGENDA["title"])
    return page.url.rpartition("/")[2]


def issue_letters(page: Page) -> dict[str, bytes]:
    page.get_by_role("link", name="制作选票信").click()
    page.fill("#passphrase", "four unrelated words here")
    page.fill("#again", "four unrelated words here")
    with page.expect_download() as download:
        page.get_by_role("button", name="制作并下载").click()
    archive = zipfile.ZipFile(BytesIO(Path(download.value.path()).read_bytes()))
    page.get_by_role("link", name="文件已存好，继续").click()
    return {name: archive.read(name) for name in archive.namelist()}


def links_of(letters: bytes) -> dict[str, str]:
    """Unit -> link, each read from the QR code of a printed page whose text names the unit."""
    document = pypdfium2.PdfDocument(letters)
    assert len(document) == 156
    found: dict[str, str] = {}
    for page in document:
        text = page.get_textpage().get_text_range()
        wanted = [unit for unit in RESIDENTS if unit in text]
        if wanted:
            codes = codes_in(page.render(scale=2).to_pil())
            assert len(codes) == 1
            found |= dict.fromkeys(wanted, codes[0].text)
    document.close()
    return found


def last_four(unit: str) -> str:
    units = parse_register(read_rows(REGISTER.name, REGISTER.read_bytes())).units
    phone = next(each.phone for each in units if each.label == unit)
    assert phone is not None
    return phone[-4:]


def on(page: Page, screen: str) -> None:
    page.locator(f'[data-screen="{screen}"]').wait_for()


def scan(page: Page, link: str) -> None:
    page.goto(link)
    on(page, "identity")
    assert "#" not in page.url  # the credential does not stay in the address bar


def enter(page: Page, digits: str) -> None:
    page.fill("#digits", digits)
    page.click("#identity-button")


def vote(page: Page, unit: str) -> str:
    """Choose, review, seal, cast; returns the tracker on the receipt."""
    first, second, ticked = RESIDENTS[unit]
    for number, choices in ((1, (first,)), (2, (second,)), (3, ticked)):
        on(page, f"question-{number}")
        for choice in choices:
            page.locator(f'[data-question="{number}"] .choice').nth(choice).click()
    page.click('[data-question="3"] .forward')
    on(page, "review")
    page.click("#seal")
    on(page, "sealed")
    announced = page.locator("[data-screen=sealed] [data-tracker]").text_content()
    page.click("#cast")
    on(page, "receipt")
    tracker = page.locator("#receipt-tracker").text_content()
    assert tracker is not None
    assert announced == tracker
    return tracker


def confirm(page: Page, link: str, button: str) -> None:
    page.get_by_role("link", name=link, exact=True).first.click()
    page.get_by_role("button", name=button, exact=True).click()


def test_from_register_to_record(served: Served, browser: Browser, tmp_path: Path) -> None:
    organiser = page_of(browser, wide=True)
    sign_in(organiser, served, "chouweizu")
    import_register(organiser)
    uuid = make_election(organiser)
    papers = issue_letters(organiser)
    links = links_of(papers["选票信.pdf"])
    assert links.keys() == RESIDENTS.keys()
    assert all(link.startswith(f"{served.address}/v/{uuid}#") for link in links.values())

    # Too early: the letter says so; and the organiser is not offered what the phase forbids.
    early = page_of(browser, wide=False)
    early.goto(links["1-1-102"])
    expect(early.locator("main")).to_contain_text("还没")
    assert organiser.get_by_role("link", name="开始投票", exact=True).count() == 0
    served.clock.now = VOTING
    organiser.goto(f"{served.address}/organise/elections/{uuid}")
    confirm(organiser, "开始投票", "开始投票")
    expect(organiser.locator("main")).to_contain_text("正在投票")

    trackers = {}
    for unit, link in links.items():
        phone = page_of(browser, wide=False)
        scan(phone, link)
        if unit == "1-1-102":  # fails the second factor once
            enter(phone, "9999")
            expect(phone.locator("main")).to_contain_text("还可以试 4 次")
        enter(phone, last_four(unit))
        trackers[unit] = vote(phone, unit)
        phone.context.close()
    # Votes twice: the second device is shown the receipt of the first.
    again = page_of(browser, wide=False)
    scan(again, links["1-1-202"])
    enter(again, last_four("1-1-202"))
    on(again, "receipt")
    assert again.locator("#receipt-tracker").text_content() == trackers["1-1-202"]

    organiser.reload()
    expect(organiser.locator("main")).to_contain_text("还差 101 户")
    served.clock.now = AFTERWARDS
    organiser.reload()
    confirm(organiser, "截止投票", "截止投票")
    confirm(organiser, "计票", "开始计票")
    expect(organiser.locator("main")).to_contain_text("EXPORT.zip")

    auditor = page_of(browser, wide=True)
    sign_in(auditor, served, "juweihui")
    auditor.goto(f"{served.address}/audit/{uuid}")
    with auditor.expect_download() as download:
        auditor.get_by_role("button", name="下载 EXPORT.zip").click()
    export = tmp_path / "EXPORT.zip"
    download.value.save_as(export)
    verification = verify_path(export)
    assert verification.findings == ()
    assert verification.facts["owners"]["result"] == ((2, 0, 1), (2, 1, 0), (1, 1, 1, 1, 0, 0, 0))
    outcome = verification.facts["outcome"]
    # 88.62 + (142.10 + 142.10 + 13.03) + 95.27, by the register
    assert outcome["participation"] == {"owners": 3, "area_m2": "481.12"}
    assert outcome["quorum_met"] is False

    organiser.goto(f"{served.address}/organise/elections/{uuid}")
    confirm(organiser, "公布结果", "公布结果")
    board = page_of(browser, wide=False)
    board.goto(f"{served.address}/e/{uuid}/board")
    for tracker in trackers.values():
        expect(board.locator("main")).to_contain_text(tracker)
    late = page_of(browser, wide=False)
    late.goto(links["1-1-102"])
    expect(late.locator("main")).to_contain_text("公布")
