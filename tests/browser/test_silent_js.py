"""Lists of silent voters that fit the roll and the log, or do not: Python and the browser say the same."""

import json
from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest
from playwright.sync_api import Page

from voting.errors import Refusal, Refused
from voting.services.auditors_part import DEEMED, ROLL, verify_deemed
from voting.services.log_lines import Entry

pytestmark = pytest.mark.browser

ROLL_BODY = b'[[1,["1-1-101","1-1-102"],15050],[2,["1-1-201"],9025],[3,["2-1-101"],7000]]'


def line(voter: int, labels: list[str], area: int) -> bytes:
    units = [{"label": label, "ground": "signed", "on": "2026-05-03", "entry": None} for label in labels]
    said = {"voter": voter, "units": units, "area_dm2": area}
    return json.dumps(said, separators=(",", ":")).encode() + b"\n"


WHOLE, PART, SECOND = (
    line(1, ["1-1-101", "1-1-102"], 15050),
    line(1, ["1-1-102"], 6188),
    line(2, ["1-1-201"], 9025),
)
# The file, what the log tells of heads and area, and the refusal (None: it fits).
CASES: list[tuple[bytes, tuple[int, int], Refusal | None]] = [
    (b"", (0, 0), None),
    (WHOLE + SECOND, (2, 24075), None),
    (PART + SECOND, (2, 15213), None),
    (WHOLE + SECOND, (1, 24075), Refusal.EXPORT_FILE_DIFFERS),
    (WHOLE + SECOND, (2, 24074), Refusal.EXPORT_FILE_DIFFERS),
    (SECOND + WHOLE, (2, 24075), Refusal.DEEMED_VOTER_DIFFERS),
    (WHOLE + WHOLE, (2, 30100), Refusal.DEEMED_VOTER_DIFFERS),
    (line(9, ["9-9-901"], 100), (1, 100), Refusal.DEEMED_VOTER_DIFFERS),
    (line(2, ["2-1-101"], 7000), (1, 7000), Refusal.DEEMED_VOTER_DIFFERS),
    (line(1, ["1-1-102", "1-1-101"], 15050), (1, 15050), Refusal.DEEMED_VOTER_DIFFERS),
    (line(1, ["1-1-101", "1-1-101"], 15050), (1, 15050), Refusal.DEEMED_VOTER_DIFFERS),
    (line(1, ["1-1-101", "1-1-102"], 15049), (1, 15049), Refusal.DEEMED_VOTER_DIFFERS),
    (line(1, ["1-1-102"], 15050), (1, 15050), Refusal.DEEMED_VOTER_DIFFERS),
    (line(1, ["1-1-102"], 0), (1, 0), Refusal.DEEMED_VOTER_DIFFERS),
    (line(2, [], 0), (1, 0), Refusal.DEEMED_VOTER_DIFFERS),
    (SECOND[:-1], (1, 9025), Refusal.JSON_MALFORMED),
    (SECOND.replace(b'"voter":2', b'"voter": 2'), (1, 9025), Refusal.JSON_NOT_CANONICAL),
    (SECOND.replace(b"null", b"true"), (1, 9025), Refusal.JSON_MALFORMED),
    (SECOND.replace(b'"voter"', b'"votes"'), (1, 9025), Refusal.JSON_MALFORMED),
]
SCRIPT = """
async (cases) => {
  const { verifyDeemed } = await import("/js/verifier/openings.js");
  const { Refused } = await import("/js/protocol/refused.js");
  const { parse } = await import("/js/protocol/json.js");
  const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return cases.map(({ files, rules, details }) => {
    const found = new Map(Object.entries(files).map(([name, body]) => [name, bytes(body)]));
    try {
      return { count: verifyDeemed(found, parse(rules), { details: parse(details) }) };
    } catch (error) {
      if (!(error instanceof Refused)) return { failed: error.stack };
      return { refusal: error.refusal, place: error.context };
    }
  });
}
"""


def said(files: dict[str, bytes], rules: dict[str, Any], details: dict[str, Any]) -> dict[str, Any]:
    try:
        counted = Entry(1, "2026-05-09T00:00:00Z", "wang", "election-counted", details, "0" * 64, "")
        return {"count": verify_deemed(files, rules, counted)}
    except Refused as refused:
        return {"refusal": refused.refusal.value, "place": refused.context}


def test_the_browser_says_the_same_of_each_list(static_page: Page) -> None:
    given, here = [], []
    for body, (heads, area), refusal in CASES:
        rules = {"roll_sha256": sha256(ROLL_BODY).hexdigest()}
        details = {"deemed": {"heads": heads, "area_dm2": area}, "deemed_sha256": sha256(body).hexdigest()}
        files = {ROLL: ROLL_BODY, DEEMED: body}
        for found, told, expected in (
            (files, details, refusal),
            (files, details | {"deemed_sha256": "ab" * 32}, Refusal.EXPORT_FILE_DIFFERS),
            ({ROLL: ROLL_BODY}, details, Refusal.EXPORT_INCOMPLETE),
            ({**files, ROLL: ROLL_BODY + b" "}, details, Refusal.EXPORT_FILE_DIFFERS),
        ):
            answer = said(found, rules, told)
            assert answer.get("refusal") == (expected.value if expected else None)
            here.append(answer)
            packed = {name: b64encode(each).decode() for name, each in found.items()}
            given.append({"files": packed, "rules": json.dumps(rules), "details": json.dumps(told)})
    assert static_page.evaluate(SCRIPT, given) == here
