"""A whole circle of trustees: two in browsers, one at a terminal, and the election that they open.

What a browser sends is looked through for everything that must stay with its trustee.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import msgspec
import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from msgspec import UNSET
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from tests.assembly import ABSTAIN, NO, YES, Assembly
from tests.browser.hall import serving
from tests.camera import codes_in
from tests.conftest import Clock
from tests.openings import PDF, REASON, auditor
from voting.cli import main
from voting.protocol.credentials import check_character
from voting.services import circles, elections
from voting.services.openings import openings, request_opening
from voting.services.record import export_record
from voting.services.site import Keys, Site
from voting.services.trustee import KeyFile
from voting.services.verification import verify_path
from voting.store.engine import Store
from voting.web.app import create_app

pytestmark = pytest.mark.browser

NAMES = ("丁一", "方二", "石三")
# A detector that reads nothing but what the test has put there: this Chromium may have none.
DETECTOR = """
window.BarcodeDetector = class {
  async detect() { return window.inThePhotograph ? [{ rawValue: window.inThePhotograph }] : []; }
};
"""


@dataclass
class Served:
    """The app as it is served, and the assembly behind it."""

    address: str
    assembly: Assembly
    clock: Clock


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    store = Store(f"sqlite:///{tmp_path / 'voting.db'}")
    store.migrate()
    site = Site(store, Keys.derive(bytes(range(32))))
    clock = Clock()
    assembly = Assembly(site, clock.now).draft()
    with serving(site, lambda address: create_app(site, clock=clock, base_url=address)) as address:
        yield Served(address, assembly, clock)


@dataclass
class Trustee:
    """A person with a phone of 360 pixels: everything that the browser sends is kept."""

    context: BrowserContext
    link: str
    page: Page = field(init=False)
    sent: list[bytes] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.on("request", self._note)
        self.context.set_default_timeout(15_000)
        self.visit()

    def _note(self, request: Request) -> None:
        self.sent.append(f"{request.url} {json.dumps(request.headers)} ".encode())
        self.sent[-1] += request.post_data_buffer or b""

    def visit(self) -> Page:
        """Come (again) with the invitation, in a page of its own."""
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self.errors.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(self.link)
        expect(self.page.locator("#greeting")).to_be_visible()
        return self.page

    def leave(self) -> None:
        """Leave the page, and be sure that nothing of the key stays with the browser."""
        kept = self.page.evaluate(
            "() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])"
        )
        self.page.close()
        self.sent.append(kept.encode())

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def says(self, text: str) -> None:
        expect(self.page.locator("#sentence")).to_contain_text(text)

    def look_again(self) -> None:
        self.press("看看有没有新进展")

    def saved(self, press: str) -> KeyFile:
        """The key file as it is downloaded."""
        with self.page.expect_download() as download:
            self.page.get_by_role("link", name=press).click()
        self.file = Path(download.value.path())
        return msgspec.json.decode(self.file.read_bytes(), type=KeyFile)

    def open_file(self, file: Path) -> None:
        self.page.set_input_files(
            "#key-file", {"name": "k.json", "mimeType": "application/json", "buffer": file.read_bytes()}
        )
        self.press("打开钥匙")

    def code(self) -> str:
        return self.page.locator("[data-check-code]:visible").text_content() or ""


def printed_on(page: Page) -> str:
    """The seed as the sheet has it."""
    return "-".join(page.locator("#key-sheet [data-seed] span").all_text_contents())


def make_key(trustee: Trustee) -> KeyFile:
    trustee.press("新做一把钥匙")
    trustee.says("先把钥匙存好")
    trustee.press("存好了，交证书")
    expect(trustee.page.locator("#save-fault")).to_contain_text("请先下载密钥文件")
    key = trustee.saved("下载密钥文件")
    trustee.press("存好了，交证书")
    expect(trustee.page.locator("#save-fault")).to_contain_text("勾选")
    assert not any(b"/certificate " in each for each in trustee.sent)
    return key


def test_a_circle_from_the_invitations_to_the_count(browser: Browser, served: Served, tmp_path: Path) -> None:
    assembly = served.assembly
    invitations = circles.set_up_circle(
        assembly.site, assembly.uuid, NAMES, 2, assembly.actor, served.clock.now
    )
    phone = {"viewport": {"width": 360, "height": 740}, "locale": "zh-CN", "accept_downloads": True}
    first, second, third = (
        Trustee(browser.new_context(**phone), f"{served.address}/t/{assembly.uuid}#{each.token}")  # type: ignore[arg-type]
        for each in invitations
    )
    assert "#" not in first.page.url

    # 1. Keys and certificates. The third has a computer without a network.
    key_1 = make_key(first)
    first.page.check("#key-saved")
    first.press("存好了，交证书")
    first.says("正在等其他保管人")
    expect(first.page.locator("#wait-names")).to_have_text("还在等：方二、石三。")
    second.press("新做一把钥匙")
    second.page.evaluate("() => { window.print = () => { window.sheets = (window.sheets || 0) + 1; }; }")
    second.press("打印密钥纸")
    assert second.page.evaluate("window.sheets") == 1
    seed_2 = printed_on(second.page)
    second.page.check("#key-saved")
    second.press("存好了，交证书")
    second.says("正在等其他保管人")
    assert printed_on(second.page) == ""
    second.leave()
    terminal = Terminal(third, tmp_path)
    terminal.run("new", "--group", "Ed25519", round_=False, out=None)
    terminal.step("certificate")
    third.says("第 2 步")

    # 2. The first has the page still open; the second comes back with the sheet, mistyped at first.
    first.look_again()
    first.says("第 2 步")
    codes = {first.code(), third.code()}
    first.press("分发我的部分")
    expect(first.page.locator("#compare-fault")).to_contain_text("核对码")
    first.page.check("#code-compared")
    first.press("分发我的部分")
    first.says("正在等其他保管人")
    first.leave()
    second.visit()
    second.page.get_by_text("文件不在手边，用密钥纸").click()
    second.page.fill("#seed", seed_2[:7] + ("z" if seed_2[7] != "z" else "y") + seed_2[8:])
    second.press("打开钥匙")
    expect(second.page.locator("#key-fault")).to_contain_text("第 2 组")
    second.page.fill("#seed", seed_2.replace("-", " "))
    second.press("打开钥匙")
    codes.add(second.code())
    assert len(codes) == 1
    second.page.check("#code-compared")
    second.press("分发我的部分")
    terminal.step("polynomial")
    third.says("第 3 步")

    # 3. The first opens another's key by mistake.
    second.look_again()
    second.press("核对，交公钥")
    second.says("正在等其他保管人")
    second.leave()
    first.visit()
    first.open_file(terminal.key)
    expect(first.page.locator("#key-fault")).to_contain_text("这不是 丁一 在这次表决里用的钥匙")
    first.open_file(first.file)
    first.press("核对，交公钥")
    first.says("正在等其他保管人")
    assert first.saved("下载更新的密钥文件").seed == key_1.seed
    with_private_key = first.file
    terminal.step("output")
    third.says("钥匙做好了")
    expect(third.page.locator("#ready-words")).to_contain_text("要彻底核对")
    first.look_again()
    expect(first.page.locator("#ready-words")).to_contain_text("已经核对")
    first.leave()

    # The vote, and the key in it.
    assembly.issue_and_open()
    served.clock.now = assembly.voting
    assembly.cast(1, YES)
    assembly.cast(2, NO, (1, 0, 1, 0))
    assembly.cast(3, ABSTAIN)
    first.visit()
    first.says("正在投票")
    expect(first.page.locator("#ready-words")).to_contain_text("您的公钥在里面")
    first.leave()
    assembly.close()
    served.clock.now = assembly.closes_at

    # Two of three decrypt: one with the file, one with a photograph of the sheet.
    first.visit()
    first.open_file(with_private_key)
    first.press("核对选票")
    expect(first.page.locator("#facts dd").first).to_have_text("3")
    assert not any(b"/share " in each for each in first.sent)
    first.press("都对，开票")
    first.says("您的部分已经送到")
    expect(first.page.locator("#decrypted-words")).to_have_text("还要 1 位保管人来开票。")
    assert first.saved("下载更新的密钥文件").decrypted[assembly.uuid].keys() == {"owners", "area"}
    asked = request_opening(
        assembly.site, assembly.uuid, "2", REASON, PDF, auditor(assembly), served.clock.now
    )
    first.look_again()
    expect(first.page.locator("#opening-list [data-reason]")).to_have_text(REASON)
    found = Axe().run(first.page)
    assert found.violations_count == 0, found.generate_report()
    with first.page.expect_download() as document:
        first.page.get_by_role("link", name="看附件").click()
    assert Path(document.value.path()).read_bytes() == PDF
    first.press("同意，打开我的那一份")
    expect(first.page.locator("#opening-list [data-answer]")).to_have_text("您同意了。")
    expect(first.page.locator("#opening-list [data-state]")).to_contain_text("已有 1 位")
    assert first.saved("下载更新的密钥文件").opened is not UNSET
    first.leave()
    second.context.add_init_script(DETECTOR)
    second.visit()
    second.page.get_by_text("文件不在手边，用密钥纸").click()
    second.page.evaluate("(seed) => { window.inThePhotograph = seed; }", seed_2)
    second.page.set_input_files("#photo", {"name": "p.png", "mimeType": "image/png", "buffer": photograph()})
    second.press("打开钥匙")
    second.press("核对选票")
    second.press("都对，开票")
    second.says("您的部分已经送到")
    expect(second.page.locator("#decrypted-words")).to_contain_text("已经够了")
    second.press("同意，打开我的那一份")
    expect(second.page.locator("#opening-list [data-state]")).to_have_text("已经打开")
    assert openings(assembly.site, assembly.uuid)[asked - 1].state == "opened"
    second.leave()

    outcome = assembly.count()
    assert outcome["questions"]["q1"]["counts"]["同意"]["owners"] == 1
    elections.publish_election(assembly.site, assembly.uuid, assembly.actor, assembly.closes_at)
    export = tmp_path / "export.zip"
    export.write_bytes(export_record(assembly.site, assembly.uuid, assembly.closes_at))
    report = verify_path(export)
    assert report.valid, report.findings

    seed_1 = key_1.seed
    for trustee, seed in ((first, seed_1), (second, seed_2.replace("-", "")[:22])):
        assert not trustee.errors
        parts = [seed[:5], seed[5:11], seed[11:16], seed[16:]]
        secrets = [seed, *parts, *(check_character(i, part) + "§" for i, part in enumerate(parts, 1))]
        keys = KeyFile(group="Ed25519", seed=seed).keys
        secrets += [str(keys.signing), str(keys.decryption)]
        everything = b"\n".join(trustee.sent)
        assert assembly.uuid.encode() in everything
        for secret in secrets:
            assert secret.encode() not in everything
    assert not any(
        key.encode() in each for each in third.sent for key in (json.loads(terminal.key.read_text())["seed"],)
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_step_keeps_anyone_out(browser: Browser, served: Served, scheme: str) -> None:
    """axe on the steps of a newcomer, by keyboard, at 320 pixels; and the sheet on paper."""
    assembly = served.assembly
    invitations = circles.set_up_circle(
        assembly.site, assembly.uuid, NAMES, 2, assembly.actor, served.clock.now
    )
    context = browser.new_context(
        viewport={"width": 320, "height": 640},
        locale="zh-CN",
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page, axe = context.new_page(), Axe()

    def clean() -> None:
        found = axe.run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320

    page.goto(f"{served.address}/t/{assembly.uuid}#{invitations[1].token[::-1]}")
    expect(page.locator("#invitation-fault")).not_to_be_empty()
    clean()
    page.fill("#invitation", f"{served.address}/t/{assembly.uuid}#{invitations[0].token}")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#greeting")).to_have_text("丁一，您好")
    page.get_by_text("我用不联网的电脑做").click()
    clean()
    page.locator("#make-key").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#download-key")).to_be_focused()
    page.get_by_text("没有打印机，照着抄一份").click()
    shown = page.locator("details [data-seed]").text_content()
    page.locator("#key-kept").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#save-fault")).to_contain_text("勾选")
    clean()
    if scheme == "light":
        document = pypdfium2.PdfDocument(page.pdf(format="A4"))
        assert len(document) == 1
        assert "密钥纸" in document[0].get_textpage().get_text_range()
        codes = codes_in(document[0].render(scale=2).to_pil())
        assert [code.text for code in codes] == [(shown or "").replace(" ", "-")]
        document.close()
    context.close()


def photograph() -> bytes:
    """An image; what is in it, the detector above knows."""
    body = BytesIO()
    Image.new("L", (8, 8), 255).save(body, "PNG")
    return body.getvalue()


@dataclass
class Terminal:
    """`voting trustee` on a computer that exchanges files with the page."""

    trustee: Trustee
    folder: Path

    @property
    def key(self) -> Path:
        return self.folder / "key.json"

    def run(self, step: str, *options: str, round_: bool, out: Path | None) -> None:
        rounds = ["--round", str(self.folder / "round.json")] if round_ else []
        written = ["--out", str(out)] if out else []
        assert main(["trustee", step, "--key", str(self.key), *options, *rounds, *written]) == 0

    def step(self, step: str) -> None:
        """Take the page's file, make the message, and bring it back; the key file instead is not taken."""
        page = self.trustee.page
        if not page.locator("#offline[open]").count():
            page.get_by_text("我用不联网的电脑做").click()
        with page.expect_download() as download:
            page.get_by_role("link", name="下载 round.json").click()
        (self.folder / "round.json").write_bytes(Path(download.value.path()).read_bytes())
        made = self.folder / f"{step}.json"
        self.run(step, round_=True, out=made)
        self.bring(self.key)
        expect(page.locator("#offline-fault")).to_contain_text("不要选密钥文件")
        self.bring(made)

    def bring(self, file: Path) -> None:
        self.trustee.page.set_input_files("#offline-message", file)
        self.trustee.press("送出")
