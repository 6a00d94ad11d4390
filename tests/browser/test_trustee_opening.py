"""A single ballot opened by a circle: trustees answer in their browsers, and the voter looks it up."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.assembly import NO, YES, Assembly
from tests.circles import Trustee, hold, set_up
from tests.conftest import Clock
from tests.openings import PDF, REASON, auditor
from voting.protocol.encoding import encode
from voting.services import openings
from voting.services.record import export_for_auditors
from voting.services.site import Keys, Site
from voting.services.trustee import KeyFile
from voting.services.verification import verify_path
from voting.store.engine import Store
from voting.web.app import create_app

pytestmark = [pytest.mark.browser, pytest.mark.thorough]
PHONE = {"viewport": {"width": 360, "height": 740}, "locale": "zh-CN", "accept_downloads": True}


@dataclass
class Served:
    """The app as it is served: closed, two ballots in the box, and one of them asked for."""

    address: str
    assembly: Assembly
    trustees: list[Trustee]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    store = Store(f"sqlite:///{tmp_path / 'voting.db'}")
    store.migrate()
    site = Site(store, Keys.derive(bytes(range(32))))
    clock = Clock()
    assembly = Assembly(site, clock.now).draft()
    trustees = hold(set_up(assembly))
    assembly.issue_and_open()
    assembly.cast(1, YES)
    assembly.cast(2, NO, (0, 0, 1, 0))
    assembly.close()
    clock.now = assembly.closes_at
    openings.request_opening(site, assembly.uuid, "2", REASON, PDF, assembly.actor, clock.now)
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    server.app = create_app(site, clock=clock, base_url=address)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Served(address, assembly, trustees)
    server.shutdown()
    thread.join()
    store.close()


def come(browser: Browser, served: Served, trustee: Trustee) -> Page:
    page = browser.new_context(**PHONE).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(20_000)
    page.goto(f"{served.address}/t/{served.assembly.uuid}#{trustee.invitation.token}")
    expect(page.locator("#openings article")).to_be_visible()
    return page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def approve(page: Page, trustee: Trustee) -> None:
    press(page, "同意，打开我的那一份")
    expect(page.locator("#openings .fault-line").first).to_contain_text("打开您的钥匙")
    file = {"name": "k.json", "mimeType": "application/json", "buffer": encode(trustee.key)}
    page.set_input_files("#key-file", file)  # type: ignore[arg-type]
    press(page, "打开钥匙")
    press(page, "同意，打开我的那一份")
    expect(page.locator("#openings")).to_contain_text("您同意了")


def test_two_of_three_open_a_ballot_and_its_voter_is_told(
    browser: Browser, served: Served, tmp_path: Path
) -> None:
    assembly, (first, second, third) = served.assembly, served.trustees
    site, uuid = assembly.site, assembly.uuid
    page = come(browser, served, first)
    expect(page.locator("#openings")).to_contain_text(REASON)
    with page.expect_download() as download:
        page.get_by_role("link", name="看附件").click()
    assert Path(download.value.path()).read_bytes() == PDF
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    approve(page, first)
    expect(page.locator("#openings")).to_contain_text("已有 1 位保管人同意")
    # The key file remembers which ballot, and why; a terminal reads it.
    with page.expect_download() as download:
        page.get_by_role("link", name="下载更新的密钥文件").click()
    kept = msgspec.json.decode(Path(download.value.path()).read_bytes(), type=KeyFile)
    (request,) = openings.openings(site, uuid)
    assert kept.opened == {uuid: {request.tracker: REASON}}
    assert kept.decrypted[uuid].keys() == {"owners", "area"}

    # One does not; without a reason that is not taken.
    page = come(browser, served, second)
    page.locator("#openings details").click()
    press(page, "不同意打开这张票")
    expect(page.locator("#openings .fault-line").first).not_to_be_empty()
    page.locator("#openings textarea").fill("附件看不清楚")
    press(page, "不同意打开这张票")
    expect(page.locator("#openings")).to_contain_text("您没有同意")
    assert openings.openings(site, uuid)[0].state == "requested"

    page = come(browser, served, third)
    approve(page, third)
    expect(page.locator("#openings")).to_contain_text("已经打开")
    assert "石三" not in page.locator("#openings").inner_text()
    (view,) = openings.openings(site, uuid, assembly.actor)
    assert view.state == "opened"
    assert view.chosen is not None
    assert view.chosen[1] == ("选举业主委员会委员", ("石三",))

    # The voter, with the letter; a neighbour, with theirs.
    phone = browser.new_context(**PHONE).new_page()  # type: ignore[arg-type]
    phone.set_default_timeout(20_000)
    for voter, digits, heading in ((1, "1234", "没有被打开过"), (2, "9012", "您的票被打开过")):
        phone.goto(f"{served.address}/v/{uuid}#{assembly.private[voter]}")
        phone.get_by_role("link", name="我的票有没有被打开").click()
        phone.locator("#digits").fill(digits)
        press(phone, "查一查")
        expect(phone.locator("h1:visible")).to_contain_text(heading)
        assert "#" not in phone.url
    expect(phone.locator("#opened-chosen")).to_contain_text("石三")
    expect(phone.locator("#opened-reason")).to_have_text(REASON)
    found = Axe().run(phone)
    assert found.violations_count == 0, found.generate_report()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360

    # And in the record.
    for trustee in (first, third):
        trustee.send_share()
    assembly.count()
    export = tmp_path / "AUDITOR-EXPORT.zip"
    export.write_bytes(export_for_auditors(site, uuid, assembly.closes_at, auditor(assembly)))
    verified = verify_path(export)
    assert verified.findings == ()
    assert verified.facts["auditors_part"] == {"opened": 1, "ballots": 0}


def test_a_voter_types_the_code_of_the_letter(browser: Browser, served: Served) -> None:
    assembly = served.assembly
    page = browser.new_context(**PHONE).new_page()  # type: ignore[arg-type]
    page.goto(f"{served.address}/v/{assembly.uuid}/opened")
    expect(page.locator("[data-screen=loading]")).to_contain_text("没有打开过任何一张票")
    assert page.locator("form#opened-form").count() == 0
    assert json.loads(page.locator("#opened").text_content() or "")["uuid"] == assembly.uuid
