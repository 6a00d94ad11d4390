"""The auditors' part of a record: what is in it, who gets it, and every way in which it can lie."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from tests.assembly import AGENDA, Assembly
from tests.openings import PDF, REASON, after_closing, auditor, circle, png, share
from tests.refusals import refusal_of
from voting.errors import Refusal, Refused
from voting.protocol.audit import verify_twins
from voting.services import approvals, elections, openings
from voting.services.auditors_part import verify_openings_told
from voting.services.log import entries
from voting.services.log_lines import Entry, signed_line
from voting.services.record import export_for_auditors, export_record, sealed_record
from voting.services.site import Actor, Keys
from voting.services.trustee import Share, decrypt, partial_decryptions
from voting.services.verification import Verification, verify_files

pytestmark = pytest.mark.either_database

Files = dict[str, bytes]
RECEIPT_KEY = Keys.derive(b"a master secret of 32 bytes only").receipt_key  # of the site in tests/conftest.py


def unzipped(body: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(body)) as files:
        return {name: files.read(name) for name in files.namelist()}


def later(assembly: Assembly) -> Any:
    return assembly.closes_at + timedelta(hours=2)


def ask(assembly: Assembly, whose: str, document: bytes = PDF) -> int:
    now = later(assembly)
    return openings.request_opening(
        assembly.site, assembly.uuid, whose, REASON, document, assembly.actor, now
    )


def confidential(assembly: Assembly) -> tuple[Actor, Files]:
    """Counted; the second voter's ballot was opened, the first one's request declined."""
    after_closing(assembly.open())
    assembly.count()
    other = auditor(assembly)
    for whose, document in (("2", PDF), ("1", png())):
        ask(assembly, whose, document)
    now = later(assembly)
    approvals.approve_opening(assembly.site, assembly.uuid, 1, other, now)
    approvals.decline_opening(assembly.site, assembly.uuid, 2, "附件不是本人写的", other, now)
    return other, unzipped(export_for_auditors(assembly.site, assembly.uuid, now, other))


def found(files: Files) -> list[tuple[str, dict[str, Any]]]:
    return [(each.refusal.value, each.context) for each in verify_files(files).findings]


@pytest.mark.both_databases
def test_the_part_holds_what_was_opened_and_everything_is_checked(assembly: Assembly) -> None:
    other, files = confidential(assembly)
    assert {name for name in files if name.startswith("auditor/")} == {
        "auditor/roll.json",
        "auditor/openings.jsonl",
        "auditor/attachment-1.pdf",
        "auditor/attachment-2.png",
    }
    (line,) = files["auditor/openings.jsonl"].splitlines()
    said = json.loads(line)
    assert (said["voter"], said["ballot"]["choices"]) == (2, [[0, 1, 0], [0, 0, 1, 0]])
    verified = verify_files(files)
    assert verified.findings == ()
    assert {"openings", "auditors-part"} <= {*verified.checked}
    assert "voters" in verified.not_checked
    assert verified.facts["auditors_part"] == {"opened": 1, "ballots": 0}
    assert "other_files" not in verified.facts
    assert other.role == "auditor"


def test_the_public_record_tells_who_why_and_when_but_not_what(assembly: Assembly) -> None:
    confidential(assembly)
    files = unzipped(export_record(assembly.site, assembly.uuid, later(assembly)))
    assert not [name for name in files if name.startswith("auditor/")]
    verified = verify_files(files)
    assert verified.findings == ()
    assert "openings" in verified.checked
    assert "auditors-part" in verified.not_checked
    told = [json.loads(line) for line in files["audit-log.jsonl"].splitlines()]
    opened = next(entry for entry in told if entry["act"] == "ballot-opened")
    assert opened["details"]["reason"] == REASON
    everything = b"".join(files.values())
    assert b'"choices":[[0,1,0]' not in everything


def test_without_an_opening_nothing_is_said_of_openings(assembly: Assembly) -> None:
    after_closing(assembly.open())
    assembly.count()
    verified = verify_files(unzipped(export_record(assembly.site, assembly.uuid, later(assembly))))
    assert verified.findings == ()
    said = {*verified.checked, *verified.not_checked}
    assert not said & {"openings", "auditors-part", "voters"}
    other = auditor(assembly)
    files = unzipped(export_for_auditors(assembly.site, assembly.uuid, later(assembly), other))
    assert verify_files(files).findings == ()


def test_only_auditors_get_it_and_only_after_the_count(assembly: Assembly) -> None:
    after_closing(assembly.open())
    other = auditor(assembly)
    export = lambda who: export_for_auditors(assembly.site, assembly.uuid, later(assembly), who)  # noqa: E731
    assert refusal_of(lambda: export(other)) is Refusal.ELECTION_WRONG_PHASE
    assembly.count()
    assert refusal_of(lambda: export(assembly.actor)) is Refusal.ROLE_NOT_ALLOWED
    export(other)
    last = entries(assembly.site, assembly.uuid)[-1]
    assert (last.act, last.actor, last.details["auditors"]) == ("record-exported", "ju", True)


def test_a_circle_s_opening_is_checked_too(assembly: Assembly) -> None:
    keys, parameters = circle()
    after_closing(assembly.open(parameters))
    ask(assembly, "2")
    now = later(assembly)
    for trustee in (3, 1):
        body = share(assembly, 1, keys, trustee)
        approvals.approve_as_trustee(assembly.site, assembly.uuid, 1, trustee, str(trustee), body, now)
    _count(assembly, [decrypt(key, _archives(assembly)).share for key in keys[:2]])
    files = unzipped(export_for_auditors(assembly.site, assembly.uuid, now, auditor(assembly)))
    verified = verify_files(files)
    assert verified.findings == ()
    said = json.loads(files["auditor/openings.jsonl"])
    assert [each["owner"] for each in said["ballot"]["shares"]] == [1, 2, 4]


# every ballot


def _archives(assembly: Assembly) -> tuple[bytes, bytes]:
    files = unzipped(sealed_record(assembly.site, assembly.uuid))
    return files[f"owners/{assembly.uuid}.bel"], files[f"area/{assembly.uuid}.bel"]


def _rules(assembly: Assembly) -> bytes:
    return unzipped(sealed_record(assembly.site, assembly.uuid))["rules.json"]


def _count(assembly: Assembly, shares: list[Share]) -> None:
    elections.count_election(
        assembly.site,
        assembly.uuid,
        assembly.actor,
        later(assembly),
        shares={each.owner: partial_decryptions(each) for each in shares},
        ballot_shares={each.owner: each.ballots for each in shares if isinstance(each.ballots, tuple)},
    )


@pytest.mark.parametrize("with_circle", [False, True])
def test_in_an_open_election_the_count_opens_every_ballot(assembly: Assembly, with_circle: bool) -> None:
    assembly.agenda = AGENDA | {"secrecy": "open"}
    keys, parameters = circle() if with_circle else ([], None)
    after_closing(assembly.open(parameters))
    rules = _rules(assembly)
    _count(assembly, [decrypt(key, _archives(assembly), rules=rules).share for key in keys[1:]])
    files = unzipped(export_for_auditors(assembly.site, assembly.uuid, later(assembly), auditor(assembly)))
    said = [json.loads(line) for line in files["auditor/ballots.jsonl"].splitlines()]
    assert [(each["voter"], each["ballot"]["choices"]) for each in said] == [
        (1, [[1, 0, 0], [1, 1, 0, 0]]),
        (2, [[0, 1, 0], [0, 0, 1, 0]]),
    ]
    verified = verify_files(files)
    assert verified.findings == ()
    assert verified.facts["auditors_part"] == {"opened": 0, "ballots": 2}
    public = verify_files(unzipped(export_record(assembly.site, assembly.uuid, later(assembly))))
    assert public.findings == ()
    assert "auditors-part" in public.not_checked


def test_trustees_who_left_the_ballots_out_open_no_open_election(assembly: Assembly) -> None:
    assembly.agenda = AGENDA | {"secrecy": "open"}
    keys, parameters = circle()
    after_closing(assembly.open(parameters))
    shares = [decrypt(key, _archives(assembly)).share for key in keys]
    assert refusal_of(lambda: _count(assembly, shares)) is Refusal.DECRYPTION_TOO_FEW
    with assembly.site.store.read() as tx:
        assert openings.rows.opened_ballots(tx, assembly.uuid) == []


def test_a_trustee_s_share_of_ballots_has_the_record_s_own_rules(assembly: Assembly) -> None:
    assembly.agenda = AGENDA | {"secrecy": "open"}
    keys, parameters = circle()
    after_closing(assembly.open(parameters))
    rules = _rules(assembly).replace(b'"open"', b'"secret"')
    assert refusal_of(lambda: decrypt(keys[0], _archives(assembly), rules=rules)) is Refusal.RULES_NOT_BOUND


# what is wrong with files


def altered(line: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    said = json.loads(line)
    change(said)
    return json.dumps(said, separators=(",", ":")).encode()


def test_files_that_are_not_those_that_the_log_pins(assembly: Assembly) -> None:
    _, files = confidential(assembly)
    line = files["auditor/openings.jsonl"]

    def with_(name: str, body: bytes | None) -> list[tuple[str, dict[str, Any]]]:
        changed = dict(files)
        if body is None:
            del changed[name]
        else:
            changed[name] = body
        return found(changed)

    wrong = altered(line[:-1], lambda said: said["ballot"]["choices"].reverse()) + b"\n"
    assert with_("auditor/openings.jsonl", wrong) == [("opening-not-logged", {"line": 1})]
    assert with_("auditor/openings.jsonl", line + line) == [("opening-not-logged", {"line": 2})]
    assert with_("auditor/openings.jsonl", b"") == [("opening-missing", {"opening": 1})]
    assert with_("auditor/openings.jsonl", line[:-1]) == [
        ("json-malformed", {"what": "auditor/openings.jsonl"})
    ]
    for name in ("auditor/openings.jsonl", "auditor/roll.json", "auditor/attachment-2.png"):
        assert with_(name, None) == [("export-incomplete", {"name": name})]
    for name in ("auditor/roll.json", "auditor/attachment-1.pdf"):
        assert with_(name, files[name] + b" ") == [("export-file-differs", {"name": name})]
    other = verify_files(files | {"auditor/attachment-3.pdf": PDF, "auditor/ballots.jsonl": b""})
    assert other.facts["other_files"] == ["auditor/attachment-3.pdf", "auditor/ballots.jsonl"]


class Retold:
    """A record whose log, and the line that it pins, were written anew by whoever holds the server."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.told = [json.loads(line) for line in files["audit-log.jsonl"].splitlines()]
        self.uuid = json.loads(files["outcome.json"])["uuid"]

    def entry(self, act: str) -> dict[str, Any]:
        found: dict[str, Any] = next(entry for entry in self.told if entry["act"] == act)
        return found

    def line(self, change: Callable[[dict[str, Any]], object]) -> "Retold":
        """Change the opened ballot and pin what it is now."""
        line = altered(self.files["auditor/openings.jsonl"][:-1], change)
        self.files = self.files | {"auditor/openings.jsonl": line + b"\n"}
        self.entry("ballot-opened")["details"]["proof_sha256"] = sha256(line).hexdigest()
        return self

    def verified(self) -> Verification:
        lines: list[bytes] = []
        for number, entry in enumerate(self.told, 1):
            previous = sha256(lines[-1]).hexdigest() if lines else "0" * 64
            unsigned = {key: value for key, value in entry.items() if key != "signature"}
            chained = unsigned | {"seq": number, "previous": previous}
            lines.append(signed_line(self.uuid, chained, RECEIPT_KEY))
        log = b"".join(line + b"\n" for line in lines)
        return verify_files(self.files | {"audit-log.jsonl": log})

    def found(self) -> list[tuple[str, dict[str, Any]]]:
        """What is found but for the checkpoint, which the server would sign anew."""
        return [
            (each.refusal.value, each.context)
            for each in self.verified().findings
            if each.refusal is not Refusal.CHECKPOINT_INVALID
        ]


