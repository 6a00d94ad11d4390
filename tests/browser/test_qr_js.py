"""QR codes that the phone draws: what another program reads in them, in every size."""

from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page
from qrcode import QRCode
from qrcode.base import rs_blocks
from qrcode.util import MODE_8BIT_BYTE, QRData

from tests.camera import codes_in

pytestmark = pytest.mark.browser

LEVELS = {"L": 1, "M": 0}


def drawn(page: Page, cases: list[Any]) -> list[list[str] | None]:
    found: list[list[str] | None] = page.evaluate(
        """async (cases) => {
             const { qrModules } = await import("/js/qr.js");
             return cases.map(([texts, level]) => {
               const rows = qrModules(texts, level);
               return rows && rows.map((row) => row.map((dark) => (dark ? "1" : "0")).join(""));
             });
           }""",
        cases,
    )
    return found


def image(rows: list[str]) -> Image.Image:
    side = len(rows) + 8
    picture = Image.new("L", (side, side), 255)
    for y, row in enumerate(rows):
        for x, module in enumerate(row):
            if module == "1":
                picture.putpixel((x + 4, y + 4), 0)
    return picture.resize((3 * side, 3 * side), Image.Resampling.NEAREST)


def test_what_it_says_is_read(static_page: Page) -> None:
    address = "https://vote.example/e/bSYdYd7xzTmLAi/check#测试="
    cases = [
        [[address, "0123456789" * (n // 10) + "7" * (n % 10)], "L"] for n in (1, 2, 3, 78, 500, 1248, 4000)
    ]
    cases += [[["x" * n], level] for n in (1, 17, 60, 154, 300, 1200) for level in ("L", "M")]
    for (texts, _), rows in zip(cases, drawn(static_page, cases), strict=True):
        assert rows is not None
        [code] = codes_in(image(rows))
        assert code.text == "".join(texts)


@pytest.mark.parametrize("level", LEVELS)
def test_versions_hold_what_the_standard_says(static_page: Page, level: str) -> None:
    """Filled to the last byte, against the table of another program; one byte more is the next version."""
    versions = (1, 2, 6, 7, 9, 10, 14, 20, 26, 27, 33, 40)
    lengths = []
    for version in versions:
        capacity = sum(block.data_count for block in rs_blocks(version, LEVELS[level]))
        lengths.append(capacity - (2 if version < 10 else 3))
    cases = [[["x" * (length + more)], level] for length in lengths for more in (0, 1)]
    found = drawn(static_page, cases)
    sides = [None if rows is None else len(rows) for rows in found]
    expected = [17 + 4 * (version + more) for version in versions for more in (0, 1)]
    assert sides == [*expected[:-1], None]
    for rows, length in zip(found[::2], lengths, strict=True):
        assert rows is not None
        [code] = codes_in(image(rows))
        assert code.text == "x" * length


@pytest.mark.parametrize("version", range(1, 11))
def test_every_module_is_where_another_program_puts_it(static_page: Page, version: int) -> None:
    """But for the mask, which each program chooses by its own reckoning."""
    length = sum(block.data_count for block in rs_blocks(version, LEVELS["M"])) - (2 if version < 10 else 3)
    text = "".join(chr(33 + (7 * i + version) % 90) for i in range(length))
    [rows] = drawn(static_page, [[[text], "M"]])
    made = []
    for mask in range(8):
        code = QRCode(error_correction=LEVELS["M"], border=0, mask_pattern=mask)
        code.add_data(QRData(text, mode=MODE_8BIT_BYTE))
        code.make(fit=True)
        made.append(["".join("1" if dark else "0" for dark in row) for row in code.get_matrix()])
    assert code.version == version
    assert rows in made
