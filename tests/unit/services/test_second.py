"""Whole elections with the questions of version 2, from the draft to a record that two programs verify."""

import io
import json
import os
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests import second
from tests.assembly import Assembly, register_csv
from tests.ledgers import delivered
from voting.protocol.group import BELENIOS_2048
from voting.services.rehearsal import Input, rehearse
from voting.services.site import Site
from voting.services.verification import Verification, verify_path

pytestmark = pytest.mark.either_database

Files = dict[str, bytes]


@pytest.fixture
def drafted(site: Site, clock: Callable[[], Any], recorded_letters: None) -> Callable[..., Assembly]:
    """The small assembly with another agenda."""
    return lambda agenda: Assembly(site, clock(), agenda=agenda)


def unpacked(export: bytes, folder: Path) -> Files:
    with zipfile.ZipFile(io.BytesIO(export)) as files:
        files.extractall(folder)
        return {name: files.read(name) for name in files.namelist()}


def verified(export: bytes, folder: Path) -> Verification:
    path = folder / "EXPORT.zip"
    path.write_bytes(export)
    return verify_path(path)


def belenios_accepts(folder: Path) -> bool:
    environment = os.environ | {"BELENIOS_USE_URANDOM": "1"}
    done = subprocess.run(
        ["belenios-tool", "election", "verify"],
        cwd=folder,
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    return done.returncode == 0 and "all checks passed" in done.stderr


@pytest.mark.both_databases
def test_every_kind_of_question_from_draft_to_record(
    drafted: Callable[..., Assembly], tmp_path: Path
) -> None:
    held = drafted(second.AGENDA).open().cast_all(second.BALLOTS)
    held.close()
    outcome = held.count()
    plans, motion, ticked, each = (outcome["questions"][f"q{number}"] for number in range(1, 5))
    assert plans["chosen"] == "甲方案：大修"
    assert plans["counts"]["都不同意"] == {"owners": 1, "area_m2": "100.01"}
    assert motion["passed"] is True
    assert each["elected"] == ["卜五", "叶六"]
    assert each["seats_vacant"] == 1
    assert each["counts"]["叶六"]["反对"]["owners"] == 2
    assert each["committee_stands"] is False

    # The lot's seed is the event that ended the ballots on the owners' board.
    export = held.export()
    files = unpacked(export, tmp_path / "record")
    log = [json.loads(line) for line in files["audit-log.jsonl"].splitlines()]
    end = next(entry["details"]["owners_event"] for entry in log if entry["act"] == "election-closed")
    seed = sha256(f"lot|{end}|q3".encode()).hexdigest()
    drawn = sorted(("方二", "石三", "白四"), key=lambda name: sha256(f"{seed}|{name}".encode()).hexdigest())
    assert ticked["lot"] == {"seed": seed, "drawn": drawn}
    assert ticked["elected"] == ["丁一", *drawn[:2]]
    assert ticked["alternates"] == drawn[2:]

    found = verified(export, tmp_path)
    assert found.findings == ()
    assert found.facts["outcome"] == outcome
    assert json.loads(files["rules.json"])["version"] == 2
    report = files["report.html"].decode()
    for said in ("选定：甲方案：大修", "抽签", seed, "候补", "反对 2", "都不同意"):
        assert said in report
    book = load_workbook(io.BytesIO(files["results.xlsx"]))
    choices = [row[4] for row in book["每题"].iter_rows(min_row=2, values_only=True)]
    assert {"都不同意", "白四", "叶六：弃权"} <= set(choices)


@pytest.mark.belenios
@pytest.mark.skipif(shutil.which("belenios-tool") is None, reason="belenios-tool is not installed")
@pytest.mark.parametrize("agenda", [second.AGENDA, second.RESIDENTS], ids=["owners", "residents"])
def test_the_outside_tool_verifies_them(
    site: Site, clock: Callable[[], Any], recorded_letters: None, tmp_path: Path, agenda: dict[str, Any]
) -> None:
    # Debian's tool knows this group alone.
    held = Assembly(site, clock(), agenda=agenda, group=BELENIOS_2048).open()
    owners = agenda is second.AGENDA
    held.cast_all(
        {1: second.BALLOTS[1] if owners else [second.YES], 4: second.BALLOTS[4] if owners else [second.NO]}
    )
    held.close()
    held.count()
    unpacked(held.export(), tmp_path)
    assert all(belenios_accepts(tmp_path / measure) for measure in ("owners", "area"))


def test_a_residents_meeting_counts_heads_alone(drafted: Callable[..., Assembly], tmp_path: Path) -> None:
    held = drafted(second.RESIDENTS).open()
    held.cast_all({1: [second.YES], 2: [second.YES], 3: [second.NO]})
    held.close()
    outcome = held.count()
    assert outcome["electorate"] == {"heads": 5}
    assert outcome["participation"] == {"heads": 3}
    assert outcome["questions"]["q1"]["passed"] is True
    export = held.export()
    found = verified(export, tmp_path)
    assert found.findings == ()
    # No area of anybody leaves with it.
    files = unpacked(export, tmp_path / "record")
    assert b"area_dm2" not in files["rules.json"] + files["audit-log.jsonl"]
    report = files["report.html"].decode()
    assert "居民" in report
    for file in (report, files["README.txt"].decode()):
        assert not {word for word in ("业主", "面积", "平方米") if word in file}
    assert found.facts["area"]["total_weight"] == 3


def test_deemed_votes_are_told_and_reported_beside_the_votes_cast(
    drafted: Callable[..., Assembly], tmp_path: Path
) -> None:
    held = drafted(second.DEEMED).open().cast_all({1: [second.YES], 2: [second.YES], 3: [second.NO]})
    delivered(held, "2-1-201")
    held.close()
    outcome = held.count()
    assert (outcome["quorum_met"], outcome["questions"]["q2"]["passed"]) == (False, False)
    assert outcome["with_deemed"]["questions"]["q2"]["passed"] is True
    export = held.export()
    found = verified(export, tmp_path)
    assert found.findings == ()
    files = unpacked(export, tmp_path / "record")
    assert "计入未投票的以后" in files["report.html"].decode()
    assert load_workbook(io.BytesIO(files["results.xlsx"])).sheetnames == ["结果", "每题", "计入未投票的"]


def test_a_rehearsal_reads_choices_of_every_kind(recorded_letters: None, tmp_path: Path) -> None:
    choices = (
        "房号,q1,q2,q3,q4:卜五,q4:叶六,q4:申七\n"
        "1-1-101,甲方案：大修,同意,丁一、方二、石三,同意,反对,弃权\n"
        "1-1-201,甲方案：大修,同意,,同意,同意,弃权\n"
        "2-1-101,都不同意,弃权,丁一,反对,同意,同意\n"
        "2-1-201,甲方案：大修,反对,丁一、白四,同意,同意,同意\n"
    )
    given = Input(
        roll_name="roll.csv",
        roll=register_csv(),
        agenda=json.dumps(second.AGENDA).encode(),
        choices_name="choices.csv",
        choices=choices.encode(),
    )
    now = datetime(2026, 5, 20, 12, tzinfo=UTC)
    made = rehearse(given, now, "https://vote.example", lambda _stage: lambda _done, _of: None, "Ed25519")
    assert made.outcome["questions"]["q1"]["chosen"] == "甲方案：大修"
    assert made.outcome["questions"]["q4"]["elected"] == ["卜五", "叶六"]
    assert verified(made.export, tmp_path).findings == ()
