"""The golden-apple election from register to record, and what verification says of it and of its changes."""

import io
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.elections import rechained
from tests.letters import recorded
from voting.errors import Refusal, Refused
from voting.protocol.archive import read_archive
from voting.protocol.board import archive_parts
from voting.rules.outcome import canonical_json
from voting.services.log_lines import BEFORE_THE_FIRST, read_lines
from voting.services.rehearsal import Input, Rehearsal, register_problems, rehearse
from voting.services.verification import Verification, verify_path

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
NOW = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
EXPECTED = json.loads((FIXTURES / "golden-apple-expected.json").read_text(encoding="utf-8"))
ADDRESS = "https://vote.example.org"

Files = dict[str, bytes]


def golden_apple(**changes: Any) -> Input:
    given = Input(
        roll_name="golden-apple-roll.xlsx",
        roll=(FIXTURES / "golden-apple-roll.xlsx").read_bytes(),
        agenda=(FIXTURES / "golden-apple-agenda.json").read_bytes(),
        choices_name="golden-apple-choices.csv",
        choices=(FIXTURES / "golden-apple-choices.csv").read_bytes(),
    )
    return replace(given, **changes)


def silent(_stage: object) -> Callable[[int, int], None]:
    return lambda _done, _total: None


@pytest.fixture(scope="module")
def held() -> Rehearsal:
    with recorded():
        return rehearse(golden_apple(), NOW, ADDRESS, silent)


FEW = b"".join(golden_apple().choices.splitlines(keepends=True)[:5])


@pytest.fixture(scope="module")
def small() -> Rehearsal:
    """The same election with four ballots: for the changes, each of which verifies everything again."""
    with recorded():
        return rehearse(golden_apple(choices=FEW), NOW, ADDRESS, silent)


@pytest.fixture
def export(small: Rehearsal, tmp_path: Path) -> Path:
    path = tmp_path / "EXPORT.zip"
    path.write_bytes(small.export)
    return path


@pytest.fixture
def golden_export(held: Rehearsal, tmp_path: Path) -> Path:
    path = tmp_path / "EXPORT.zip"
    path.write_bytes(held.export)
    return path


