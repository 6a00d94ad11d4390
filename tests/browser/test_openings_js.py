"""Single ballots that were opened: both verifiers say the same, of what is right and of every way to lie.

The records are those of `tests.unit.services.test_auditors_part`, taken where its tests have them verified.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.assembly import Assembly
from tests.browser.remembering import REMEMBER
from tests.unit.services import test_auditors_part as part
from tests.unit.services.conftest import assembly as assembly
from voting.rules.outcome import canonical_json
from voting.services.log_lines import Entry
from voting.services.verification import Verification, verify_files
from voting.store.engine import Store

pytestmark = [pytest.mark.browser, pytest.mark.thorough]

Files = dict[str, bytes]

VERIFIER = (
    REMEMBER
    + """
import { verifyFiles } from "ORIGIN/js/verifier/verification.js";

const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
const plain = (_, value) => (value instanceof Map ? Object.fromEntries(value) : value);
window.verified = async (records) => {
  const answers = [];
  for (const files of records) {
    const found = new Map(Object.entries(files).map(([name, body]) => [name, bytes(body)]));
    const { report } = await verifyFiles(found);
    answers.push(JSON.parse(JSON.stringify(report, plain)));
  }
  return answers;
};
"""
)


class Recorded:
    """Stands in for `verify_files`, and keeps what it was given and what it said."""

    def __init__(self) -> None:
        self.records: list[tuple[Files, dict[str, Any]]] = []

    def __call__(self, files: Files) -> Verification:
        verification = verify_files(files)
        self.records.append((dict(files), json.loads(json.dumps(verification.as_json()))))
        return verification

    def compare(self, page: Page) -> None:
        """The browser's verifier says the same of all of them."""
        given = [
            {name: b64encode(body).decode() for name, body in files.items()} for files, _ in self.records
        ]
        assert page.evaluate("(records) => verified(records)", given) == [said for _, said in self.records]


@pytest.fixture(scope="module")
def verifier(static_page: Page) -> Page:
    """A page with `verified(records)`."""
    origin = static_page.evaluate("location.origin")
    static_page.add_script_tag(content=VERIFIER.replace("ORIGIN", origin), type="module")
    static_page.wait_for_function("'verified' in window")
    return static_page


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """One kind of database is enough: what is compared are files."""
    url = f"sqlite:///{tmp_path / 'voting.sqlite'}"
    store = Store(url)
    store.migrate()
    store.close()
    return url


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Recorded:
    made = Recorded()
    monkeypatch.setattr(part, "verify_files", made)
    return made


@pytest.mark.parametrize(
    "held",
    [
        part.test_the_part_holds_what_was_opened_and_everything_is_checked,
        part.test_a_circle_s_opening_is_checked_too,
        part.test_what_the_server_can_repair_is_found_all_the_same,
        *(
            pytest.param(held, marks=pytest.mark.thorough)
            for held in (
                part.test_the_public_record_tells_who_why_and_when_but_not_what,
                part.test_without_an_opening_nothing_is_said_of_openings,
                part.test_files_that_are_not_those_that_the_log_pins,
                part.test_an_opening_of_another_ballot_is_found,
                part.test_shares_of_trustees_who_did_not_approve_are_found,
                part.test_ballots_of_an_open_election_are_all_there_and_in_order,
            )
        ),
    ],
    ids=lambda held: held.__name__,
)
def test_both_say_the_same(
    held: Callable[[Assembly], None], assembly: Assembly, verifier: Page, recorded: Recorded
) -> None:
    held(assembly)
    assert recorded.records
    recorded.compare(verifier)


@pytest.mark.parametrize("with_circle", [False, True])
def test_every_ballot_of_an_open_election(
    with_circle: bool, assembly: Assembly, verifier: Page, recorded: Recorded
) -> None:
    part.test_in_an_open_election_the_count_opens_every_ballot(assembly, with_circle)
    recorded.compare(verifier)


def test_every_log_that_tells_of_openings_in_no_right_way(
    assembly: Assembly, verifier: Page, recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: Files = {}
    confidential, told = part.confidential, part.verify_openings_told

    def remembered(held: Assembly) -> Any:
        other, made = confidential(held)
        files.update(made)
        return other, made

    def retold(entries: Sequence[Entry], rules: dict[str, Any], trustees: Any) -> Any:
        lines: list[bytes] = []
        for entry in entries:
            fields = {name: getattr(entry, name) for name in ("seq", "time", "actor", "act", "details")}
            previous = sha256(lines[-1]).hexdigest() if lines else "0" * 64
            lines.append(canonical_json({**fields, "previous": previous}))
        if rules["secrecy"] == "confidential":
            recorded(files | {"audit-log.jsonl": b"".join(line + b"\n" for line in lines)})
        return told(entries, rules, trustees)

    monkeypatch.setattr(part, "confidential", remembered)
    monkeypatch.setattr(part, "verify_openings_told", retold)
    part.test_a_log_that_tells_of_openings_in_no_right_way_is_refused(assembly)
    assert len(recorded.records) > 20
    recorded.compare(verifier)
