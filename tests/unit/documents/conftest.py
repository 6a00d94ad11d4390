"""Papers of one small election, and what a reader of PDF sees of them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from tests.camera import codes_in
from voting.documents.letters import ElectionNotice, Letter
from voting.documents.report import ReportFacts
from voting.rules.agenda import agenda_from_json
from voting.rules.outcome import Measured, decide, rules_document
from voting.rules.roll import Voter

FIXTURES = Path(__file__).parents[2] / "fixtures"
UUID = "h8sQjXqk3LmN7p"
CODES = (
    "AbCdE-FgHiJk-mNoPq-RsTuVw-xYz1",
    "23456-789ABC-DEFGH-JKLMNP-QRST",
    "WWWWW-mmmmmm-WWWWW-mmmmmm-WWWW",
)


@pytest.fixture
def notice() -> ElectionNotice:
    return ElectionNotice(
        estate="金苹果小区",
        title="金苹果小区首次业主大会会议",
        questions=("是否同意通过《议事规则》？", "选举第一届业主委员会委员（7选5）"),
        opens_at=datetime(2026, 11, 23, 1, 0, tzinfo=UTC),
        closes_at=datetime(2026, 12, 7, 16, 30, tzinfo=UTC),
        help="筹备组值班室（3 号楼西侧），每天 18:30–20:30。",
        base_url="https://vote.example.cn",
    )


@pytest.fixture
def letter() -> Callable[..., Letter]:
    """A letter with the given differences from the ordinary one."""

    def make(voter: int = 1, **different: object) -> Letter:
        code = CODES[voter % len(CODES)]
        values: dict[str, object] = {
            "name": "王秀英",
            "building": "1",
            "units": (f"1-1-{voter}01",),
            "area_m2": "88.62",
            "link": f"https://vote.example.cn/v/{UUID}#{code.rpartition('-')[0]}",
            "code": code,
        }
        return Letter(voter=voter, **(values | different))  # type: ignore[arg-type]

    return make


def qr_codes(pdf: bytes) -> list[list[str]]:
    """What a camera reads on each page."""
    document = pypdfium2.PdfDocument(pdf)
    return [[c.text for c in codes_in(page.render(scale=3).to_pil())] for page in document]


def texts(pdf: bytes) -> list[str]:
    """Each page's text, as a search or a screen reader finds it."""
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]


FACTS = ReportFacts(
    uuid=UUID,
    opened_at=datetime(2026, 11, 23, 1, 0, tzinfo=UTC),
    closed_at=datetime(2026, 12, 8, 10, 0, tzinfo=UTC),
    counted_at=datetime(2026, 12, 8, 11, 0, tzinfo=UTC),
    early_close_reason=None,
    owners_head="1" * 64,
    area_head="2" * 64,
    rules_sha256="3" * 64,
)


def _rules() -> dict[str, Any]:
    agenda = json.loads((FIXTURES / "golden-apple-agenda.json").read_text("utf-8"))
    window = {"opens_at": "2026-11-23T01:00:00+00:00", "closes_at": "2026-12-08T10:00:00+00:00"}
    whole = Voter(1, "全体", (), 1326050, "1", ())
    rules = rules_document(agenda_from_json(agenda | window), [whole], receipt_key="ab" * 32)
    return rules | {"electorate": {"owners": 156, "area_dm2": 1326050}}


def _decided(rules: dict[str, Any], numbers: dict[str, Any]) -> dict[str, Any]:
    def measured(key: str) -> Measured:
        def value(both: dict[str, Any]) -> int:
            return int(str(both[key]).replace(".", ""))

        result = tuple(tuple(map(value, q["counts"].values())) for q in numbers["questions"].values())
        return Measured(value(numbers["participation"]), value(numbers["electorate"]), result)

    return decide(rules, measured("owners"), measured("area_m2")) | {"uuid": UUID}


def golden() -> tuple[dict[str, Any], dict[str, Any]]:
    """rules.json and outcome.json of the golden apple estate, as the rules make them."""
    expected = json.loads((FIXTURES / "golden-apple-expected.json").read_text("utf-8"))
    rules = _rules()
    return rules, _decided(rules, expected)


def with_counts(owners: int, area: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The same election in which so many took part, all for the motions and for nobody."""
    expected = json.loads((FIXTURES / "golden-apple-expected.json").read_text("utf-8"))
    took_part, nothing = {"owners": owners, "area_m2": area}, {"owners": 0, "area_m2": "0.00"}
    expected["participation"] = took_part
    for question in expected["questions"].values():
        question["counts"] = {
            choice: took_part if choice == "同意" else nothing for choice in question["counts"]
        }
    rules = _rules()
    return rules, _decided(rules, expected)