def test_what_the_server_can_repair_is_found_all_the_same(assembly: Assembly) -> None:
    _, files = confidential(assembly)
    assert Retold(files).found() == []

    def choices(said: dict[str, Any]) -> None:
        said["ballot"]["choices"][0] = [1, 0, 0]

    def proof(said: dict[str, Any]) -> None:
        said["ballot"]["shares"][0]["decryption"]["decryption_proofs"][1][2]["response"] = "1"

    def voter(said: dict[str, Any]) -> None:
        said["voter"] = 3

    def nobody(said: dict[str, Any]) -> None:
        said["voter"] = 77

    opening = {"opening": 1}
    for change, refusal, place in (
        (choices, "opened-choices-mismatch", {"question": 1, **opening}),
        (proof, "decryption-proof-invalid", {"trustee": 1, "question": 2, "choice": 3, **opening}),
        (voter, "opening-voter-differs", {"voter": 3, **opening}),
        (nobody, "opening-voter-differs", {"voter": 77, **opening}),
    ):
        assert Retold(files).line(change).found() == [(refusal, place)]


def test_an_opening_of_another_ballot_is_found(assembly: Assembly) -> None:
    _, files = confidential(assembly)
    retold = Retold(files)
    other = next(e for e in retold.told if e["act"] == "opening-requested" and e["details"]["opening"] == 2)
    retold.entry("opening-requested")["details"]["tracker"] = other["details"]["tracker"]
    retold.entry("ballot-opened")["details"]["tracker"] = other["details"]["tracker"]
    assert retold.found() == [("opened-other-ballot", {"opening": 1})]
    for act in ("opening-requested", "ballot-opened"):
        retold.entry(act)["details"]["tracker"] = "A" * 43
    assert retold.found() == [("opening-ballot-unknown", {"opening": 1})]


