"""The pages of the two ledgers: entered at the door, posted with a photograph, taken back; hostile files."""

import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from tests import second
from tests.assembly import Assembly
from tests.conftest import Clock
from tests.conventions import Convention
from tests.ledgers import photograph
from tests.unit.web.conftest import Visitor
from tests.unit.web.test_documents import pdf_text
from tests.unit.web.test_organiser import FORM
from voting.rules.terms import Deemed
from voting.services import deliveries, elections, ledgers, postings
from voting.services.pictures import LARGEST
from voting.services.site import Site


@pytest.fixture
def opened(site: Site, clock: Clock, recorded_letters: None) -> Assembly:
    """An election whose rules count silence, while it is open."""
    held = Assembly(site, clock(), agenda=second.DEEMED).open()
    clock.now = held.voting
    return held


def page(held: Assembly, rest: str = "/delivery") -> str:
    return f"/organise/ledgers/{held.uuid}{rest}"


def form(**changes: object) -> dict[str, object]:
    return {"ended": "door/signed", "first": "王一", "second": "李二", "at": "2026-05-03T07:30"} | changes


def test_a_stairwell_is_entered_with_one_tick(organiser: Visitor, opened: Assembly) -> None:
    organiser.get(page(opened))
    answer = organiser.post(page(opened), form(stairwell=["2/1"], unit=["1-1-101"]))
    assert answer.status_code == 302
    view = deliveries.deliveries(opened.site, opened.uuid)
    assert view.entries[0].attempt.units == ("1-1-101", "2-1-101", "2-1-201", "2-1-301")
    text = organiser.get(page(opened)).text
    assert "6 套里，还有 2 套没有送达的证明。" in text
    # The same two go to the next door.
    assert 'value="王一"' in text
    assert 'value="李二"' in text
    assert "截止以后登记或撤销的，不改变结果" in text


def test_what_was_typed_is_there_again_when_it_is_refused(organiser: Visitor, opened: Assembly) -> None:
    organiser.get(page(opened))
    refused = organiser.post(page(opened), form(second="", unit=["1-1-201"], note="门铃坏了"))
    assert refused.status_code == 400
    assert "上门要两个人一起去" in refused.text
    assert re.search(r'value="1-1-201" checked', refused.text)
    assert "门铃坏了" in refused.text
    for changes in (
        {"ended": "door/returned"},
        {"ended": "x"},
        {"ended": ""},
        {"at": ""},
        {"unit": ["9-9-9"]},
        {"unit": []},
    ):
        answer = organiser.post(page(opened), form(**({"unit": ["1-1-201"]} | changes)))
        assert answer.status_code == 400
    assert deliveries.deliveries(opened.site, opened.uuid).entries == ()
    assert (
        "“怎样送的，结果怎样”还没有选" in organiser.post(page(opened), form(ended="", unit=["1-1-201"])).text
    )


def test_an_entry_is_taken_back_with_a_reason(organiser: Visitor, opened: Assembly) -> None:
    organiser.get(page(opened))
    organiser.post(page(opened), form(unit=["1-1-101"]))
    address = page(opened, "/entries/1/withdraw")
    assert "不会消失" in organiser.get(address).text
    assert organiser.post(address, {"reason": "错"}).status_code == 400
    assert organiser.post(address, {"reason": "记错了一户"}).status_code == 302
    assert "已撤销，原因：记错了一户" in organiser.get(page(opened)).text
    assert organiser.get(page(opened, "/entries/7/withdraw")).status_code == 404


