"""Both directions: the outside tool accepts and refuses with us, and we verify what it makes."""

import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.elections import SmallElection, archive, rechained, small_election
from voting.errors import Refusal, Refused
from voting.protocol.archive import read_archive
from voting.protocol.audit import verify_archive
from voting.protocol.ballot import encrypt_ballot
from voting.protocol.tally import result_json

pytestmark = [
    pytest.mark.belenios,
    pytest.mark.skipif(shutil.which("belenios-tool") is None, reason="belenios-tool is not installed"),
]


def tool(folder: Path, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    # A virtual machine's /dev/random can wait for minutes; the tool offers the kernel's other device.
    environment = os.environ | {"BELENIOS_USE_URANDOM": "1"}
    return subprocess.run(
        ["belenios-tool", *arguments],
        cwd=folder,
        input=text,
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )


def accepts(folder: Path, uuid: str, body: bytes) -> bool:
    (folder / f"{uuid}.bel").write_bytes(body)
    done = tool(folder, "election", "verify")
    return done.returncode == 0 and "all checks passed" in done.stderr


@pytest.fixture(scope="module")
def made() -> SmallElection:
    return small_election()


@pytest.mark.parametrize("weighted", [False, True], ids=["owners", "area"])
def test_the_tool_verifies_ours(tmp_path: Path, made: SmallElection, weighted: bool) -> None:
    assert accepts(tmp_path, made.context.election.uuid, made.archive(weighted))


def test_the_tool_verifies_ours_when_nobody_voted(tmp_path: Path) -> None:
    made = small_election(choices=[])
    assert accepts(tmp_path, made.context.election.uuid, made.archive(weighted=True))


def test_the_tool_verifies_large_weights(tmp_path: Path) -> None:
    made = small_election(weights=(1_073_741_823, 1_073_741_824, 1))
    assert accepts(tmp_path, made.context.election.uuid, made.archive(weighted=True))


def test_both_refuse_an_altered_ballot(tmp_path: Path, made: SmallElection) -> None:
    links = made.links(weighted=True)
    ballot = json.loads(made.ballots[1])
    proof = ballot["answers"][0]["individual_proofs"][0][0]
    proof["response"] = str(int(proof["response"]) - 1)
    altered = json.dumps(ballot, separators=(",", ":")).encode()
    links[2] = type(links[2])(links[2].event, links[2].hash, (altered,))
    body = archive(rechained(links))
    with pytest.raises(Refused) as caught:
        verify_archive(body)
    assert caught.value.refusal is Refusal.BALLOT_SIGNATURE_INVALID
    assert not accepts(tmp_path, made.context.election.uuid, body)


@pytest.mark.parametrize("weighted", [False, True], ids=["owners", "area"])
def test_both_count_the_last_ballot_of_a_voter(tmp_path: Path, made: SmallElection, weighted: bool) -> None:
    again = [[0, 1, 0], [0, 0, 0, 1], [1, 0, 0]]
    ballot = encrypt_ballot(made.context, made.credentials[0], again)
    revoted = replace(made, ballots=(*made.ballots, ballot))
    body = revoted.archive(weighted)
    uuid = made.context.election.uuid
    assert accepts(tmp_path, uuid, body)
    record = verify_archive(body, most=2)
    assert (record.chain.ballots, record.num_tallied) == (4, 3)
    # The tool's own sum of the same ballots, and what it says they come to.
    links = revoted.links(weighted)
    (tmp_path / f"{uuid}.bel").write_bytes(archive(links[:6]))
    summed = tool(tmp_path, "election", "compute-encrypted-tally").stdout.encode()
    assert tuple(summed.split()) == links[6].records
    (tmp_path / f"{uuid}.bel").write_bytes(archive(links[:-1]))
    computed = tool(tmp_path, "election", "compute-result").stdout.strip().encode()
    assert computed == links[-1].records[0] == result_json(record.result or ())
    # The first ballot counted instead.
    wrong = archive(rechained([*links[:6], *made.links(weighted)[5:]]))
    assert not accepts(tmp_path, uuid, wrong)
    with pytest.raises(Refused):
        verify_archive(wrong)


CAST = ((0, "[[1,0],[0,1,0]]"), (1, "[[0,1],[1,0,0]]"), (2, "[[1,0],[0,0,1]]"))


@pytest.mark.parametrize(
    ("cast", "result"),
    [
        (CAST, ((15110, 14210), (14210, 8862, 6248))),
        # The first voter votes again, and again.
        (
            (*CAST, (0, "[[1,0],[1,0,0]]"), (0, "[[0,1],[0,0,1]]")),
            ((6248, 23072), (14210, 0, 15110)),
        ),
    ],
    ids=["once", "again"],
)
def test_we_verify_a_weighted_election_that_the_tool_made(
    tmp_path: Path, cast: tuple[tuple[int, str], ...], result: tuple[tuple[int, ...], ...]
) -> None:
    def run(*arguments: str, text: str = "") -> str:
        done = tool(tmp_path, *arguments, text=text)
        assert done.returncode == 0, done.stderr
        return done.stdout

    group = ("--group", "BELENIOS-2048")
    uuid = run("setup", "generate-token").strip()
    voters = tmp_path / "voters.txt"
    voters.write_text("a@example.org,a,8862\nb@example.org,b,14210\nc@example.org,c,6248\n")
    run("setup", "generate-credentials", "--uuid", uuid, *group, "--file", str(voters))
    next(tmp_path.glob("*.pubcreds")).rename(tmp_path / "public_creds.json")
    private = next(tmp_path.glob("*.privcreds")).read_text().split("\n")
    for _ in range(2):
        run("setup", "generate-trustee-key", *group)
    keys = sorted(tmp_path.glob("*.privkey"))
    (tmp_path / "public_keys.jsons").write_text(
        "".join(key.with_suffix(".pubkey").read_text() for key in keys)
    )
    run("setup", "make-trustees")
    questions = [
        {"answers": ["A", "B"], "min": 1, "max": 1, "question": "第一题?"},
        {"answers": ["甲", "乙"], "blank": True, "min": 1, "max": 1, "question": "Q2"},
    ]
    template = tmp_path / "template.json"
    template.write_text(
        json.dumps(
            {
                "description": "说明",
                "name": "测试",
                "questions": questions,
                "administrator": "x",
                "credential_authority": "y",
            },
            ensure_ascii=False,
        )
    )
    run("setup", "make-election", "--uuid", uuid, *group, "--template", str(template))
    run("archive", "init")
    for name in ("election.json", "trustees.json", "public_creds.json"):
        (tmp_path / name).unlink()
    for voter, choice in cast:
        (tmp_path / "credential").write_text(private[voter].split()[-1])
        (tmp_path / "choice").write_text(choice)
        ballot = run(
            "election",
            "generate-ballot",
            "--privcred",
            str(tmp_path / "credential"),
            "--ballot",
            str(tmp_path / "choice"),
        )
        run("archive", "add-event", "--type=Ballot", text=ballot)
    run("archive", "add-event", "--type=EndBallots")
    run("archive", "add-event", "--type=EncryptedTally", text=run("election", "compute-encrypted-tally"))
    for number, key in enumerate(keys, 1):
        share = run("election", "decrypt", "--privkey", str(key), "--trustee-id", str(number))
        run("archive", "add-event", "--type=PartialDecryption", text=share)
    run("archive", "add-event", "--type=Result", text=run("election", "compute-result"))

    assert "all checks passed" in tool(tmp_path, "election", "verify").stderr
    record = verify_archive((tmp_path / f"{uuid}.bel").read_bytes())
    assert record.result == result
    assert (record.num_tallied, record.total_weight) == (3, 29320)


def test_the_tool_takes_a_ballot_of_ours_into_its_archive(tmp_path: Path, made: SmallElection) -> None:
    """Our ballots stand in an archive whose events the tool itself appends."""
    uuid = made.context.election.uuid
    (tmp_path / f"{uuid}.bel").write_bytes(archive(made.links(weighted=True)[:1]))
    ballot = encrypt_ballot(made.context, made.credentials[0], [[0, 0, 1], [1, 1, 0, 0], [1, 0, 0]])
    added = tool(tmp_path, "archive", "add-event", "--type=Ballot", text=ballot.decode() + "\n")
    assert added.returncode == 0, added.stderr
    assert "all checks passed" in tool(tmp_path, "election", "verify").stderr
    assert read_archive((tmp_path / f"{uuid}.bel").read_bytes()).ballots == (ballot,)
