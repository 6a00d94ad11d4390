"""A paper as an editable `.docx` (ISO/IEC 29500): the same blocks, in the faces that every office has.

Rare characters are the office's to find: unlike the PDF this file refuses none.
"""

from io import BytesIO

from docx import Document
from docx.document import Document as Docx
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import _Cell as Cell
from docx.text.paragraph import Paragraph as Line
from docx.text.run import Run

from voting.documents.paper import (
    Bar,
    Block,
    Cut,
    Entries,
    Heading,
    Paper,
    Paragraph,
    Places,
    Signed,
    Table,
    Turn,
)
from voting.documents.png import bar_png, qr_png

_BODY, _SMALL, _CELL = 11.5, 9.5, 9.5  # points
_WIDE = 170.0  # mm
_CENTRE, _RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
# Faces that Windows, WPS and LibreOffice all know, or replace by their own of the kind.
_TEXT, _STRONG = "宋体", "黑体"


def paper_docx(paper: Paper) -> bytes:
    """The paper as the bytes of a `.docx`."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(20)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(_BODY)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), _TEXT)
    # Without it an office takes commas and full stops from the face of another country.
    language = OxmlElement("w:lang")
    language.set(qn("w:eastAsia"), "zh-CN")
    normal.element.rPr.append(language)
    normal.paragraph_format.space_after = Pt(3)
    normal.paragraph_format.line_spacing = 1.3
    said = document.core_properties
    said.title, said.author, said.comments, said.language = paper.title, paper.above, paper.digest, "zh-CN"
    _line(document, paper.above, 12).alignment = _CENTRE
    _line(document, paper.title, 22, strong=True).alignment = _CENTRE
    for block in paper.blocks:
        _block(document, block)
    _foot(document, paper)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _run(line: Line, text: str, size: float, *, strong: bool = False) -> None:
    run = line.add_run(text)
    run.font.size, run.bold = Pt(size), strong
    if strong:
        run.font.name = "Arial"
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _STRONG)


def _line(document: Docx, text: str, size: float = _BODY, *, strong: bool = False) -> Line:
    line = document.add_paragraph()
    _run(line, text, size, strong=strong)
    return line


def _block(document: Docx, block: Block) -> None:
    match block:
        case Heading(text):
            line = _line(document, text, 13, strong=True)
            line.paragraph_format.keep_with_next = True
            line.paragraph_format.space_before = Pt(8)
        case Paragraph(text, note, flush):
            line = _line(document, text, _SMALL if note else _BODY)
            if not note and not flush:
                line.paragraph_format.first_line_indent = Pt(2 * _BODY)
        case Entries(rows):
            _grid(document, None, rows, (40, 130), bold_first=True)
        case Table(head, rows, widths):
            whole = sum(widths)
            millimetres = tuple(_WIDE * share / whole for share in widths)
            _grid(document, head, rows, millimetres, right=block.right, high=block.high)
        case Bar(label, amount, part, whole, limit):
            line = _line(document, f"{label}\t{amount}", _SMALL)
            line.paragraph_format.tab_stops.add_tab_stop(Mm(_WIDE), WD_TAB_ALIGNMENT.RIGHT)
            line.paragraph_format.space_after = Pt(0)
            line.paragraph_format.keep_with_next = True
            picture = document.add_paragraph().add_run()
            _picture(picture, bar_png(part, whole, limit), _WIDE, 5)
        case Places(names):
            pairs = [(*names[start : start + 2], "")[:2] for start in range(0, len(names), 2)]
            _grid(
                document,
                None,
                [(left, "", right) for left, right in pairs],
                (80, 10, 80),
                high=20,
                ruled=(0, 2),
            )
        case Signed(by, on):
            document.add_paragraph()
            for text in (by, on):
                _line(document, text).alignment = _RIGHT
        case Cut(text):
            line = _line(document, "", _SMALL)
            line.alignment = _CENTRE
            _run(line, text, _SMALL)
            _border(line)
        case Turn():
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)


def _picture(run: Run, png: bytes, wide: float, high: float) -> None:
    """A picture in a line, in mm; an office that finds no distances puts white beside it."""
    inline = run.add_picture(BytesIO(png), width=Mm(wide), height=Mm(high))._inline
    for side in ("distT", "distB", "distL", "distR"):
        inline.set(side, "0")


def _border(line: Line) -> None:
    """A broken line under a paragraph: here the paper is cut."""
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "dashed"), ("sz", "6"), ("space", "1"), ("color", "auto")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    line._p.get_or_add_pPr().append(borders)


def _grid(
    document: Docx,
    head: tuple[str, ...] | None,
    rows: "list[tuple[str, ...]] | tuple[tuple[str, ...], ...]",
    widths: tuple[float, ...],
    *,
    right: tuple[int, ...] = (),
    high: float = 0.0,
    bold_first: bool = False,
    ruled: tuple[int, ...] = (),
) -> None:
    """A table; with a head, be it empty, it has rules, and repeats the head on every page.

    The cells of the columns `ruled` have a line to sign on.
    """
    table = document.add_table(rows=0, cols=len(widths))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    # LibreOffice and WPS go by the grid, Word by the cells.
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = Mm(wide)
    if head is not None:
        table.style = "Table Grid"
    for number, texts in enumerate([head, *rows] if head else rows):
        row = table.add_row()
        heading = bool(head) and number == 0
        if high and not heading:
            row.height = Mm(high)
        mark = OxmlElement("w:tblHeader" if heading else "w:cantSplit")
        row._tr.get_or_add_trPr().append(mark)
        # `row.cells` is worked out anew at every call, and a roll has hundreds of rows.
        for column, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
            cell.width = Mm(widths[column])
            if head is not None:
                cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            if column in ruled and text:
                _ruled(cell)
            line = cell.paragraphs[0]
            line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(2 if head else 0)
            line.paragraph_format.line_spacing = 1.1
            strong = heading or (bold_first and column == 0)
            _run(line, text, _BODY if bold_first else _CELL, strong=strong)
            if column in right:
                line.alignment = _RIGHT
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _ruled(cell: Cell) -> None:
    """A line under a cell: here somebody signs."""
    borders, bottom = OxmlElement("w:tcBorders"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", "auto")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    cell._tc.get_or_add_tcPr().append(borders)


def _foot(document: Docx, paper: Paper) -> None:
    """Page x of y, the digest, and the QR code that leads to the public page."""
    foot = document.sections[0].footer
    line = foot.paragraphs[0]
    _picture(line.add_run(), qr_png(paper.address), 14, 14)
    _run(line, f"　公开页 {paper.address}　　第 ", 8)
    _field(line, "PAGE")
    _run(line, " 页，共 ", 8)
    _field(line, "NUMPAGES")
    _run(line, " 页", 8)
    _run(foot.add_paragraph(), f"内容摘要（SHA-256） {paper.digest}", 7)


def _field(line: Line, name: str) -> None:
    run = line.add_run("1")
    run.font.size = Pt(8)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run._r.addprevious(field)
    field.append(run._r)