def test_auditors_see_it_and_enter_nothing(auditor: Visitor, organiser: Visitor, opened: Assembly) -> None:
    organiser.get(page(opened))
    photo = (io.BytesIO(photograph()), "a.jpg")
    organiser.post(page(opened), form(ended="door/handed", unit=["2-1-101"], photo=photo))
    seen = auditor.get(page(opened)).text
    assert "2-1-101" in seen
    assert '<form method="post" enctype' not in seen
    digest = re.search(r"/photos/([0-9a-f]{64})\.jpg", seen)
    assert digest is not None
    picture = auditor.client.get(page(opened, f"/photos/{digest[1]}.jpg"))
    assert (picture.mimetype, picture.data[:2]) == ("image/jpeg", b"\xff\xd8")
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert auditor.post(page(opened), form(unit=["1-1-101"])).status_code == 403
    assert auditor.get(page(opened, f"/photos/{'0' * 64}.jpg")).status_code == 404


def send(organiser: Visitor, held: Assembly, body: bytes) -> TestResponse:
    """Encoded here: the client would put what is large into a file, and leave it open."""
    photo = FileStorage(io.BytesIO(body), "photo.jpg")
    said = form(ended="door/handed", unit="2-1-101", photo=photo, csrf_token=organiser.token)
    boundary, encoded = encode_multipart(MultiDict(said))
    kind = f"multipart/form-data; boundary={boundary}"
    return organiser.client.post(page(held), data=encoded, content_type=kind)


def test_hostile_files_are_refused_and_leave_nothing(organiser: Visitor, opened: Assembly) -> None:
    organiser.get(page(opened))
    files = [
        b"<script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.4\n%%EOF",
        photograph()[:-40],
        b"\xff\xd8\xff" + bytes(100),
        photograph() + bytes(LARGEST),
    ]
    for body in files:
        answer = send(organiser, opened, body)
        assert answer.status_code == 400
        assert "没有收下" in answer.text
    assert send(organiser, opened, bytes(LARGEST + 1024 * 1024)).status_code == 413
    assert deliveries.deliveries(opened.site, opened.uuid).entries == ()


def test_the_register_is_filled_from_the_ledger(organiser: Visitor, opened: Assembly) -> None:
    organiser.get(page(opened))
    organiser.post(page(opened), form(unit=["1-1-201"], note="=HYPERLINK(1)"))
    opened.enter(4)
    book = load_workbook(io.BytesIO(organiser.client.get(page(opened, "/delivery.xlsx")).data)).active
    assert book is not None
    rows = {row[0]: row for row in book.iter_rows(values_only=True)}
    assert rows["1-1-201"][2:8] == (
        "上门",
        "2026年5月3日 07:30",
        "本人签收（第 1 条）",
        "王一、李二",
        "=HYPERLINK(1)",
        "是",
    )
    assert rows["2-1-201"][2:5] == ("扫码", "2026年5月3日", "扫过信上的码，核对过身份")
    assert rows["2-1-301"][7] == "否"
    assert all(cell.data_type == "s" for row in book.iter_rows() for cell in row if cell.value)
    paper = organiser.client.get(f"/organise/elections/{opened.uuid}/documents/delivery.pdf")
    assert "本人签收（第1条）" in pdf_text(paper.data)


def test_the_count_says_before_it_is_done_how_many_silent_voters_it_takes(
    organiser: Visitor, opened: Assembly, clock: Clock
) -> None:
    opened.cast_all({1: [second.YES]})
    organiser.get(page(opened))
    organiser.post(page(opened), form(unit=["1-1-201"]))
    opened.close()
    clock.now = opened.closes_at + timedelta(hours=1)
    asked = organiser.get(f"/organise/elections/{opened.uuid}/count").text
    assert "1 户、90.25 平方米" in asked


def test_with_an_empty_ledger_the_count_says_that_nobody_silent_is_taken(
    organiser: Visitor, opened: Assembly, clock: Clock
) -> None:
    opened.close()
    clock.now = opened.closes_at + timedelta(hours=1)
    assert "一户也不计入" in organiser.get(f"/organise/elections/{opened.uuid}/count").text


@pytest.fixture
def convention(site: Site, clock: Clock, recorded_letters: None) -> Convention:
    """The notice was given on 9 May; it is the next morning."""
    made = Convention(site).noticed()
    made.until("2026-05-10 08:00")
    clock.now = made.now
    return made


