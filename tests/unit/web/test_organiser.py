"""The organisers' pages: from the register to the record, and what each phase offers."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request

from tests.assembly import PASSPHRASE, Assembly, register_csv
from tests.conftest import Clock
from tests.unit.web.conftest import Visitor
from voting.protocol.ballot import encrypt_ballot
from voting.protocol.election import decode_election
from voting.rules.secrecy import Secrecy
from voting.services import booth, elections, registers
from voting.services.credential_file import open_credential_file
from voting.services.site import Site
from voting.services.views import RollView
from voting.web.turnout_grid import grid

FIXTURES = Path(__file__).parents[2] / "fixtures"
TITLE = "金桥小区业主大会"


def words(page: str) -> str:
    """What a page says, without its markup."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def upload(visitor: Visitor, estate_id: int, name: str, body: bytes) -> Any:
    visitor.get(f"/organise/estates/{estate_id}/register")
    return visitor.post(f"/organise/estates/{estate_id}/register", {"register": (io.BytesIO(body), name)})


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms, as a browser would send them."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: unescape(value) for name, value in found}


@pytest.fixture
def estate_id(organiser: Visitor) -> int:
    organiser.post("/organise/estates", {"name": "金苹果小区"})
    return 1


# ---- the register


def test_the_first_page_asks_for_the_estate(organiser: Visitor) -> None:
    assert "先登记小区的名称" in organiser.get("/organise").text
    assert organiser.post("/organise/estates", {"name": "金苹果小区"}).status_code == 302
    assert "请导入金苹果小区的业主名册" in organiser.get("/organise").text


def test_every_fault_of_a_broken_register_is_listed_and_nothing_is_stored(
    organiser: Visitor, estate_id: int, site: Site
) -> None:
    page = upload(organiser, estate_id, "broken-roll.xlsx", (FIXTURES / "broken-roll.xlsx").read_bytes())
    expected = json.loads((FIXTURES / "broken-roll-expected.json").read_text(encoding="utf-8"))
    rows = re.findall(
        r'<td class="number" data-label="行">(\d+)</td>\s*<th scope="row">([^<]*)</th>', page.text
    )
    assert [(int(row), label.replace("—", "")) for row, label in rows] == [
        (fault["row"], fault["房号"]) for fault in expected
    ]
    assert "有 11 处错误" in page.text
    assert "合计无误" not in page.text
    assert registers.estate(site, estate_id).register_id is None


def test_a_broken_register_is_refused_whatever_the_form_says(
    organiser: Visitor, estate_id: int, site: Site
) -> None:
    page = upload(organiser, estate_id, "broken-roll.xlsx", (FIXTURES / "broken-roll.xlsx").read_bytes())
    clean = upload(organiser, estate_id, "a.csv", register_csv())
    forged = hidden(clean.text) | {"carried": _carried((FIXTURES / "broken-roll.xlsx").read_bytes())}
    forged["file_name"] = "broken-roll.xlsx"
    answer = organiser.post(f"/organise/estates/{estate_id}/register/import", forged)
    assert page.status_code == 200
    assert answer.status_code == 400
    assert "还有 11 处错误" in answer.text
    assert registers.estate(site, estate_id).register_id is None


def _carried(body: bytes) -> str:
    import base64

    return base64.b64encode(body).decode()


@pytest.mark.parametrize("name", ["golden-apple-roll.xlsx", "golden-apple-roll.gb18030.csv"])
def test_a_clean_register_shows_its_totals_and_is_stored_when_confirmed(
    organiser: Visitor, estate_id: int, site: Site, name: str
) -> None:
    page = upload(organiser, estate_id, name, (FIXTURES / name).read_bytes())
    said = words(page.text)
    assert "156 户" in said
    assert "13,260.50 平方米" in said
    assert "1-1-202、1-1-301、商-22" in said
    assert registers.estate(site, estate_id).register_id is None
    answer = organiser.post(f"/organise/estates/{estate_id}/register/import", hidden(page.text))
    assert answer.headers["Location"] == "/organise"
    assert registers.estate(site, estate_id).voters == 156


