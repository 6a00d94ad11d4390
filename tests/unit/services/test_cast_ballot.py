"""Casting: once, whatever devices, threads, lost answers and crashes do."""

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from tests.assembly import ABSTAIN, NO, YES, Assembly, register_csv
from tests.refusals import refusal_of
from voting.errors import Refusal, Refused
from voting.protocol.audit import verify_twins
from voting.protocol.encoding import fingerprint
from voting.services import booth, elections, registers
from voting.services.board import archives
from voting.services.receipts import receipt_signature_valid
from voting.store.engine import Store

PROGRAM = """
import json, os, signal, sys
from datetime import datetime
from pathlib import Path
from voting.services.booth import cast_ballot
from voting.services.site import Keys, Site
from voting.store.engine import Store

url, uuid, now, ballot = sys.argv[1:]
site = Site(Store(url), Keys.derive(b"a master secret of 32 bytes only"))
receipt = cast_ballot(site, uuid, 1, Path(ballot).read_bytes(), datetime.fromisoformat(now))
print(json.dumps(receipt.as_json()), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    """Results or refusals of acts that begin together."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return act()
        except Refused as refused:
            return refused.refusal

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def board_is_sound(assembly: Assembly) -> int:
    """Both archives verify, as far as they go; how many ballots they hold."""
    with assembly.site.store.read() as tx:
        twins = verify_twins(*archives(tx, assembly.uuid, 1))
    return twins.owners.num_tallied


def test_a_receipt_is_a_signed_promise(assembly: Assembly) -> None:
    assembly.open()
    body = assembly.ballot(1)
    receipt = booth.cast_ballot(assembly.site, assembly.uuid, 1, body, assembly.voting)
    assert receipt.tracker == fingerprint(body)
    assert (receipt.uuid, receipt.height, receipt.time) == (assembly.uuid, 1, "2026-05-03T00:00:00Z")
    rules = elections.election(assembly.site, assembly.uuid).rules
    assert receipt_signature_valid(rules["receipt_key"], receipt)
    assert not receipt_signature_valid("00" * 32, receipt)
    assert not receipt_signature_valid("", receipt)
    for name in ("height", "tracker", "owners_event", "area_event", "time", "uuid"):
        changed = {**receipt.as_json(), name: 2 if name == "height" else "x"}
        assert not receipt_signature_valid(rules["receipt_key"], type(receipt)(**changed))
    assert booth.receipt(assembly.site, assembly.uuid, receipt.tracker) == receipt
    assert booth.receipts(assembly.site, assembly.uuid) == [(1, receipt.tracker)]
    assert board_is_sound(assembly) == 1
    turnout = elections.turnout(assembly.site, assembly.uuid)
    assert (turnout.owners, turnout.area_dm2, turnout.of_owners, turnout.of_area_dm2) == (1, 15050, 5, 49938)


@pytest.mark.parametrize("tracker", ["", "x", "A" * 43, "A" * 44, "\x00", "é" * 43])
def test_no_receipt_for_an_unknown_tracker(assembly: Assembly, tracker: str) -> None:
    assembly.draft()
    assert booth.receipt(assembly.site, assembly.uuid, tracker) is None


def test_a_ballot_sent_twice_is_one_ballot_with_one_receipt(assembly: Assembly) -> None:
    assembly.open()
    body = assembly.ballot(1)

    def cast(now=assembly.voting) -> object:
        return booth.cast_ballot(assembly.site, assembly.uuid, 1, body, now)

    first = cast()
    assert cast(assembly.voting + timedelta(hours=1)) == first
    # The answer was lost on the way, and the ballot is sent again after the end.
    assert cast(assembly.closes_at) == first
    assembly.close()
    assert cast(assembly.closes_at) == first
    assert board_is_sound(assembly) == 1


def test_another_ballot_of_the_same_voter_is_refused(assembly: Assembly) -> None:
    assembly.open().cast(1, YES)
    assert refusal_of(lambda: assembly.cast(1, NO)) is Refusal.ALREADY_VOTED
    assert board_is_sound(assembly) == 1


def test_a_ballot_counts_for_nobody_else(assembly: Assembly) -> None:
    assembly.open()
    body = assembly.ballot(1)

    def cast_as(voter: int) -> object:
        return booth.cast_ballot(assembly.site, assembly.uuid, voter, body, assembly.voting)

    assert refusal_of(lambda: cast_as(2)) is Refusal.CREDENTIAL_NOT_YOURS
    assert refusal_of(lambda: cast_as(9)) is Refusal.VOTER_UNKNOWN
    cast_as(1)
    assert refusal_of(lambda: cast_as(2)) is Refusal.CREDENTIAL_NOT_YOURS


