"""What anyone may see, and that nobody's name is in it."""

import pytest

from tests.assembly import IDENTITIES, PHONES, Assembly
from tests.conftest import Clock
from tests.unit.web.conftest import Visitor
from tests.unit.web.test_organiser import words
from voting.services import elections

NAMES = ("张三", "李四", "王五", "赵六", "孙七", "周八")
UNITS = ("1-1-101", "2-1-201")


def assert_nobody_is_in(page: str) -> None:
    for private in (*NAMES, *UNITS, *IDENTITIES, *PHONES):
        assert private not in page


def test_a_draft_is_nobodys_business_until_its_letters_are_made(
    stranger: Visitor, assembly: Assembly
) -> None:
    assembly.draft()
    assert "现在没有公告的表决" in stranger.get("/").text
    assert stranger.get(f"/e/{assembly.uuid}").status_code == 404
    assert stranger.get(f"/e/{assembly.uuid}/board").status_code == 404


def test_the_first_page_reads_no_register_for_what_is_still_prepared(
    stranger: Visitor, assembly: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object) -> None:
        raise AssertionError("a register was read")

    assembly.draft()
    monkeypatch.setattr(elections, "electorate", read)
    page = stranger.get("/")
    assert page.status_code == 200
    assert assembly.uuid not in page.text


def test_what_is_voted_on_and_when(stranger: Visitor, assembly: Assembly) -> None:
    assembly.issue()
    assert "金桥小区业主大会" in stranger.get("/").text
    page = stranger.get(f"/e/{assembly.uuid}").text
    said = words(page)
    assert "是否同意修改管理规约？" in said
    assert "同意的都要过半数" in said
    assert "丁一、方二、石三、白四" in said
    assert "2026年5月2日 08:00" in said
    assert "不计入：车位" in said
    assert_nobody_is_in(page)


def test_an_error_page_is_kept_nowhere(stranger: Visitor) -> None:
    for path in ("/nothing", "/static/nothing"):
        page = stranger.get(path)
        assert (page.status_code, page.headers["Cache-Control"]) == (404, "no-store")


def test_turnout_on_both_measures_while_open(stranger: Visitor, assembly: Assembly, clock: Clock) -> None:
    assembly.open()
    assembly.cast(1)
    clock.now = assembly.voting
    page = stranger.get(f"/e/{assembly.uuid}").text
    assert "1 / 5 户 · 20.00%" in words(page)
    assert "还差 3 户" in page
    assert "通过。" not in page
    assert_nobody_is_in(page)


def test_the_result_stays_inside_until_it_is_published(stranger: Visitor, assembly: Assembly) -> None:
    assembly.open()
    for voter in (1, 2, 3, 4):
        assembly.cast(voter)
    assembly.close()
    assembly.count()
    page = stranger.get(f"/e/{assembly.uuid}").text
    assert "表决有效" not in page
    assert "75.00%" not in page
    assert "票是怎么数出来的" not in page
    elections.publish_election(assembly.site, assembly.uuid, assembly.actor, assembly.closes_at)
    page = stranger.get(f"/e/{assembly.uuid}").text
    assert "表决有效" in page
    assert "4 户 · 100.00%" in words(page)
    assert "票是怎么数出来的" in page
    assert "2026年5月9日 08:00 截止" in words(page)
    assert "服务器的那把钥匙打开了合计" in words(page)
    assert_nobody_is_in(page)


def test_anyone_finds_a_receipt(stranger: Visitor, assembly: Assembly, clock: Clock) -> None:
    assembly.open()
    receipts = [assembly.cast(voter).tracker for voter in (1, 2)]
    address = f"/e/{assembly.uuid}/board"
    page = stranger.get(address).text
    assert all(receipt in page for receipt in receipts)
    assert "共 2 张" in page
    assert_nobody_is_in(page)
    for typed in (receipts[0], f"  {receipts[0][:20]} {receipts[0][20:]} ", receipts[0] + "="):
        assert "您的票是第" in stranger.get(address, query_string={"q": typed}).text
    # A link in which + was not escaped reads as a space.
    assert "您的票是第" in stranger.get(f"{address}?q={receipts[1]}").text
    for typed in (receipts[0][:-1], receipts[0].swapcase(), "+", "<script>"):
        assert "您的票是第" not in stranger.get(address, query_string={"q": typed}).text
    assert "<script>" not in stranger.get(address, query_string={"q": "<script>"}).text.split("<main")[1]


def test_a_long_board_has_pages(stranger: Visitor, assembly: Assembly) -> None:
    assembly.open()
    for voter in (1, 2):
        assembly.cast(voter)
    address = f"/e/{assembly.uuid}/board"
    for page in ("1", "2", "0", "-1", "x", "99999999"):
        assert stranger.get(f"{address}?page={page}").status_code == 200


def test_english_beside_chinese(stranger: Visitor, assembly: Assembly) -> None:
    assembly.issue()
    page = stranger.get(f"/e/{assembly.uuid}?lang=en").text
    assert "2 May 2026, 08:00" in page
    assert "是否同意修改管理规约？" in page  # what people wrote is never translated


@pytest.mark.parametrize(
    "query", ["endpoint=x", "_method=BREW", "_scheme=ftp", "_external=1", "_anchor=x", "uuid=x"]
)
def test_an_address_cannot_bend_the_links_of_its_page(
    stranger: Visitor, assembly: Assembly, query: str
) -> None:
    assembly.issue()
    for path in (
        "/",
        f"/e/{assembly.uuid}",
        f"/e/{assembly.uuid}/board",
        f"/v/{assembly.uuid}",
        "/e/unknown",
    ):
        page = stranger.get(f"{path}?{query}")
        assert page.status_code in (200, 404, 409)
        assert f'href="{path}?{query}&amp;lang=en"' in page.text
        assert "default-src" in page.headers["Content-Security-Policy"]