def test_columns_that_are_not_recognised_can_be_pointed_out(organiser: Visitor, estate_id: int) -> None:
    body = "门牌,户主,平方,干什么用\n1-1-101,王秀英,88.62,住宅\n1-1-102,李强,90,住宅\n".encode()
    page = upload(organiser, estate_id, "odd.csv", body)
    assert "请指出哪一列是什么" in page.text
    chosen = {"column-label": "0", "column-owners": "1", "column-area": "2", "column-use": "3"}
    fields = {name: value for name, value in hidden(page.text).items() if name != "csrf_token"}
    preview = organiser.post(f"/organise/estates/{estate_id}/register", fields | chosen)
    assert "178.62 平方米" in words(preview.text)
    answer = organiser.post(f"/organise/estates/{estate_id}/register/import", hidden(preview.text))
    assert answer.headers["Location"] == "/organise"


def test_what_begins_like_a_formula_or_markup_is_shown_as_text(organiser: Visitor, estate_id: int) -> None:
    body = register_csv(
        '1-1-101,"=HYPERLINK(""http://x"")",,,88.62,住宅,', "1-1-102,<script>x</script>,,,80,住宅,"
    )
    page = upload(organiser, estate_id, "a.csv", body)
    assert "<script>x" not in page.text
    assert "=HYPERLINK(&#34;http://x&#34;)" in page.text


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [("a.txt", b"x", "xlsx"), ("a.csv", b"", "没有内容"), ("a.xls", b"\xd0\xcf\x11\xe0abc", "xlsx")],
)
def test_a_file_that_cannot_be_read_is_refused_on_the_same_page(
    organiser: Visitor, estate_id: int, name: str, body: bytes, said: str
) -> None:
    page = upload(organiser, estate_id, name, body)
    assert page.status_code == 400
    assert said in page.text
    assert 'name="register"' in page.text


def test_an_uploaded_register_is_never_on_a_disk(app: Flask) -> None:
    # Beyond 500 kB Werkzeug would keep it in a file.
    head = b'--x\r\nContent-Disposition: form-data; name="register"; filename="roll.csv"\r\n\r\n'
    body = head + b"y" * 600_000 + b"\r\n--x--\r\n"
    with app.test_request_context(
        "/", method="POST", data=body, content_type="multipart/form-data; boundary=x"
    ):
        upload = request.files["register"]
        assert isinstance(upload.stream, io.BytesIO)
        assert upload.read() == b"y" * 600_000


def test_no_file_is_a_sentence(organiser: Visitor, estate_id: int) -> None:
    page = organiser.post(f"/organise/estates/{estate_id}/register")
    assert "请先选一个文件" in page.text


def test_a_carried_file_that_is_no_base64_is_refused(organiser: Visitor, estate_id: int) -> None:
    answer = organiser.post(f"/organise/estates/{estate_id}/register/import", {"carried": "%%%"})
    assert answer.status_code == 400


def test_an_unknown_estate_is_not_found(organiser: Visitor) -> None:
    assert organiser.get("/organise/estates/99/register").status_code == 404


# ---- the election


FORM = {
    "questions": "2",
    "title": "第二次会议",
    "scope": "all",
    "exclude_uses": "车位",
    "opens_at": "2026-05-02T09:00",
    "closes_at": "2026-05-20T18:00",
    "q1-kind": "motion",
    "q1-text": "是否同意提高维修资金？",
    "q1-matter": "278-6",
    "q2-kind": "committee",
    "q2-text": "选举委员",
    "q2-seats": "3",
    "q2-at_most": "2",
    "q2-candidates": "丁一\n方二\n\n 石三 \n白四",
    "step": "save",
}


def new_election(assembly: Assembly) -> str:
    return f"/organise/estates/{assembly.estate_id}/elections/new"