def test_a_log_that_tells_of_openings_in_no_right_way_is_refused(assembly: Assembly) -> None:
    _, files = confidential(assembly)
    site, uuid = assembly.site, assembly.uuid
    honest = entries(site, uuid)
    twins = verify_twins(files[f"owners/{uuid}.bel"], files[f"area/{uuid}.bel"])
    rules = json.loads(files["rules.json"])
    lines = {entry.act: entry.seq for entry in reversed(honest)}

    def told(change: Callable[[list[dict[str, Any]]], object], secrecy: str = "confidential") -> Any:
        changed = [
            {"time": e.time, "actor": e.actor, "act": e.act, "details": dict(e.details)} for e in honest
        ]
        change(changed)
        made = [Entry(seq=seq, previous="", **each) for seq, each in enumerate(changed, 1)]
        try:
            return verify_openings_told(made, rules | {"secrecy": secrecy}, twins.owners.setup.trustees)
        except Refused as refused:
            return refused.refusal.value, refused.context

    asked, second = lines["opening-requested"], lines["opening-requested"] + 1
    approved, opened, declined = lines["opening-approved"], lines["ballot-opened"], lines["opening-declined"]
    assert [each.number for each in told(lambda _: None)] == [1, 2]

    def change(line: int, **details: Any) -> Callable[[list[dict[str, Any]]], object]:
        return lambda log: log[line - 1]["details"].update(details)

    def drop(line: int) -> Callable[[list[dict[str, Any]]], object]:
        return lambda log: log.pop(line - 1)

    def repeat(line: int, at: int | None = None) -> Callable[[list[dict[str, Any]]], object]:
        return lambda log: log.insert(line if at is None else at - 1, log[line - 1])

    for secrecy in ("secret", "open"):
        assert told(lambda _: None, secrecy) == ("opening-against-rules", {"line": asked})
    not_approved = ("opening-not-approved", {"opening": 1, "line": opened - 1})
    assert told(drop(approved)) == not_approved
    for made, line, place in (
        (drop(asked), asked, "opening"),
        (repeat(asked, 1), 1, "election-closed"),
        (repeat(asked), second, "opening"),
        (repeat(approved), approved + 1, "role"),
        (repeat(opened), opened + 1, "opening"),
        (repeat(declined), declined + 1, "opening"),
        (change(asked, opening="1"), asked, "opening"),
        (change(asked, opening=True), asked, "opening"),
        (change(second, opening=7), second, "opening"),
        (change(asked, role="trustee"), asked, "role"),
        (change(asked, attachment="exe"), asked, "attachment"),
        (change(approved, role="organiser"), approved, "role"),
        (change(approved, opening=2), declined, "role"),
        (change(opened, opening=3), opened, "opening"),
        (change(opened, tracker="x"), opened, "tracker"),
        (change(opened, reason="别的理由"), opened, "reason"),
        (change(opened, attachment_sha256="x"), opened, "attachment_sha256"),
        (change(opened, requested_by="li"), opened, "requested_by"),
        (change(declined, opening=9), declined, "opening"),
    ):
        result = told(made)
        if place == "role" and line == declined:
            assert result == ("opening-not-approved", {"opening": 1, "line": opened})
        else:
            assert result == ("log-disagrees", {"line": line, "place": place}), place