def test_what_should_hang_is_said_first_and_gone_once_it_does(
    organiser: Visitor, convention: Convention, clock: Clock
) -> None:
    uuid, election = convention.uuid, convention.elections[0]
    assembly = organiser.get(f"/organise/assemblies/{uuid}").text
    assert assembly.count("已过期限") == 4
    assert "最晚 2026年5月9日" in assembly
    papers = f"/organise/elections/{election}/documents"
    assert "先下载打印" in organiser.get(papers).text
    address = f"{papers}/meeting/postings"
    assert "还没有下载过" in organiser.get(address).text
    organiser.get(f"{papers}/meeting.pdf")
    assert "第 1 版" in organiser.get(papers).text
    asked = organiser.get(address).text
    assert "1栋1单元" in asked
    data = {
        "place": ["小区公告栏", "1栋1单元"],
        "others": "东门\n\n西门",
        "at": "2026-05-09T20:00",
        "by": "王一",
        "version": "1",
    }
    assert organiser.post(address, data).status_code == 400
    posted = organiser.post(address, data | {"photo": (io.BytesIO(photograph()), "a.jpg")})
    assert posted.status_code == 302
    (found,) = postings.paper_dates(convention.site, election, clock())["meeting"].hanging
    assert found.posting.places == ("小区公告栏", "1栋1单元", "东门", "西门")
    assert organiser.get(f"/organise/assemblies/{uuid}").text.count("已过期限") == 3
    shown = organiser.get(address).text
    assert f"/organise/ledgers/{uuid}/photos/{found.posting.photo}.jpg" in shown
    taken_back = organiser.get(f"/organise/ledgers/{uuid}/entries/1/withdraw").text
    assert address in taken_back
    assert ledgers.entry_place(convention.site, uuid, 1).paper == "meeting"


def test_forms_are_not_posted(organiser: Visitor, convention: Convention) -> None:
    papers = f"/organise/elections/{convention.elections[0]}/documents"
    assert organiser.get(f"{papers}/ballot/postings").status_code == 404
    bad = {"place": ["小区公告栏"], "at": "2026-05-09T20:00", "by": "王一"}
    organiser.get(f"{papers}/roll.pdf")
    for changes in ({"version": "x"}, {"version": "9"}, {"at": "soon"}):
        upload = {"photo": (io.BytesIO(photograph()), "a.jpg")}
        answer = organiser.post(f"{papers}/roll/postings", bad | {"version": "1"} | changes | upload)
        assert answer.status_code == 400


def test_the_clause_is_typed_kept_changed_and_taken_out_again(organiser: Visitor, assembly: Assembly) -> None:
    assembly.draft()
    address = f"/organise/elections/{assembly.uuid}/edit"
    page = organiser.get(address).text
    assert "首次业主大会不能填" in page
    typed = FORM | {"deemed_clause": "第十二条：未投票的随多数", "deemed_dated": "2023-06-01"}
    assert organiser.post(address, typed | {"deemed_joins": "majority"}).status_code == 302
    terms = elections.election(assembly.site, assembly.uuid).agenda.terms
    assert terms is not None
    assert terms.deemed == Deemed("第十二条：未投票的随多数", "2023-06-01", "majority")
    assert "第十二条：未投票的随多数</textarea>" in organiser.get(address).text
    # A form that does not ask changes nothing of it.
    assert organiser.post(address, dict(FORM)).status_code == 302
    assert elections.election(assembly.site, assembly.uuid).agenda.terms == terms
    for wrong in ({"deemed_clause": ""}, {"deemed_dated": "2023"}, {"deemed_joins": "no"}):
        assert organiser.post(address, typed | wrong).status_code == 400
    assert organiser.post(address, typed | {"deemed_clause": "", "deemed_dated": ""}).status_code == 302
    kept = elections.election(assembly.site, assembly.uuid).agenda.terms
    assert kept is None or kept.deemed is None
