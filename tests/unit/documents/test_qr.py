"""QR codes on screens: read by another program, safe inside a page."""

from xml.etree import ElementTree

from PIL import Image

from tests.camera import codes_in
from voting.documents.qr import QUIET, modules, qr_svg


def drawn(rows, pixels=4):
    side = len(rows) + 2 * QUIET
    image = Image.new("L", (side, side), 255)
    for y, row in enumerate(rows):
        for x, black in enumerate(row):
            image.putpixel((x + QUIET, y + QUIET), 0 if black else 255)
    return image.resize((side * pixels, side * pixels), Image.Resampling.NEAREST)


def test_another_program_reads_it_at_level_m():
    link = "https://vote.example.cn/v/h8sQjXqk3LmN7p#AbCdE-FgHiJk-mNoPq-RsTuVw"
    (code,) = codes_in(drawn(modules(link)))
    assert code.text == link
    assert code.ec_level == "M"


def test_the_svg_draws_the_same_modules_inside_its_quiet_zone():
    text = '{"回执号":"<&>"}'
    root = ElementTree.fromstring(qr_svg(text, '<回执> & "码"'))
    space = "{http://www.w3.org/2000/svg}"
    assert root.find(f"{space}title").text == '<回执> & "码"'
    side = int(root.get("viewBox").split()[2])
    rows = modules(text)
    assert side == len(rows) + 2 * QUIET
    seen = [[False] * len(rows) for _ in rows]
    for run in root.findall(f"{space}path")[1].get("d").rstrip("z").split("z"):
        start, rest = run.removeprefix("M").split("h", 1)
        x, y = map(int, start.split())
        for column in range(int(rest.split("v")[0])):
            seen[y - QUIET][x - QUIET + column] = True
    assert seen == rows