def test_an_election_is_made_as_it_is_typed(organiser: Visitor, assembly: Assembly) -> None:
    assembly.draft()
    answer = organiser.post(new_election(assembly), FORM)
    assert answer.status_code == 302, words(answer.text)
    page = words(organiser.get(answer.headers["Location"]).text)
    assert "第二次会议" in page
    assert "2026年5月2日 09:00 — 2026年5月20日 18:00" in page
    assert "选 3 人，每户最多选 2 人。候选人：丁一、方二、石三、白四" in page
    assert "同意的都要达到四分之三" in page
    edit = organiser.get(answer.headers["Location"] + "/edit").text
    assert 'value="2026-05-02T09:00"' in edit
    assert "丁一\n方二\n石三\n白四" in edit


def test_the_group_is_chosen_with_the_election_and_changed_while_it_is_a_draft(
    organiser: Visitor, assembly: Assembly
) -> None:
    assembly.draft()

    def chosen(page: str) -> list[str]:
        return re.findall(r'name="group" value="([^"]+)" checked', page)

    assert chosen(organiser.get(new_election(assembly)).text) == ["BELENIOS-2048"]
    address = organiser.post(new_election(assembly), FORM | {"group": "Ed25519"}).headers["Location"]
    uuid = address.rpartition("/")[2]
    assert elections.election(assembly.site, uuid).group == "Ed25519"
    assert chosen(organiser.get(f"{address}/edit").text) == ["Ed25519"]
    page = organiser.post(f"{address}/edit", FORM | {"group": "Ed25519", "step": "add-motion"}).text
    assert chosen(page) == ["Ed25519"]
    assert organiser.post(f"{address}/edit", FORM | {"group": "BELENIOS-2048"}).status_code == 302
    assert elections.election(assembly.site, uuid).group == "BELENIOS-2048"


def test_the_secrecy_is_chosen_with_the_election_and_shown_on_its_pages(
    organiser: Visitor, stranger: Visitor, assembly: Assembly
) -> None:
    assembly.draft()

    def chosen(page: str) -> list[str]:
        return re.findall(r'name="secrecy" value="([^"]+)" checked', page)

    page = organiser.get(new_election(assembly)).text
    assert chosen(page) == ["confidential"]
    assert "有争议也查不了单张票" in page
    address = organiser.post(new_election(assembly), FORM | {"secrecy": "open"}).headers["Location"]
    view = elections.election(assembly.site, address.rpartition("/")[2])
    assert view.agenda.secrecy is Secrecy.OPEN
    assert "监督员可见每张票" in words(organiser.get(address).text)
    assert chosen(organiser.get(f"{address}/edit").text) == ["open"]
    page = organiser.post(f"{address}/edit", FORM | {"secrecy": "open", "step": "add-motion"}).text
    assert chosen(page) == ["open"]
    assert organiser.post(f"{address}/edit", FORM | {"secrecy": "secret"}).status_code == 302
    assert elections.election(assembly.site, view.uuid).agenda.secrecy is Secrecy.SECRET


def test_questions_are_added_moved_and_removed_without_scripts(
    organiser: Visitor, assembly: Assembly
) -> None:
    assembly.draft()
    address = new_election(assembly)
    page = organiser.post(address, FORM | {"step": "add-committee"}).text
    assert "第 3 项：选举委员" in page
    assert "是否同意提高维修资金？" in page
    page = organiser.post(address, FORM | {"step": "up-2"}).text
    assert page.index("选举委员</textarea>") < page.index("是否同意提高维修资金？")
    page = organiser.post(address, FORM | {"step": "remove-1"}).text
    assert "是否同意提高维修资金？" not in page
    assert 'name="questions" value="1"' in page
    assert len(organiser.get("/organise").text.split("第二次会议")) == 1  # nothing was stored


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"opens_at": "soon"}, "没有读懂“开始”的时间"),
        ({"closes_at": "2026-05-02T09:00"}, "截止时间必须晚于开始时间"),
        ({"q2-seats": "many"}, "第 2 项：应选人数"),
        ({"q2-seats": "4"}, ""),
        ({"title": " "}, ""),
        ({"q1-matter": "278-99"}, ""),
        ({"q2-candidates": ""}, ""),
        ({"scope": "buildings"}, ""),
        ({"group": "RFC-3526-2048"}, "不认识的加密参数"),
        ({"secrecy": "anonymous"}, "票的保密方式不认识"),
    ],
)
def test_a_faulty_form_is_shown_again_with_what_was_typed(
    organiser: Visitor, assembly: Assembly, change: dict[str, str], said: str
) -> None:
    assembly.draft()
    page = organiser.post(new_election(assembly), FORM | change)
    assert page.status_code == 400
    assert 'role="alert"' in page.text
    assert said in page.text
    assert "是否同意提高维修资金？" in page.text


