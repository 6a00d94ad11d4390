"""Threshold elections in both directions: the outside tool verifies ours, and we verify what it makes."""

import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest

from tests.ceremonies import ThresholdElection, threshold_election, two_of_three
from tests.elections import archive, rechained
from tests.interop.test_belenios_tool import accepts, pytestmark, tool
from voting.errors import Refusal, Refused
from voting.protocol.archive import read_archive
from voting.protocol.audit import verify_archive
from voting.protocol.board import owned
from voting.protocol.tally import partial_decryption
from voting.services.rehearsal import Input, Trustees, rehearse
from voting.services.verification import verify_path

__all__ = ["pytestmark"]

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"


@pytest.fixture(scope="module", params=["3.x", "2.x"])
def made(request: pytest.FixtureRequest) -> ThresholdElection:
    """One mandatory trustee and two of three, in the form of each version."""
    return threshold_election(two_of_three().older if request.param == "2.x" else None)


@pytest.mark.parametrize(
    "owners",
    [
        (1, 2, 3),
        *(pytest.param(each, marks=pytest.mark.thorough) for each in ((1, 2, 4), (4, 3, 1), (1, 2, 3, 4))),
    ],
)
def test_the_tool_verifies_ours(tmp_path: Path, made: ThresholdElection, owners: tuple[int, ...]) -> None:
    body = archive(made.links(True, owners))
    assert verify_archive(body).finished
    assert accepts(tmp_path, made.context.election.uuid, body)


def test_the_tool_computes_the_same_result_from_our_shares(tmp_path: Path, made: ThresholdElection) -> None:
    links = made.links(True, (1, 2, 4))
    (tmp_path / f"{made.context.election.uuid}.bel").write_bytes(archive(links[:-1]))
    done = tool(tmp_path, "election", "compute-result")
    assert done.returncode == 0, done.stderr
    assert done.stdout.encode().strip() == links[-1].records[0]


def test_both_want_as_many_shares_as_the_threshold(tmp_path: Path, made: ThresholdElection) -> None:
    links = made.links(True, (1, 3))
    (tmp_path / f"{made.context.election.uuid}.bel").write_bytes(archive(links))
    done = tool(tmp_path, "election", "compute-result")
    assert done.returncode != 0
    assert "not enough partial decryptions" in done.stderr
    result = made.links(True, (1, 2, 3))[-1]
    body = archive(rechained([*links, result]))
    assert not accepts(tmp_path, made.context.election.uuid, body)
    with pytest.raises(Refused) as caught:
        verify_archive(body)
    assert caught.value.refusal is Refusal.DECRYPTION_MISSING


def test_both_refuse_a_share_of_another_trustee(tmp_path: Path, made: ThresholdElection) -> None:
    links = made.links(True, (1, 2, 3))
    sums, _, _ = made.tallied(weighted=True)
    wrong = partial_decryption(made.context, sums, made.secrets[4])
    body = archive(rechained([*links[:-2], replace(links[-2], records=owned(3, wrong)), links[-1]]))
    assert not accepts(tmp_path, made.context.election.uuid, body)
    with pytest.raises(Refused) as caught:
        verify_archive(body)
    assert caught.value.refusal is Refusal.DECRYPTION_PROOF_INVALID


@pytest.mark.thorough
def test_the_tool_verifies_a_rehearsal_with_three_trustees_of_whom_two_came(
    tmp_path: Path, recorded_letters: None
) -> None:
    few = b"".join((FIXTURES / "golden-apple-choices.csv").read_bytes().splitlines(keepends=True)[:4])
    given = Input(
        "golden-apple-roll.xlsx",
        (FIXTURES / "golden-apple-roll.xlsx").read_bytes(),
        (FIXTURES / "golden-apple-agenda.json").read_bytes(),
        "golden-apple-choices.csv",
        few,
    )
    held = rehearse(
        given,
        datetime(2026, 5, 20, 12, 0, tzinfo=UTC),
        "https://vote.example.org",
        lambda _stage: lambda _done, _total: None,
        trustees=Trustees(3, 2),
    )
    export = tmp_path / "EXPORT.zip"
    export.write_bytes(held.export)
    assert verify_path(export).valid
    with zipfile.ZipFile(BytesIO(held.export)) as files:
        files.extractall(tmp_path)
    for measure in ("owners", "area"):
        folder = tmp_path / measure
        assert "all checks passed" in tool(folder, "election", "verify").stderr
        links = read_archive((folder / f"{held.uuid}.bel").read_bytes()).links
        shares = [link.records[1] for link in links if link.event.type == "PartialDecryption"]
        assert [json.loads(share)["owner"] for share in shares] == [1, 3, 4]


