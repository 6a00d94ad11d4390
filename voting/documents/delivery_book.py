"""The ledger of deliveries as lines: for the paper 送达登记表 and for a workbook that can be sorted."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from voting.documents.spreadsheet import set_text

_HEAD = ("房号", "业主", "方式", "日期时间", "签收或照片", "送达人", "备注", "已证明送达", "照片摘要")
_WIDTHS = (14, 20, 12, 20, 28, 20, 28, 12, 68)


@dataclass(frozen=True)
class DeliveryLine:
    """One unit; texts are "" where there is nothing. `photo` is the SHA-256 of a picture."""

    unit: str
    name: str
    way: str = ""
    when: str = ""
    receipt: str = ""
    people: str = ""
    note: str = ""
    proven: bool = False
    photo: str = ""


def delivery_xlsx(title: str, lines: Sequence[DeliveryLine]) -> bytes:
    """A sheet 送达登记 of all lines, in their order. Full names: for those who deliver, not to be posted."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "送达登记"
    rows = [(f"{title}　送达登记表（有全名，不得张贴）",), _HEAD, *(_row(line) for line in lines)]
    for number, texts in enumerate(rows, 1):
        for column, text in enumerate(texts, 1):
            cell = sheet.cell(number, column)
            assert isinstance(cell, Cell)
            set_text(cell, text)
    sheet.cell(1, 1).font = Font(bold=True)
    for column, width in enumerate(_WIDTHS, 1):
        sheet.cell(2, column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "C3"
    sheet.auto_filter.ref = f"A2:{get_column_letter(len(_HEAD))}{len(rows)}"
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _row(line: DeliveryLine) -> tuple[str, ...]:
    proven = "是" if line.proven else "否"
    return (
        line.unit,
        line.name,
        line.way,
        line.when,
        line.receipt,
        line.people,
        line.note,
        proven,
        line.photo,
    )