def test_a_threshold_cannot_be_typed(organiser: Visitor, assembly: Assembly) -> None:
    assembly.draft()
    answer = organiser.post(new_election(assembly), FORM | {"q1-approval": "1/10"})
    assert "同意的都要达到四分之三" in words(organiser.get(answer.headers["Location"]).text)


def test_the_next_step_stands_first(organiser: Visitor, assembly: Assembly, clock: Clock) -> None:
    assembly.draft()
    assert "请核对表决事项，然后制作选票信" in organiser.get("/organise").text
    page = organiser.get(f"/organise/elections/{assembly.uuid}").text
    assert "2026年5月2日 08:00" in page
    clock.now = assembly.closes_at
    assert "请改一个时间" in organiser.get("/organise").text


def acts(page: str) -> set[str]:
    """The last parts of the addresses that an election's page offers."""
    return set(re.findall(r'href="/organise/elections/[^/"]+/([a-z]+)"', page))


def test_what_a_phase_forbids_is_not_offered_and_is_refused(
    organiser: Visitor, assembly: Assembly, clock: Clock
) -> None:
    assembly.draft()
    address = f"/organise/elections/{assembly.uuid}"

    def refused(*pages: str) -> None:
        for page in pages:
            assert organiser.get(f"{address}/{page}").status_code == 400, page
            assert organiser.post(f"{address}/{page}", {"reason": "为了试一试"}).status_code == 400, page

    assert acts(organiser.get(address).text) == {
        "documents",
        "materials",
        "letters",
        "edit",
        "delete",
        "trustees",
    }
    refused("open", "close", "count", "publish", "withdraw")
    assembly.site.store.close()


def test_each_later_phase(organiser: Visitor, assembly: Assembly, clock: Clock) -> None:
    assembly.issue()
    address = f"/organise/elections/{assembly.uuid}"
    assert acts(organiser.get(address).text) == {
        "documents",
        "materials",
        "help",
        "roll",
        "withdraw",
        "trustees",
    }
    assert "请把信送到各户" in organiser.get(address).text
    clock.now = assembly.opens_at
    assert acts(organiser.get(address).text) == {
        "documents",
        "materials",
        "help",
        "roll",
        "withdraw",
        "open",
        "trustees",
    }
    assert "letters" not in acts(organiser.get(address).text)
    assert organiser.post(f"{address}/open").headers["Location"] == address
    assert acts(organiser.get(address).text) == {"documents", "materials", "help", "roll", "close"}
    assembly.cast(1)
    clock.now = assembly.closes_at
    assert acts(organiser.get(address).text) == {"documents", "materials", "help", "roll", "close"}
    organiser.post(f"{address}/close")
    assert acts(organiser.get(address).text) == {"documents", "materials", "help", "roll", "count"}
    assert organiser.post(f"{address}/count").headers["Location"] == f"/audit/{assembly.uuid}"
    assert acts(organiser.get(address).text) == {"documents", "materials", "help", "roll", "publish"}
    organiser.post(f"{address}/publish")
    assert acts(organiser.get(address).text) == {"documents", "materials", "help", "roll"}


