"""A whole election in which a voter votes twice, through the services: the outside tool counts it like us."""

import shutil
import subprocess
from datetime import UTC, datetime
from io import BytesIO
from os import environ
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.assembly import AGENDA, NO, YES, Assembly
from tests.letters import recorded
from voting.protocol.group import BELENIOS_2048
from voting.services.site import Keys, Site
from voting.services.verification import verify_path
from voting.store.engine import Store

pytestmark = [
    pytest.mark.belenios,
    pytest.mark.skipif(shutil.which("belenios-tool") is None, reason="belenios-tool is not installed"),
]


def test_an_election_in_which_a_voter_votes_twice(tmp_path: Path, sqlite: Path) -> None:
    store = Store(f"sqlite:///{shutil.copy(sqlite, tmp_path / 'voting.sqlite')}")
    keys = Keys.derive(b"a master secret of 32 bytes only")
    with recorded():
        agenda = {**AGENDA, "revoting": "once"}
        assembly = Assembly(Site(store, keys), datetime(2026, 5, 1, tzinfo=UTC), agenda, BELENIOS_2048).open()
    first = assembly.cast(1, YES)
    assembly.cast(2, YES)
    assembly.cast(1, NO, replaces=first.tracker)
    assembly.close()
    outcome = assembly.count()
    body = assembly.export()
    store.close()

    counts = outcome["questions"]["q1"]["counts"]
    assert (counts["同意"]["owners"], counts["反对"]["owners"]) == (1, 1)
    export = tmp_path / "EXPORT.zip"
    export.write_bytes(body)
    found = verify_path(export)
    assert found.findings == ()
    assert (found.facts["owners"]["ballots"], found.facts["owners"]["num_tallied"]) == (3, 2)
    with ZipFile(BytesIO(body)) as packed:
        packed.extractall(tmp_path / "export")
    for measure in ("owners", "area"):
        done = subprocess.run(
            ["belenios-tool", "election", "verify"],
            cwd=tmp_path / "export" / measure,
            capture_output=True,
            text=True,
            env=environ | {"BELENIOS_USE_URANDOM": "1"},
            check=False,
        )
        assert (done.returncode, "all checks passed" in done.stderr) == (0, True), done.stderr