def test_shares_of_trustees_who_did_not_approve_are_found(assembly: Assembly) -> None:
    keys, parameters = circle()
    after_closing(assembly.open(parameters))
    ask(assembly, "2")
    now = later(assembly)
    for trustee in (1, 2):
        body = share(assembly, 1, keys, trustee)
        approvals.approve_as_trustee(assembly.site, assembly.uuid, 1, trustee, str(trustee), body, now)
    _count(assembly, [decrypt(key, _archives(assembly)).share for key in keys[:2]])
    files = unzipped(export_for_auditors(assembly.site, assembly.uuid, now, auditor(assembly)))
    retold = Retold(files)
    approved = [entry for entry in retold.told if entry["act"] == "opening-approved"]
    approved[1]["details"]["trustee"] = 3
    assert retold.found() == [("opening-not-approved", {"opening": 1})]
    approved[1]["details"]["trustee"] = 1
    assert retold.found() == [
        ("log-disagrees", {"line": retold.told.index(approved[1]) + 1, "place": "trustee"})
    ]
    approved[1]["details"]["trustee"] = 4
    assert retold.found() == [
        ("log-disagrees", {"line": retold.told.index(approved[1]) + 1, "place": "trustee"})
    ]
    retold.told.remove(approved[1])
    opened = retold.entry("ballot-opened")
    line = retold.told.index(opened) + 1
    assert retold.found() == [("opening-not-approved", {"opening": 1, "line": line})]