def test_what_does_not_verify_is_not_stored(assembly: Assembly) -> None:
    assembly.open()
    body = assembly.ballot(1)

    def cast(changed: bytes) -> object:
        return booth.cast_ballot(assembly.site, assembly.uuid, 1, changed, assembly.voting)

    parsed = json.loads(body)
    parsed["answers"][0], parsed["answers"][1] = parsed["answers"][1], parsed["answers"][0]
    swapped = json.dumps(parsed, separators=(",", ":")).encode()
    assert refusal_of(lambda: cast(b"")) is Refusal.JSON_MALFORMED
    assert refusal_of(lambda: cast(body + b" ")) is Refusal.JSON_NOT_CANONICAL
    assert refusal_of(lambda: cast(swapped)) is Refusal.BALLOT_SIGNATURE_INVALID
    assert booth.receipts(assembly.site, assembly.uuid) == []
    cast(body)


def test_no_ballot_before_the_opening_or_from_the_closing_time_on(assembly: Assembly) -> None:
    assembly.issue()

    def cast(body: bytes, now) -> object:
        return booth.cast_ballot(assembly.site, assembly.uuid, 1, body, now)

    other = Assembly.ballot
    elections.open_election(assembly.site, assembly.uuid, assembly.actor, assembly.opens_at)
    body = other(assembly, 1)
    # The phase still says open: the time alone ends it.
    assert refusal_of(lambda: cast(body, assembly.closes_at)) is Refusal.ELECTION_CLOSED
    cast(body, assembly.closes_at - timedelta(seconds=1))


def test_two_devices_of_one_voter_leave_one_ballot(assembly: Assembly) -> None:
    assembly.open()
    for voter in (1, 2, 3):
        bodies = [assembly.ballot(voter, YES), assembly.ballot(voter, NO)]
        results = at_once(
            [
                lambda body=body, voter=voter: booth.cast_ballot(
                    assembly.site, assembly.uuid, voter, body, assembly.voting
                )
                for body in bodies
            ]
        )
        assert results.count(Refusal.ALREADY_VOTED) == 1
    assert board_is_sound(assembly) == 3


def test_one_ballot_sent_by_eight_threads_at_once_has_one_receipt(assembly: Assembly) -> None:
    assembly.open()
    body = assembly.ballot(1, ABSTAIN)
    results = at_once([lambda: booth.cast_ballot(assembly.site, assembly.uuid, 1, body, assembly.voting)] * 8)
    assert len(set(results)) == 1
    assert board_is_sound(assembly) == 1


def test_twenty_voters_at_once_fill_heights_one_to_twenty(assembly: Assembly, monkeypatch) -> None:
    rows = [f"1-1-{n:03},业主{n},,138000{n:05},50.0{n % 10},住宅,测绘" for n in range(101, 121)]
    original = registers.import_register

    def import_twenty(site, estate_id, name, _body, *rest):
        return original(site, estate_id, name, register_csv(*rows), *rest)

    monkeypatch.setattr("tests.assembly.import_register", import_twenty)
    assembly.open()
    bodies = {voter: assembly.ballot(voter) for voter in range(1, 21)}
    receipts = at_once(
        [
            lambda voter=voter: booth.cast_ballot(
                assembly.site, assembly.uuid, voter, bodies[voter], assembly.voting
            )
            for voter in bodies
        ]
    )
    assert sorted(receipt.height for receipt in receipts) == list(range(1, 21))
    assert board_is_sound(assembly) == 20
    listed = booth.receipts(assembly.site, assembly.uuid)
    assert listed == sorted((receipt.height, receipt.tracker) for receipt in receipts)


def test_closing_while_votes_arrive_leaves_a_sound_board(assembly: Assembly) -> None:
    assembly.open()
    bodies = {voter: assembly.ballot(voter) for voter in (1, 2, 3, 4, 5)}
    results = at_once(
        [
            *(
                lambda voter=voter: booth.cast_ballot(
                    assembly.site, assembly.uuid, voter, bodies[voter], assembly.voting
                )
                for voter in bodies
            ),
            lambda: elections.close_election(
                assembly.site, assembly.uuid, assembly.actor, assembly.voting, "提前结束的原因"
            ),
        ]
    )
    accepted = sum(result is not Refusal.ELECTION_CLOSED for result in results[:5])
    assert board_is_sound(assembly) == accepted
    outcome = elections.count_election(assembly.site, assembly.uuid, assembly.actor, assembly.closes_at)
    assert outcome["participation"]["owners"] == accepted


def test_an_acknowledged_ballot_survives_the_death_of_the_process(
    assembly: Assembly, store_url: str, tmp_path: Path
) -> None:
    assembly.open()
    ballot = tmp_path / "ballot.json"
    ballot.write_bytes(assembly.ballot(1))
    assembly.site.store.close()
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM, store_url, assembly.uuid, assembly.voting.isoformat(), str(ballot)],
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == -9, finished.stderr.decode()
    promised = json.loads(finished.stdout)
    assembly.site = type(assembly.site)(Store(store_url), assembly.site.keys)
    receipt = booth.receipt(assembly.site, assembly.uuid, promised["tracker"])
    assert receipt is not None
    assert receipt.as_json() == promised
    assert board_is_sound(assembly) == 1
    assembly.site.store.close()
