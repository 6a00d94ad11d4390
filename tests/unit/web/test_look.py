"""Contrast of every pair of colours that the style sheet uses (WCAG 2.2: 1.4.3, 1.4.11)."""

import re
from pathlib import Path

import pytest

STYLE = Path(__file__).parents[3] / "voting" / "web" / "static" / "style.css"

TEXT = [
    *((text, ground) for text in ("ink", "soft", "action", "action-strong") for ground in ("paper", "sheet")),
    ("on-action", "action"),
    ("on-action", "action-strong"),
    ("ink", "caution"),
    ("ink", "fault"),
    ("ink", "tint"),
    ("soft", "tint"),
    ("action-strong", "tint"),
]
MARKS = [
    *((mark, ground) for mark in ("edge", "action", "seal", "bar") for ground in ("paper", "sheet")),
    ("bar", "tint"),
    ("ink", "sheet"),
]


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def palettes() -> dict[str, dict[str, str]]:
    blocks = re.findall(r":root \{(.*?)\}", STYLE.read_text(encoding="utf-8"), re.S)
    light, dark = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block)) for block in blocks[:2])
    return {"light": light, "dark": light | dark}


def test_the_measure_itself() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (MARKS, 3.0)])
def test_every_pair(mode: str, pairs: list[tuple[str, str]], least: float) -> None:
    colours = palettes()[mode]
    weak = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}
    assert {pair: round(value, 2) for pair, value in weak.items() if value < least} == {}


def test_no_colour_stands_outside_the_palette() -> None:
    rules = re.sub(r":root \{.*?\}", "", STYLE.read_text(encoding="utf-8"), flags=re.S)
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(", rules) == []