def test_ballots_of_an_open_election_are_all_there_and_in_order(assembly: Assembly) -> None:
    assembly.agenda = AGENDA | {"secrecy": "open"}
    after_closing(assembly.open())
    _count(assembly, [])
    files = unzipped(export_for_auditors(assembly.site, assembly.uuid, later(assembly), auditor(assembly)))
    first, second = files["auditor/ballots.jsonl"].splitlines()

    def with_(*lines: bytes) -> list[tuple[str, dict[str, Any]]]:
        body = b"".join(line + b"\n" for line in lines)
        changed = Retold(files | {"auditor/ballots.jsonl": body})
        assert changed.found() == [("export-file-differs", {"name": "auditor/ballots.jsonl"})]
        changed.entry("election-counted")["details"]["ballots_sha256"] = sha256(body).hexdigest()
        return changed.found()

    assert with_(second, first) == [("opened-other-ballot", {"height": 1})]
    assert with_(first) == [("opening-missing", {"opening": 2, "height": 2})]
    assert with_(first, second, second) == [("opening-not-logged", {"line": 3})]
    swapped = altered(first, lambda said: said.update(voter=2))
    assert with_(swapped, second) == [("opening-voter-differs", {"voter": 2, "height": 1})]
    wrong = altered(second, lambda said: said["ballot"].update(choices=[[1, 0, 0], [0, 0, 1, 0]]))
    assert with_(first, wrong) == [("opened-choices-mismatch", {"question": 1, "height": 2})]
    del files["auditor/ballots.jsonl"]
    assert found(files) == [("export-incomplete", {"name": "auditor/ballots.jsonl"})]
