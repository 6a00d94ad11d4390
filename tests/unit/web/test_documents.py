"""The list of papers, their downloads, and the package."""

import io
import zipfile

import pypdfium2
from docx import Document

from tests.assembly import Assembly
from tests.unit.web.conftest import Visitor
from voting.documents.notices import KINDS


def address(assembly: Assembly, rest: str = "") -> str:
    return f"/organise/elections/{assembly.uuid}/documents{rest}"


def pdf_text(body: bytes) -> str:
    pages = pypdfium2.PdfDocument(body)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in pages)


def test_a_draft_has_its_notice_and_says_what_the_others_wait_for(
    organiser: Visitor, assembly: Assembly
) -> None:
    assembly.draft()
    page = organiser.get(address(assembly)).text
    assert all(kind.name in page for kind in KINDS.values())
    assert "/documents/meeting.pdf" in page
    assert "/documents/meeting.docx" in page
    assert "等计票结果" in page
    assert "/documents/preliminary-result.pdf" not in page
    notice = organiser.client.get(address(assembly, "/meeting.pdf"))
    assert notice.mimetype == "application/pdf"
    assert "业主5位" in pdf_text(notice.data)
    assert f"/e/{assembly.uuid}" in pdf_text(notice.data)


def test_the_word_file_opens_and_has_the_masked_roll(organiser: Visitor, assembly: Assembly) -> None:
    assembly.issue()
    answer = organiser.client.get(address(assembly, "/roll.docx"))
    cells = [cell.text for table in Document(io.BytesIO(answer.data)).tables for cell in table._cells]
    assert "李*、王*" in cells
    assert "150.50" in cells
    assert not any("李四" in cell for cell in cells)


def test_after_the_count_the_result_can_be_posted(organiser: Visitor, assembly: Assembly) -> None:
    assembly.open()
    for voter in (1, 2, 3, 4):
        assembly.cast(voter)
    assembly.close()
    assembly.count()
    whole = pdf_text(organiser.client.get(address(assembly, "/preliminary-result.pdf")).data)
    assert "业主人数5位" in whole
    with zipfile.ZipFile(io.BytesIO(organiser.client.get(address(assembly, "/package")).data)) as package:
        names = package.namelist()
    assert any("结果公告（初步）.pdf" in name for name in names)
    assert any("结果公告（初步）.docx" in name for name in names)
    assert not any("正式" in name for name in names)


def test_what_is_not_there_is_refused_by_name(organiser: Visitor, assembly: Assembly) -> None:
    assembly.draft()
    assert organiser.get(address(assembly, "/nothing.pdf")).status_code == 404
    assert organiser.get(address(assembly, "/meeting.exe")).status_code == 404
    early = organiser.get(address(assembly, "/final-result.pdf"))
    assert early.status_code == 409
    assert "结果公告（正式）" in early.text
