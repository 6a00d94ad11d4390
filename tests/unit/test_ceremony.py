"""`voting trustee`: three people, each with an own folder, make keys and two of them decrypt."""

import json
import os
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ceremonies import threshold_election
from tests.elections import archive
from voting import cli
from voting.errors import Refusal
from voting.language import SENTENCES
from voting.protocol.decryption import synthetic_factors, verify_shares
from voting.protocol.encoding import decode
from voting.protocol.group import BELENIOS_2048
from voting.protocol.pedersen import ThresholdParameters
from voting.protocol.tally import decrypt_result
from voting.services.trustee import Share, partial_decryptions
from voting.services.verification import verify_path

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Chinese terminal, and the umask put back."""
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    before = os.umask(0o022)
    yield
    os.umask(before)


def trustee(*arguments: object) -> int:
    return cli.main(["trustee", *(str(argument) for argument in arguments)])


def several(folder: Path, kind: str) -> list[Path]:
    return [folder / f"{kind}-{number}.json" for number in (1, 2, 3)]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with everything that the ceremony writes."""
    folder = tmp_path_factory.mktemp("ceremony")
    certificates, polynomials, outputs = (
        several(folder, kind) for kind in ("certificate", "polynomial", "output")
    )
    keys = several(folder, "key")
    dealt = ("--certificates", *certificates)
    routed = (*dealt, "--polynomials", *polynomials)
    before = os.umask(0o022)
    for number, (key, out) in enumerate(zip(keys, certificates, strict=True), 1):
        assert trustee("new", "--key", key) == 0
        context = ("--size", 3, "--threshold", 2, "--index", number)
        assert trustee("certificate", "--key", key, *context, "--out", out) == 0
    for key, out in zip(keys, polynomials, strict=True):
        assert trustee("polynomial", "--key", key, *dealt, "--out", out) == 0
    for key, out in zip(keys, outputs, strict=True):
        assert trustee("check-input", "--key", key, *routed) == 0
        assert trustee("output", "--key", key, *routed, "--out", out) == 0
    parameters = folder / "trustees.json"
    assert trustee("parameters", *routed, "--outputs", *outputs, "--out", parameters) == 0
    os.umask(before)
    return folder


def test_two_of_three_decrypt_what_was_encrypted_for_all(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parameters = decode(ThresholdParameters, (made / "trustees.json").read_bytes().strip(), "")
    held = threshold_election(parameters)
    uuid = held.context.election.uuid
    export = tmp_path / "EXPORT.zip"
    with zipfile.ZipFile(export, "w") as files:
        for measure, weighted in (("owners", False), ("area", True)):
            links = held.links(weighted, ())[:5]
            files.writestr(f"{measure}/{uuid}.bel", archive(links))
    shares: dict[int, tuple[bytes, bytes]] = {}
    for number in (1, 3):
        out = tmp_path / f"share-{number}.json"
        assert trustee("decrypt", export, "--key", made / f"key-{number}.json", "--out", out) == 0
        share = decode(Share, out.read_bytes().strip(), "")
        assert (share.uuid, share.owner) == (uuid, number + 1)
        shares[share.owner] = partial_decryptions(share)
    assert "人数：3 张票" in capsys.readouterr().out
    for place, weighted in enumerate((False, True)):
        sums, _, total = held.tallied(weighted)
        bodies = {owner: both[place] for owner, both in shares.items()}
        server = held.links(weighted, (1,))[-1].records[0]
        found = verify_shares(held.context, sums, held.trustees, bodies | {1: server})
        assert found.refused == {}
        factors = synthetic_factors(BELENIOS_2048, held.trustees, found.valid)
        result = decrypt_result(held.context, sums, factors, total)
        assert result[0] == ((8862, 14210, 6248) if weighted else (1, 1, 1))
    kept = json.loads((made / "key-1.json").read_text())["decrypted"]
    assert set(kept[uuid]) == {"owners", "area"}


def test_secret_files_are_private_and_nothing_secret_is_printed(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for key in several(made, "key"):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        seed = json.loads(key.read_text())["seed"]
        for path in made.iterdir():
            assert path == key or seed not in path.read_text()
    key = tmp_path / "key.json"
    assert trustee("new", "--key", key) == 0
    said = capsys.readouterr()
    assert json.loads(key.read_text())["seed"] not in said.out + said.err
    assert not list(made.glob("*.part"))


def test_nothing_is_overwritten(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (made / "key-1.json").read_bytes()
    assert trustee("new", "--key", made / "key-1.json") == 2
    out = made / "polynomial-1.json"
    certificates = ("--certificates", *several(made, "certificate"))
    assert trustee("polynomial", "--key", made / "key-1.json", *certificates, "--out", out) == 2
    assert capsys.readouterr().err.count("已经存在") == 2
    assert (made / "key-1.json").read_bytes() == before


def test_files_in_another_order_or_of_another_kind_are_refused(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(sentence: str, *arguments: object) -> None:
        assert trustee(*arguments, "--out", tmp_path / "out.json") == 2
        assert sentence in capsys.readouterr().err
        assert not (tmp_path / "out.json").exists()

    certificates, polynomials = several(made, "certificate"), several(made, "polynomial")
    key = ("--key", made / "key-1.json")
    swapped = [certificates[1], certificates[0], certificates[2]]
    refused("第 1 位保管人的证书写的人数", "polynomial", *key, "--certificates", *swapped)
    mixed = ("--certificates", *certificates, "--polynomials", polynomials[1], polynomials[0], polynomials[2])
    refused("第 1 位保管人公布的承诺签名不成立", "output", *key, *mixed)
    refused("数据格式读不懂（key-1.json）", "polynomial", *key, "--certificates", made / "key-1.json")
    refused("读不出来", "polynomial", *key, "--certificates", made / "missing.json")


def test_a_record_that_is_none_is_refused(
    made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"x")
    arguments = ("--key", made / "key-1.json", "--out", tmp_path / "share.json")
    assert trustee("decrypt", path, *arguments) == 2
    assert SENTENCES[Refusal.EXPORT_UNREADABLE].split("（")[0] in capsys.readouterr().err


def test_a_rehearsal_with_trustees(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], recorded_letters: None
) -> None:
    choices = tmp_path / "choices.csv"
    lines = (FIXTURES / "golden-apple-choices.csv").read_bytes().splitlines(keepends=True)
    choices.write_bytes(b"".join(lines[:3]))
    out = tmp_path / "EXPORT.zip"
    arguments = [
        "rehearse",
        f"--roll={FIXTURES / 'golden-apple-roll.xlsx'}",
        f"--agenda={FIXTURES / 'golden-apple-agenda.json'}",
        f"--choices={choices}",
        f"--out={out}",
    ]
    assert cli.main([*arguments, "--trustees", "3", "--threshold", "4"]) == 2
    assert "保管人的人数不对" in capsys.readouterr().err
    assert cli.main([*arguments, "--trustees", "3", "--threshold", "2"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["participation"]["owners"] == 2
    assert "保管人核对选票 2/2" in said.err
    assert verify_path(out).valid
