"""What SECURITY.md names exists: a claim whose test or module is gone is a claim that nothing holds."""

import ast
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([^`\n]+)`", TEXT)))
FILES = [name for name in NAMED if re.match(r"(tests|scripts|voting)/", name)]
MODULES = [name for name in NAMED if name.startswith("voting.")]


@cache
def functions_of(path: str) -> set[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("name", FILES)
def test_a_named_file_or_test_exists(name: str) -> None:
    path, _, test = name.partition("::")
    assert (ROOT / path).is_file()
    assert not test or test in functions_of(path)


@pytest.mark.parametrize("name", MODULES)
def test_a_named_module_exists(name: str) -> None:
    assert find_spec(name) is not None


def rows() -> list[str]:
    return [line for line in TEXT.splitlines() if line.startswith("| **")]


def test_every_phase_preset_and_attacker_has_its_row() -> None:
    titles = [re.findall(r"\*\*(.+?)\*\*", row)[0] for row in rows()]
    for phase in ("draft", "letters", "open", "closed", "counted", "afterwards"):
        assert any(title.startswith(phase) for title in titles), phase
    for preset in ("confidential", "secret", "open"):
        assert preset in titles
    for attacker in ("organiser", "trustees below", "trustees at", "letter thief", "neighbour", "network"):
        assert any(title.startswith(attacker) for title in titles), attacker
    for attacker in ("voter's phone", "coercer", "auditors"):
        assert any(attacker in title for title in titles), attacker
    for row in rows():
        assert len(re.findall(r"(?<!\\)\|", row)) in (5, 6), row


def test_the_summary_is_chinese_and_the_readme_leads_here() -> None:
    assert len(re.findall(r"[\u4e00-\u9fff]", TEXT.partition("\n---\n")[0])) > 300
    assert "](SECURITY.md)" in (ROOT / "README.md").read_text(encoding="utf-8")