def test_closing_early_needs_a_reason(organiser: Visitor, assembly: Assembly, clock: Clock) -> None:
    assembly.open()
    clock.now = assembly.voting
    address = f"/organise/elections/{assembly.uuid}"
    assert "提前截止投票" in organiser.get(f"{address}/close").text
    assert organiser.post(f"{address}/close").status_code == 400
    assert organiser.post(f"{address}/close", {"reason": "所有业主都已投票"}).status_code == 302
    assert "所有业主都已投票" in organiser.get(address).text


def test_an_act_asks_once_with_the_elections_name(
    organiser: Visitor, assembly: Assembly, clock: Clock
) -> None:
    assembly.issue()
    clock.now = assembly.opens_at
    for page in ("open", "withdraw"):
        assert f"《{TITLE}》" in organiser.get(f"/organise/elections/{assembly.uuid}/{page}").text


def test_what_is_missing_is_said_in_words_and_the_grid_shows_who_not_what(
    organiser: Visitor, assembly: Assembly, clock: Clock
) -> None:
    assembly.open()
    assembly.cast(1)
    clock.now = assembly.voting
    page = organiser.get(f"/organise/elections/{assembly.uuid}").text
    # 2/3 of 5 is 4 owners; 2/3 of 499.38 is 332.92 exactly
    assert "还差 3 户、182.42 平方米" in page
    said = words(page)
    assert "1 栋 2 / 3 套已投" in said
    assert "101 已投 102 已投" in said
    assert "201 未投" in said


# ---- letters and the desk


def test_letters_need_the_same_passphrase_twice(organiser: Visitor, assembly: Assembly) -> None:
    assembly.draft()
    address = f"/organise/elections/{assembly.uuid}/letters"
    page = organiser.post(address, {"passphrase": PASSPHRASE, "again": PASSPHRASE + " "})
    assert page.status_code == 400
    assert "两次填的口令不一样" in page.text
    page = organiser.post(address, {"passphrase": "short", "again": "short"})
    assert page.status_code == 400


def test_long_acts_tell_their_progress_to_scripts(organiser: Visitor, assembly: Assembly) -> None:
    assembly.draft()
    answer = organiser.post(
        f"/organise/elections/{assembly.uuid}/letters",
        {"passphrase": PASSPHRASE, "again": PASSPHRASE},
        headers={"Accept": "application/x-ndjson"},
    )
    assert answer.mimetype == "application/x-ndjson"
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert lines[0].keys() == {"done", "total"}
    assert set(lines[-1]) == {"file", "location"}
    assert lines[-1]["file"]["name"].endswith(".zip")
    again = organiser.post(
        f"/organise/elections/{assembly.uuid}/letters",
        {"passphrase": PASSPHRASE, "again": PASSPHRASE},
        headers={"Accept": "application/x-ndjson"},
    )
    assert json.loads(again.text.splitlines()[-1])["refusal"] == "credentials-already-issued"