def test_we_verify_a_two_of_three_election_that_the_tool_made(tmp_path: Path) -> None:
    def run(*arguments: str, text: str = "") -> str:
        done = tool(tmp_path, *arguments, text=text)
        assert done.returncode == 0, done.stderr
        return done.stdout

    group = ("--group", "BELENIOS-2048")
    certs = ("--certs", "certs.jsons")
    polynomials = ("--polynomials", "polynomials.jsons")

    def ceremony(step: int, *arguments: str, text: str = "") -> str:
        return run(
            "setup", "generate-trustee-key-threshold", *group, "--step", str(step), *arguments, text=text
        )

    uuid = run("setup", "generate-token").strip()
    run("setup", "generate-credentials", "--uuid", uuid, *group, "--count", "3")
    next(tmp_path.glob("*.pubcreds")).rename(tmp_path / "public_creds.json")
    private = next(tmp_path.glob("*.privcreds")).read_text().splitlines()
    for _ in range(3):
        ceremony(1)
    keys = sorted(path.stem for path in tmp_path.glob("*.key"))
    (tmp_path / "certs.jsons").write_text("".join((tmp_path / f"{key}.cert").read_text() for key in keys))
    ceremony(2, *certs)
    dealt = [ceremony(3, *certs, "--key", f"{key}.key", "--threshold", "2") for key in keys]
    (tmp_path / "polynomials.jsons").write_text("".join(dealt))
    ceremony(4, *certs, *polynomials)
    outputs = [
        ceremony(5, *certs, "--key", f"{key}.key", text=(tmp_path / f"{key}.vinput").read_text())
        for key in keys
    ]
    (tmp_path / "threshold.json").write_text(ceremony(6, *certs, *polynomials, text="".join(outputs)))
    run("setup", "generate-trustee-key", *group)
    server = next(tmp_path.glob("*.privkey"))
    (tmp_path / "public_keys.jsons").write_text(server.with_suffix(".pubkey").read_text())
    run("setup", "make-trustees")
    question = {"answers": ["A", "B"], "min": 1, "max": 1, "question": "?"}
    template = {
        "description": "",
        "name": "2 of 3",
        "questions": [question],
        "administrator": "x",
        "credential_authority": "y",
    }
    (tmp_path / "template.json").write_text(json.dumps(template))
    run("setup", "make-election", "--uuid", uuid, *group, "--template", "template.json")
    run("archive", "init")
    for name in ("election.json", "trustees.json", "public_creds.json", "threshold.json"):
        (tmp_path / name).unlink()
    for line, choice in zip(private, ("[[1,0]]", "[[0,1]]", "[[1,0]]"), strict=True):
        (tmp_path / "credential").write_text(line.split()[-1])
        (tmp_path / "choice").write_text(choice)
        given = ("--privcred", "credential", "--ballot", "choice")
        run("archive", "add-event", "--type=Ballot", text=run("election", "generate-ballot", *given))
    run("archive", "add-event", "--type=EndBallots")
    run("archive", "add-event", "--type=EncryptedTally", text=run("election", "compute-encrypted-tally"))
    for number, key in ((2, keys[0]), (4, keys[2])):
        given = ("--key", f"{key}.key", "--decryption-key", f"{key}.dkey", "--trustee-id", str(number))
        share = run("election", "decrypt-threshold", *given)
        run("archive", "add-event", "--type=PartialDecryption", text=share)
    share = run("election", "decrypt", "--privkey", server.name, "--trustee-id", "1")
    run("archive", "add-event", "--type=PartialDecryption", text=share)
    run("archive", "add-event", "--type=Result", text=run("election", "compute-result"))
    assert "all checks passed" in tool(tmp_path, "election", "verify").stderr

    record = verify_archive((tmp_path / f"{uuid}.bel").read_bytes())
    assert record.result == ((2, 1),)
    assert [(quorum.threshold, len(quorum.keys)) for quorum in record.setup.trustees.quorums] == [
        (1, 1),
        (2, 3),
    ]
    assert not record.setup.trustees.signed
