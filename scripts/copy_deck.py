"""What residents read: every text of every screen, in Chinese and English, from the real pages.

    .venv/bin/python scripts/copy_deck.py --out DIR [--pictures]

Writes DIR/copy.md: a whole vote, and one with help, walked through in Chromium by the tests' own hands
(tests/browser/walk.py), so that it never says what no page says. With `--pictures` also a picture of each
screen: at 360 px in ordinary and large print, light and dark, and at 1280 px, in both languages.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from tests.booth_estate import BoothEstate, booth_estate  # noqa: E402
from tests.browser.hall import Voter, served  # noqa: E402
from tests.browser.walk import Screen, helped_screens, screens  # noqa: E402

LANGUAGES = {"zh_Hans": "中文", "en": "English"}
PHONE = {"width": 360, "height": 740}
WIDE = {"width": 1280, "height": 900}
# name -> text size, colours, window
LOOKS: dict[str, tuple[int, str, dict[str, int]]] = {
    "phone": (0, "light", PHONE),
    "phone-dark": (0, "dark", PHONE),
    "senior": (1, "light", PHONE),
    "senior-dark": (1, "dark", PHONE),
    "wide": (0, "light", WIDE),
}
# The innermost pieces that are seen, in order: what they are, and what they say.
TEXTS = """
() => {
  const pieces = "h1, h2, h3, p, li, dt, dd, label, legend, summary, button, th, td, a.button";
  const place = document.querySelector("[data-screen]:not([hidden])") || document.querySelector("main");
  const seen = (e) => e.getClientRects().length > 0 && e.innerText.trim();
  return [...place.querySelectorAll(pieces)]
    .filter((e) => seen(e) && ![...e.querySelectorAll(pieces)].some(seen))
    .map((e) => [e.matches(".button, .choice") ? "button" : e.tagName.toLowerCase(),
      e.innerText.replace(/\\s+/g, " ").trim()]);
}
"""


def walked(
    browser: Browser, made: BoothEstate, folder: Path, language: str, look: str
) -> Iterator[tuple[str, Page]]:
    """Every screen in one language and look; each walk has a copy of the estate to itself."""
    size, scheme, window = LOOKS[look]
    walks: tuple[Callable[[Voter], Iterator[Screen]], ...] = (screens, helped_screens)
    for walk in walks:
        with ExitStack() as stack:
            hall = stack.enter_context(served(made.copy(folder / f"{language}-{look}-{walk.__name__}.db")))
            options: dict[str, Any] = {"viewport": window, "locale": "zh-CN", "color_scheme": scheme}
            context = stack.enter_context(browser.new_context(**options))
            cookies = {"senior": str(size), "lang": language}
            context.add_cookies(
                [{"name": key, "value": value, "url": hall.address} for key, value in cookies.items()]
            )
            yield from walk(Voter(hall, context))


def deck(said: dict[str, dict[str, list[list[str]]]]) -> str:
    """The texts of each screen in both languages, as Markdown."""
    lines = ["# What residents read, screen by screen", ""]
    for name, texts in said.items():
        lines += [f"## {name}", "", "| | 中文 | English |", "| --- | --- | --- |"]
        chinese, english = texts["zh_Hans"], texts["en"]
        for index in range(max(len(chinese), len(english))):
            kind, han = chinese[index] if index < len(chinese) else ("", "")
            _, latin = english[index] if index < len(english) else ("", "")
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in (kind, han, latin)) + " |")
        lines.append("")
    return "\n".join(lines)


def main() -> int:
    """Walk, write, photograph."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pictures", action="store_true")
    parser.add_argument("--looks", nargs="*", choices=list(LOOKS), default=list(LOOKS))
    given = parser.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("chromium is not installed")
    given.out.mkdir(parents=True, exist_ok=True)
    said: dict[str, dict[str, list[list[str]]]] = {}
    with (
        TemporaryDirectory() as name,
        as_file(files("pylopdf_fonts_zh_cn")) as fonts,
        sync_playwright() as play,
    ):
        folder = Path(name)
        made = booth_estate(f"sqlite:///{folder / 'made.db'}", group="Ed25519")
        # A machine without Chinese fonts would draw boxes: fontconfig also looks here.
        (folder / "fonts").symlink_to(fonts)
        browser = play.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu"],
            env={**os.environ, "XDG_DATA_HOME": str(folder)},
        )
        for look in given.looks if given.pictures else ["phone"]:
            for language in LANGUAGES:
                for number, (screen, page) in enumerate(walked(browser, made, folder, language, look), 1):
                    if look == "phone":
                        said.setdefault(screen, {})[language] = page.evaluate(TEXTS)
                    if given.pictures:
                        picture = given.out / f"{look}-{language}-{number:02}-{screen}.png"
                        page.screenshot(path=picture, full_page=True)
        browser.close()
    if said:
        (given.out / "copy.md").write_text(deck(said), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