def test_a_failure_in_a_long_act_says_nothing_of_itself(
    organiser: Visitor, assembly: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    from voting.web import organiser_letters

    def broken(*_given: object) -> None:
        raise KeyError("secret detail")

    assembly.draft()
    monkeypatch.setattr(organiser_letters.credentials, "issue_credentials", broken)
    answer = organiser.post(
        f"/organise/elections/{assembly.uuid}/letters",
        {"passphrase": PASSPHRASE, "again": PASSPHRASE},
        headers={"Accept": "application/x-ndjson"},
    )
    assert json.loads(answer.text)["refusal"] == "server-failed"
    assert "secret" not in answer.text


def test_the_roll_is_searched(organiser: Visitor, assembly: Assembly, clock: Clock) -> None:
    assembly.open()
    assembly.cast(1)
    clock.now = assembly.voting
    address = f"/organise/elections/{assembly.uuid}/roll"

    def names(query: str) -> list[str]:
        return re.findall(r'<th scope="row">([^<]+)</th>', organiser.get(f"{address}?{query}").text)

    assert names("") == ["张三", "李四、王五", "赵六", "孙七", "周八"]
    assert names("q=2-1") == ["赵六", "孙七", "周八"]
    assert names("q=王五") == ["李四、王五"]
    assert names("show=voted") == ["张三"]
    assert "张三" not in names("show=waiting")
    assert names("show=stopped") == []
    assert names("q=nobody") == []


def test_the_desk_before_opening(organiser: Visitor, assembly: Assembly) -> None:
    assembly.issue()
    address = f"/organise/elections/{assembly.uuid}/roll/3"
    kept = assembly.issued.credential_file

    def brought(act: str, **more: str) -> Any:
        file = (io.BytesIO(kept), "kept")
        return organiser.post(
            address, {"act": act, "credential_file": file, "passphrase": PASSPHRASE, **more}
        )

    letter = brought("reprint")
    assert letter.mimetype == "application/pdf"
    assert [voter for voter, *_ in json.loads(letter.data)] == [3]
    replaced = brought("replace", reason="信封被雨淋湿了")
    assert replaced.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(replaced.data)) as archive:
        new = next(archive.read(name) for name in archive.namelist() if name.endswith(".votecodes"))
    assert open_credential_file(new, PASSPHRASE, assembly.uuid)[3] != assembly.private[3]
    assert organiser.post(address, {"act": "reprint", "passphrase": PASSPHRASE}).status_code == 400
    assert organiser.post(address, {"act": "dance"}).status_code == 400
    assert organiser.get(f"/organise/elections/{assembly.uuid}/roll/99").status_code == 404


def test_a_lost_letter_is_locked_and_the_desk_code_is_shown_once(
    organiser: Visitor, assembly: Assembly, clock: Clock
) -> None:
    assembly.open()
    clock.now = assembly.voting
    address = f"/organise/elections/{assembly.uuid}/roll/3"
    assert "换一封新信" not in organiser.get(address).text
    organiser.post(address, {"act": "lock", "reason": "业主来电说信被偷"})
    assert "挂失锁定" in organiser.get(address).text
    shown = organiser.post(address, {"act": "reset", "reason": "本人带证件来核对"})
    code = re.search(r'class="code-shown">(\d{6})<', shown.text)
    assert code is not None
    assert code[1] not in organiser.get(address).text
    assert assembly.enter(3, digits=code[1]).voter == 3


def test_five_wrong_tries_are_unlocked(organiser: Visitor, assembly: Assembly, clock: Clock) -> None:
    from voting.errors import Refused

    assembly.open()
    clock.now = assembly.voting
    for _ in range(5):
        with pytest.raises(Refused):
            assembly.enter(3, digits="0000")
    address = f"/organise/elections/{assembly.uuid}/roll/3"
    assert "输错五次" in organiser.get(address).text
    organiser.post(address, {"act": "unlock"})
    assert assembly.enter(3).voter == 3


def test_a_voter_who_has_voted_needs_nothing(organiser: Visitor, assembly: Assembly, clock: Clock) -> None:
    assembly.open()
    assembly.cast(1)
    clock.now = assembly.voting
    assert "不需要再办理" in organiser.get(f"/organise/elections/{assembly.uuid}/roll/1").text


# ---- the grid


def entry(units: tuple[str, ...], voted: bool = False) -> RollView:
    return RollView(1, "某", "9", units, 100, "issued", voted)


def test_the_grid_has_floors_stairwells_and_a_row_for_the_rest() -> None:
    buildings = grid(
        [
            entry(("1-2-1203", "1-1-302"), voted=True),
            entry(("1-1-301",)),
            entry(("商-07",)),
            entry(("门卫室",)),
        ]
    )
    assert [building.name for building in buildings] == ["1", "9", "商"]
    first = buildings[0]
    assert first.stairwells == ("1", "2")
    assert [floor.number for floor in first.floors] == [12, 3]
    assert [[cell.room for cell in cells] for cells in first.floors[1].stairwells] == [["301", "302"], []]
    assert (first.done, first.units) == (2, 3)
    assert buildings[2].floors[0].number is None


# ---- the whole way