def contains(whole: object, part: object) -> bool:
    """Whether `part` stands in `whole`: objects may have more keys, everything else is equal."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(key in whole and contains(whole[key], value) for key, value in part.items())
    return whole == part


def test_the_outcome_is_the_expected_one_to_the_last_digit(held: Rehearsal) -> None:
    with zipfile.ZipFile(io.BytesIO(held.export)) as export:
        outcome = json.loads(export.read("outcome.json"))
    assert contains(outcome, EXPECTED)
    assert contains(outcome, held.outcome)
    assert outcome["uuid"] == held.uuid


def test_the_same_election_in_the_other_group(
    small: Rehearsal, tmp_path: Path, recorded_letters: None
) -> None:
    held = rehearse(golden_apple(choices=FEW), NOW, ADDRESS, silent, "Ed25519")
    assert held.outcome | {"uuid": small.uuid} == small.outcome | {"uuid": small.uuid}
    path = tmp_path / "EXPORT.zip"
    path.write_bytes(held.export)
    verification = verify_path(path, jobs=2)
    assert verification.valid, verification.findings
    with zipfile.ZipFile(path) as export:
        assert json.loads(export.read("rules.json"))["group"] == "Ed25519"
        assert "Ed25519" in export.read("report.html").decode()
        # What is said of the outside tool holds for this record.
        assert "2.1 以上的版本" in export.read("report.html").decode()
        assert "belenios-tool 2.1" in export.read("README.txt").decode()
    altered = verify_path(rewritten(path, alter_one_ballot))
    assert not altered.valid


def test_a_rehearsal_in_an_unknown_group_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        rehearse(golden_apple(), NOW, ADDRESS, silent, "RFC-3526-2048")
    assert caught.value.refusal is Refusal.GROUP_UNKNOWN


def test_the_export_holds_what_it_promises(held: Rehearsal) -> None:
    with zipfile.ZipFile(io.BytesIO(held.export)) as export:
        names = set(export.namelist())
    assert names == {
        f"owners/{held.uuid}.bel",
        f"area/{held.uuid}.bel",
        "rules.json",
        "outcome.json",
        "report.html",
        "results.xlsx",
        "audit-log.jsonl",
        "checkpoint.txt",
        "README.txt",
        "verify.html",
    }


def test_no_person_stands_in_the_export(held: Rehearsal) -> None:
    with zipfile.ZipFile(io.BytesIO(held.export)) as export:
        everything = b"".join(export.read(name) for name in export.namelist())
    for secret in ("李月娥", "99999919410202001X", "19900000001"):
        assert secret.encode() not in everything


def test_a_gb18030_register_gives_the_same_electorate(recorded_letters: None) -> None:
    roll = (FIXTURES / "golden-apple-roll.gb18030.csv").read_bytes()
    nobody = "房号,q1,q2,q3\n".encode()
    held = rehearse(golden_apple(roll_name="roll.csv", roll=roll, choices=nobody), NOW, ADDRESS, silent)
    assert held.outcome["electorate"] == {"owners": 156, "area_m2": "13260.50"}
    assert held.outcome["participation"] == {"owners": 0, "area_m2": "0.00"}
    assert held.outcome["quorum_met"] is False


def test_a_broken_register_is_refused_with_every_fault_named() -> None:
    given = golden_apple(roll=(FIXTURES / "broken-roll.xlsx").read_bytes())
    expected = json.loads((FIXTURES / "broken-roll-expected.json").read_text(encoding="utf-8"))
    assert [(p.row, p.label, p.problem.value) for p in register_problems(given, NOW)] == [
        (p["row"], p["房号"], p["problem"]) for p in expected
    ]
    with pytest.raises(Refused) as caught:
        rehearse(given, NOW, ADDRESS, silent)
    assert caught.value.refusal is Refusal.REGISTER_HAS_PROBLEMS


@pytest.mark.parametrize(
    ("choices", "refusal"),
    [
        ("房号,q1,q2,q3\n9-9-999,同意,同意,\n", Refusal.CHOICES_UNIT_UNKNOWN),
        ("房号,q1,q2,q3\n1-1-202,同意,同意,\n1-1-301,反对,同意,\n", Refusal.CHOICES_VOTER_TWICE),
        ("房号,q1,q2\n1-1-202,同意,同意\n", Refusal.CHOICES_COLUMN_MISSING),
    ],
)
def test_faulty_choices_are_refused_by_name(choices: str, refusal: Refusal) -> None:
    with pytest.raises(Refused) as caught:
        rehearse(golden_apple(choices=choices.encode()), NOW, ADDRESS, silent)
    assert caught.value.refusal is refusal


# Verification.


def rewritten(path: Path, change: Callable[[Files], None]) -> Path:
    with zipfile.ZipFile(path) as export:
        files = {name: export.read(name) for name in export.namelist()}
    change(files)
    made = path.with_name("CHANGED.zip")
    with zipfile.ZipFile(made, "w") as export:
        for name, body in files.items():
            export.writestr(name, body)
    return made


def alter_one_ballot(files: Files) -> None:
    """One response of the third ballot, in both archives, with the chains made anew."""
    for name in [name for name in files if name.endswith(".bel")]:
        archive = read_archive(files[name])
        links = list(archive.links)
        ballot = json.loads(links[3].records[0])
        proof = ballot["answers"][1]["individual_proofs"][0][0]
        proof["response"] = str(int(proof["response"]) - 1)
        altered = json.dumps(ballot, separators=(",", ":")).encode()
        links[3] = replace(links[3], records=(altered,))
        files[name] = b"".join(archive_parts(archive.timestamp, rechained(links)))


def found(verification: Verification) -> list[Refusal]:
    return [refused.refusal for refused in verification.findings]


def test_the_export_is_valid(golden_export: Path, held: Rehearsal) -> None:
    shown: list[tuple[int, int]] = []
    verification = verify_path(
        golden_export, jobs=2, progress=lambda done, total: shown.append((done, total))
    )
    assert verification.findings == ()
    assert verification.checked == (
        "archives",
        "rules",
        "log",
        "signatures",
        "documents",
        "outcome",
        "told",
        "checkpoint",
    )
    assert verification.not_checked == ("history", "papers", "omissions")
    assert verification.facts["uuid"] == held.uuid
    assert verification.facts["owners"]["num_tallied"] == 121
    assert verification.facts["area"]["total_weight"] == 991371
    assert shown == sorted(shown)
    assert len(shown) > 30
    assert shown[-1] == (121, 121)
    assert json.loads(json.dumps(verification.as_json()))["valid"] is True


def test_a_folder_and_a_single_archive_are_valid(export: Path, small: Rehearsal, tmp_path: Path) -> None:
    with zipfile.ZipFile(export) as files:
        files.extractall(tmp_path / "folder")
    assert verify_path(tmp_path / "folder").valid
    single = verify_path(tmp_path / "folder" / "area" / f"{small.uuid}.bel")
    assert single.valid
    assert "twin" in single.not_checked
    assert verify_path(tmp_path / "folder" / "owners").facts["archive"]["num_tallied"] == 4


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_altered_ballot_is_found_with_its_height(export: Path, jobs: int) -> None:
    verification = verify_path(rewritten(export, alter_one_ballot), jobs=jobs)
    assert found(verification) == [Refusal.BALLOT_SIGNATURE_INVALID]
    assert verification.findings[0].context["height"] == 3


def changed_json(files: Files, name: str, change: Callable[[dict[str, Any]], None]) -> None:
    content = json.loads(files[name])
    change(content)
    files[name] = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def test_changed_rules_are_found(export: Path) -> None:
    def change(files: Files) -> None:
        changed_json(files, "rules.json", lambda rules: rules["quorum"].update(numerator=1))

    assert found(verify_path(rewritten(export, change))) == [Refusal.RULES_NOT_BOUND]


def test_a_changed_outcome_is_found(export: Path) -> None:
    def change(files: Files) -> None:
        changed_json(files, "outcome.json", lambda outcome: outcome["questions"]["q2"].update(passed=True))

    assert found(verify_path(rewritten(export, change))) == [Refusal.OUTCOME_MISMATCH]


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        # Whoever reads the first of two equal names is told another outcome than whoever reads the last.
        (lambda body: b'{"quorum_met":true,' + body.lstrip()[1:], Refusal.JSON_NOT_CANONICAL),
        (lambda body: body.decode().encode("utf-16"), Refusal.JSON_MALFORMED),
        (lambda body: body + b"{}", Refusal.JSON_MALFORMED),
    ],
    ids=["a name twice", "another encoding", "trailing bytes"],
)
def test_an_outcome_that_two_readers_may_read_otherwise(
    export: Path, change: Callable[[bytes], bytes], refusal: Refusal
) -> None:
    def write(files: Files) -> None:
        files["outcome.json"] = change(files["outcome.json"])

    assert found(verify_path(rewritten(export, write))) == [refusal]


@pytest.mark.parametrize(
    "change",
    [
        lambda body: b"",
        lambda body: body.replace(b"\n", b"\r\n"),
        lambda body: body.replace(b"\n", b"\r"),
        lambda body: body[:-1],
        lambda body: body + b"\n",
    ],
    ids=["empty", "CRLF", "CR", "no last end", "an empty line"],
)
def test_a_log_has_one_form(export: Path, change: Callable[[bytes], bytes]) -> None:
    def write(files: Files) -> None:
        files["audit-log.jsonl"] = change(files["audit-log.jsonl"])

    assert Refusal.LOG_BROKEN in found(verify_path(rewritten(export, write)))


@pytest.mark.parametrize(
    "field", [{"seq": True}, {"time": 5}, {"time": "now"}, {"details": "x"}, {"actor": None}]
)
def test_a_line_of_the_log_has_its_types(field: dict[str, object]) -> None:
    time = "2026-05-01T00:00:00Z"
    line = {"seq": 1, "time": time, "actor": "", "act": "", "details": {}, "previous": BEFORE_THE_FIRST}
    read_lines([canonical_json(line)])
    with pytest.raises(Refused) as caught:
        read_lines([canonical_json(line | field)])
    assert caught.value.refusal is Refusal.LOG_BROKEN


def test_a_changed_log_is_found(export: Path) -> None:
    def drop_an_entry(files: Files) -> None:
        lines = files["audit-log.jsonl"].splitlines(keepends=True)
        files["audit-log.jsonl"] = b"".join(lines[:1] + lines[2:])

    def drop_the_last(files: Files) -> None:
        files["audit-log.jsonl"] = b"".join(files["audit-log.jsonl"].splitlines(keepends=True)[:-1])

    assert found(verify_path(rewritten(export, drop_an_entry))) == [Refusal.LOG_BROKEN]
    assert found(verify_path(rewritten(export, drop_the_last))) == [
        Refusal.LOG_DISAGREES,
        Refusal.CHECKPOINT_INVALID,
    ]


def test_a_changed_checkpoint_is_found(export: Path) -> None:
    def change(files: Files) -> None:
        text = files["checkpoint.txt"].decode()
        files["checkpoint.txt"] = text.replace("2026-", "2025-", 1).encode()

    assert found(verify_path(rewritten(export, change))) == [Refusal.CHECKPOINT_INVALID]


def test_a_record_without_its_last_events_is_unfinished(export: Path) -> None:
    def cut(files: Files) -> None:
        for name in [name for name in files if name.endswith(".bel")]:
            archive = read_archive(files[name])
            files[name] = b"".join(archive_parts(archive.timestamp, archive.links[:3]))

    verification = verify_path(rewritten(export, cut))
    assert "unfinished" in verification.not_checked
    assert Refusal.CHECKPOINT_INVALID in found(verification)


def test_history(export: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(export) as files:
        own = files.read("checkpoint.txt")
    earlier = tmp_path / "earlier.txt"
    earlier.write_bytes(own)
    verification = verify_path(export, since=earlier)
    assert verification.valid
    assert "history" in verification.checked
    lines = own.decode().splitlines()
    earlier.write_text("\n".join([*lines[:2], "999", *lines[3:]]) + "\n")
    assert found(verify_path(export, since=earlier)) == [Refusal.CHECKPOINT_INVALID]


@pytest.mark.parametrize("name", ["rules.json", "outcome.json", "audit-log.jsonl", "checkpoint.txt"])
def test_an_incomplete_export_is_unreadable(export: Path, name: str) -> None:
    with pytest.raises(Refused) as caught:
        verify_path(rewritten(export, lambda files: files.__delitem__(name)))
    assert (caught.value.refusal, caught.value.context) == (Refusal.EXPORT_INCOMPLETE, {"name": name})


def test_a_missing_archive_is_said(export: Path, small: Rehearsal) -> None:
    with pytest.raises(Refused) as caught:
        verify_path(rewritten(export, lambda files: files.__delitem__(f"area/{small.uuid}.bel")))
    assert caught.value.refusal is Refusal.EXPORT_INCOMPLETE


def test_a_damaged_download_is_unreadable_and_never_a_crash(export: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.zip"
    with zipfile.ZipFile(export) as whole, zipfile.ZipFile(damaged, "w", zipfile.ZIP_DEFLATED) as made:
        for name in whole.namelist():
            made.writestr(name, whole.read(name))
        start = made.getinfo("rules.json").header_offset + 30 + len("rules.json")
    body = bytearray(damaged.read_bytes())
    body[start : start + 8] = b"\xff" * 8  # no beginning of a deflated stream: zlib.error
    damaged.write_bytes(body)
    with pytest.raises(Refused) as caught:
        verify_path(damaged)
    assert caught.value.refusal is Refusal.EXPORT_UNREADABLE


def test_what_is_no_export_is_unreadable(tmp_path: Path) -> None:
    other = tmp_path / "x.zip"
    for body in (b"", b"PK\x03\x04", b"hello"):
        other.write_bytes(body)
        with pytest.raises(Refused) as caught:
            verify_path(other)
        assert caught.value.refusal is Refusal.EXPORT_UNREADABLE
    with pytest.raises(Refused) as caught:
        verify_path(tmp_path / "not there")
    assert caught.value.refusal is Refusal.EXPORT_UNREADABLE


@pytest.mark.thorough
@pytest.mark.belenios
@pytest.mark.skipif(shutil.which("belenios-tool") is None, reason="belenios-tool is not installed")
def test_the_outside_tool_agrees(golden_export: Path, small: Rehearsal, tmp_path: Path) -> None:
    def says(folder: Path) -> str:
        done = subprocess.run(
            ["belenios-tool", "election", "verify", "--dir", str(folder)],
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"BELENIOS_USE_URANDOM": "1"},
        )
        return done.stderr

    few = tmp_path / "FEW.zip"
    few.write_bytes(small.export)
    for path, good in ((golden_export, True), (few, True), (rewritten(few, alter_one_ballot), False)):
        folder = tmp_path / path.stem
        with zipfile.ZipFile(path) as files:
            files.extractall(folder)
        for measure in ("owners", "area"):
            assert ("all checks passed" in says(folder / measure)) is good
