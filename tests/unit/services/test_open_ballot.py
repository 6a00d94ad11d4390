"""A trustee approves at a terminal: the record first, then one ballot; the key file keeps which and why."""

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from tests.assembly import AGENDA, Assembly
from tests.openings import PDF, REASON, after_closing, circle
from voting import cli
from voting.errors import Refusal
from voting.language import SENTENCES
from voting.protocol.encoding import decode, encode
from voting.services import approvals, openings
from voting.services.record import sealed_record
from voting.services.trustee import BallotShare, KeyFile, Share

ABSENT = "A" * 43


@pytest.fixture(autouse=True)
def _terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Chinese one; and the umask put back."""
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    before = os.umask(0o022)
    yield
    os.umask(before)


def kept(path: Path) -> KeyFile:
    return msgspec.json.decode(path.read_bytes(), type=KeyFile)


def made(assembly: Assembly, folder: Path, secrecy: str = "confidential") -> tuple[Path, list[Path]]:
    """The record that a trustee gets after the closing, and the key files of two trustees."""
    assembly.agenda = AGENDA | {"secrecy": secrecy}
    keys, parameters = circle()
    after_closing(assembly.open(parameters))
    record = folder / "record.zip"
    record.write_bytes(sealed_record(assembly.site, assembly.uuid))
    files = []
    for number, key in enumerate(keys[:2], 1):
        files.append(folder / f"key-{number}.json")
        files[-1].write_bytes(encode(key))
    return record, files


def open_ballot(record: Path, key: Path, tracker: str, out: Path, reason: str = REASON) -> int:
    given = (record, "--key", key, "--tracker", tracker, "--reason", reason, "--out", out)
    return cli.main(["trustee", "open-ballot", *map(str, given)])


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_two_at_their_terminals_open_what_was_asked_for(assembly: Assembly, tmp_path: Path) -> None:
    record, keys = made(assembly, tmp_path)
    site, uuid, now = assembly.site, assembly.uuid, assembly.closes_at
    openings.request_opening(site, uuid, "2", REASON, PDF, assembly.actor, now)
    (request,) = openings.openings(site, uuid)
    for number, key in enumerate(keys, 1):
        out = tmp_path / f"ballot-{number}.json"
        assert open_ballot(record, key, request.tracker, out) == 0
        assert decode(BallotShare, out.read_bytes().strip(), "").tracker == request.tracker
        assert kept(key).opened == {uuid: {request.tracker: REASON}}
        # What it would open of the sums is fixed from here on, too.
        assert kept(key).decrypted[uuid].keys() == {"owners", "area"}
        body = out.read_bytes().strip()
        approvals.approve_as_trustee(site, uuid, 1, number, str(number), body, now)
    (view,) = openings.openings(site, uuid, assembly.actor)
    assert view.chosen is not None
    assert view.chosen[0][1] == ("反对",)
    assert (
        cli.main(["trustee", "decrypt", str(record), "--key", str(keys[0]), "--out", str(tmp_path / "s")])
        == 0
    )
    assert kept(keys[0]).opened == {uuid: {request.tracker: REASON}}


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("secrecy", "refusal"), [("secret", Refusal.OPENING_FORBIDDEN), ("open", Refusal.OPENING_NEEDLESS)]
)
def test_the_rules_that_the_ballots_signed_stop_a_trustee(
    assembly: Assembly,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    secrecy: str,
    refusal: Refusal,
) -> None:
    record, (key, _) = made(assembly, tmp_path, secrecy)
    before = key.read_bytes()
    assert open_ballot(record, key, ABSENT, tmp_path / "out.json") == 2
    assert SENTENCES[refusal] in capsys.readouterr().err
    assert key.read_bytes() == before
    out = tmp_path / "share.json"
    assert cli.main(["trustee", "decrypt", str(record), "--key", str(key), "--out", str(out)]) == 0
    share = decode(Share, out.read_bytes().strip(), "")
    assert isinstance(share.ballots, tuple) is (secrecy == "open")
    assert ("请销毁密钥文件" in capsys.readouterr().out) is (secrecy == "secret")


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_what_a_trustee_s_program_does_not_open(
    assembly: Assembly, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record, (key, _) = made(assembly, tmp_path)
    before, out = key.read_bytes(), tmp_path / "out.json"
    assert open_ballot(record, key, ABSENT, out) == 2
    assert SENTENCES[Refusal.RECEIPT_UNKNOWN] in capsys.readouterr().err
    assert open_ballot(record, key, ABSENT, out, reason="看看") == 2
    assert "原因" in capsys.readouterr().err
    bare = tmp_path / "bare"
    (bare / "owners").mkdir(parents=True)
    with zipfile.ZipFile(record) as files:
        (bare / "owners" / f"{assembly.uuid}.bel").write_bytes(files.read(f"owners/{assembly.uuid}.bel"))
    assert open_ballot(bare, key, ABSENT, out) == 2
    assert "rules.json" in capsys.readouterr().err
    assert key.read_bytes() == before
    assert not out.exists()