def test_from_the_register_to_the_record(
    organiser: Visitor, auditor: Visitor, stranger: Visitor, site: Site, clock: Clock
) -> None:
    clock.now = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    organiser.sign_in("zu")
    agenda = json.loads((FIXTURES / "golden-apple-agenda.json").read_text(encoding="utf-8"))
    organiser.post("/organise/estates", {"name": agenda["estate"]})
    roll = (FIXTURES / "golden-apple-roll.xlsx").read_bytes()
    preview = upload(organiser, 1, "golden-apple-roll.xlsx", roll)
    organiser.post("/organise/estates/1/register/import", hidden(preview.text))
    form: dict[str, str] = {
        "title": agenda["title"],
        "scope": "all",
        "exclude_uses": "车位",
        "opens_at": "2026-11-23T09:00",
        "closes_at": "2026-12-07T20:00",
        "questions": str(len(agenda["questions"])),
        "step": "save",
    }
    for number, question in enumerate(agenda["questions"], 1):
        form |= {f"q{number}-kind": question["kind"], f"q{number}-text": question["text"]}
        form |= {f"q{number}-matter": question["matter"], f"q{number}-seats": str(question.get("seats", ""))}
        form[f"q{number}-candidates"] = "\n".join(question.get("candidates", ()))
    address = organiser.post("/organise/estates/1/elections/new", form).headers["Location"]
    uuid = address.rpartition("/")[2]
    assert stranger.get(f"/e/{uuid}").status_code == 404

    letters = organiser.post(f"{address}/letters", {"passphrase": PASSPHRASE, "again": PASSPHRASE})
    assert letters.headers["Content-Disposition"].startswith("attachment")
    with zipfile.ZipFile(io.BytesIO(letters.data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert sorted(name.rpartition(".")[2] for name in files) == ["pdf", "pdf", "votecodes"]
    assert all(body.startswith(b"%PDF") for name, body in files.items() if name.endswith(".pdf"))
    kept = next(body for name, body in files.items() if name.endswith("votecodes"))
    private = open_credential_file(kept, PASSPHRASE, uuid)
    assert len(private) == 156

    clock.now = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    organiser.post(f"{address}/open")
    view = booth.booth(site, uuid, clock())
    election = decode_election(view.election_json.encode())
    for voter in (1, 2, 3):
        body = encrypt_ballot(election, private[voter], [[1, 0, 0], [0, 1, 0], [1, 1, 1, 1, 1, 0, 0]])
        receipt = booth.cast_ballot(site, uuid, voter, body, clock())
    assert receipt.tracker in stranger.get(f"/e/{uuid}/board").text

    clock.now = datetime(2026, 12, 7, 12, 0, tzinfo=UTC)
    organiser.post(f"{address}/close")
    organiser.post(f"{address}/count")
    organiser.post(f"{address}/publish")
    assert "这次表决没有作出决定" in words(stranger.get(f"/e/{uuid}").text)
    auditor.get(f"/audit/{uuid}")
    export = auditor.post(f"/audit/{uuid}/EXPORT.zip")
    with zipfile.ZipFile(io.BytesIO(export.data)) as archive:
        assert f"owners/{uuid}.bel" in archive.namelist()
        outcome = json.loads(archive.read("outcome.json"))
    assert outcome["participation"]["owners"] == 3


def test_pages_of_an_unknown_election_are_not_found(
    organiser: Visitor, visitor: Callable[[], Visitor]
) -> None:
    assert organiser.get("/organise/elections/nothing").status_code == 404
    assert organiser.post("/organise/elections/nothing/open").status_code == 404
    assert visitor().get("/e/nothing").status_code == 404


def test_a_published_result_waits_for_its_filing(
    organiser: Visitor, assembly: Assembly, clock: Clock
) -> None:
    assembly.open()
    assembly.close()
    assembly.count()
    clock.now = assembly.closes_at
    organiser.sign_in("zu")
    organiser.post(f"/organise/elections/{assembly.uuid}/publish")
    page = organiser.get("/organise").text
    assert "请下载全部记录，备案并长期保存" in page
    assert "2026年6月8日 08:00" in page  # thirty days after 9 May
