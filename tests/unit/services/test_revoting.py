"""Voting again: who may, which ballot counts, and what two phones, lost answers and the closing do to it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from threading import Barrier
from zipfile import ZipFile

import pytest

from tests.assembly import ABSTAIN, AGENDA, NO, YES, Assembly
from tests.openings import PDF, REASON, auditor
from tests.refusals import refusal_of, refused_by
from voting.errors import Refusal, Refused
from voting.protocol.encoding import fingerprint
from voting.services import booth, elections
from voting.services.approvals import approve_opening
from voting.services.challenged import challenge_ballot
from voting.services.openings import open_ballots, openings, request_opening
from voting.services.receipts import receipt_signature_valid, replacements
from voting.services.record import export_for_auditors
from voting.services.site import Site
from voting.services.verification import verify_files

pytestmark = pytest.mark.either_database

RULES = ("none", "once", "until-close")


@pytest.fixture
def opened(site: Site, clock: Callable, recorded_letters: None) -> Callable[..., Assembly]:
    """Makes the small assembly with a rule of revoting, and opens it."""

    def make(revoting: str, **agenda: object) -> Assembly:
        said = {**AGENDA, "revoting": revoting, **agenda}
        return Assembly(site, clock(), said).open()

    return make


def files_of(export: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(export)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def at_once(acts: list[Callable[[], object]]) -> list[object]:
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return act()
        except Refused as refused:
            return refused.refusal

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.both_databases
def test_a_ballot_is_replaced_once(opened: Callable[..., Assembly]) -> None:
    assembly = opened("once")
    first = assembly.cast(1, YES)
    assert assembly.enter(1).may_vote
    second = assembly.cast(1, NO, replaces=first.tracker)
    entered = assembly.enter(1)
    assert (entered.receipt, entered.may_vote) == (second, False)
    third = refused_by(lambda: assembly.cast(1, ABSTAIN, replaces=second.tracker))
    assert third.refusal is Refusal.VOTED_AGAIN_BEFORE
    # The first receipt stays a promise: that ballot is in the box, and another one counts.
    kept = booth.receipt(assembly.site, assembly.uuid, first.tracker)
    assert kept is not None
    assert kept.replaced
    assert kept.as_json() == first.as_json()
    rules = elections.election(assembly.site, assembly.uuid).rules
    assert receipt_signature_valid(rules["receipt_key"], kept)
    assert booth.receipts(assembly.site, assembly.uuid) == [(1, first.tracker), (2, second.tracker)]
    assert replacements(assembly.site, assembly.uuid) == {1: 2}
    turnout = elections.turnout(assembly.site, assembly.uuid)
    assert (turnout.owners, turnout.area_dm2) == (1, 15050)


def test_until_the_close_any_number(opened: Callable[..., Assembly]) -> None:
    assembly = opened("until-close")
    assembly.cast(2, YES)
    replaces = None
    for motion in (YES, NO, ABSTAIN, YES, NO):
        replaces = assembly.cast(1, motion, replaces=replaces).tracker
        assert assembly.enter(1).may_vote
    assert replacements(assembly.site, assembly.uuid) == {height: height + 1 for height in range(2, 6)}
    late = {"now": assembly.closes_at, "replaces": replaces}
    body = assembly.ballot(1, YES)
    refused = refusal_of(lambda: booth.cast_ballot(assembly.site, assembly.uuid, 1, body, **late))
    assert refused is Refusal.ELECTION_CLOSED
    assembly.close()
    outcome = assembly.count()
    assert outcome["participation"]["owners"] == 2
    counts = outcome["questions"]["q1"]["counts"]
    assert [counts[answer]["owners"] for answer in ("同意", "反对", "弃权")] == [1, 1, 0]
    assert counts["反对"]["area_m2"] == "150.50"
    found = verify_files(files_of(assembly.export()))
    assert found.findings == ()
    assert (found.facts["owners"]["ballots"], found.facts["owners"]["num_tallied"]) == (6, 2)


@pytest.mark.parametrize("revoting", RULES)
def test_a_ballot_sent_again_has_its_receipt_also_when_it_was_replaced(
    opened: Callable[..., Assembly], revoting: str
) -> None:
    assembly = opened(revoting)
    body = assembly.ballot(1, YES)

    def send(replaces: str | None = None) -> object:
        return booth.cast_ballot(assembly.site, assembly.uuid, 1, body, assembly.voting, replaces=replaces)

    first = send()
    assert send() == send("A" * 43) == first
    if revoting != "none":
        second = assembly.cast(1, NO, replaces=first.tracker)
        assert send().replaced
        assert send().as_json() == first.as_json()
        assert booth.receipts(assembly.site, assembly.uuid)[-1] == (2, second.tracker)
    assembly.close()
    assert send().as_json() == first.as_json()


@pytest.mark.both_databases
@pytest.mark.parametrize("revoting", RULES)
def test_two_phones_at_one_instant_leave_one_ballot(opened: Callable[..., Assembly], revoting: str) -> None:
    assembly = opened(revoting)
    other = Refusal.ALREADY_VOTED if revoting == "none" else Refusal.VOTED_MEANWHILE
    replaces = None
    for most in (1, 2) if revoting == "once" else (1,) if revoting == "none" else (1, 2, 3):
        bodies = [assembly.ballot(1, motion) for motion in (YES, NO)]

        def cast(body: bytes, replaces: str | None = replaces) -> object:
            return booth.cast_ballot(
                assembly.site, assembly.uuid, 1, body, assembly.voting, replaces=replaces
            )

        results = at_once([lambda body=body, cast=cast: cast(body) for body in bodies])
        refused = [result for result in results if isinstance(result, Refusal)]
        last_allowed = revoting == "once" and most == 2
        assert refused == [Refusal.VOTED_AGAIN_BEFORE if last_allowed else other]
        listed = booth.receipts(assembly.site, assembly.uuid)
        assert len(listed) == most
        replaces = listed[-1][1]
    assert elections.turnout(assembly.site, assembly.uuid).owners == 1


def test_what_nobody_has_seen_is_not_replaced(opened: Callable[..., Assembly]) -> None:
    assembly = opened("until-close")
    first = assembly.cast(1, YES)
    # The husband's phone came in before his wife voted, a second page before she voted again.
    assert refusal_of(lambda: assembly.cast(1, NO)) is Refusal.VOTED_MEANWHILE
    second = assembly.cast(1, NO, replaces=first.tracker)
    assert refusal_of(lambda: assembly.cast(1, YES, replaces=first.tracker)) is Refusal.VOTED_MEANWHILE
    assert refusal_of(lambda: assembly.cast(2, YES, replaces=second.tracker)) is Refusal.VOTED_MEANWHILE
    assert len(booth.receipts(assembly.site, assembly.uuid)) == 2


def test_a_sealed_ballot_can_be_opened_while_another_may_be_cast(opened: Callable[..., Assembly]) -> None:
    assembly = opened("once")

    def challenge(body: bytes) -> str:
        return challenge_ballot(assembly.site, assembly.uuid, 1, body, assembly.voting)

    cast = assembly.ballot(1, YES)
    booth.cast_ballot(assembly.site, assembly.uuid, 1, cast, assembly.voting)
    assert refusal_of(lambda: challenge(cast)) is Refusal.ALREADY_VOTED
    tried = assembly.ballot(1, NO)
    assert challenge(tried) == fingerprint(tried)
    replaces = fingerprint(cast)
    again = {"now": assembly.voting, "replaces": replaces}
    refused = refusal_of(lambda: booth.cast_ballot(assembly.site, assembly.uuid, 1, tried, **again))
    assert refused is Refusal.BALLOT_CHALLENGED
    later = assembly.ballot(1, NO)
    booth.cast_ballot(assembly.site, assembly.uuid, 1, later, **again)
    for body in (cast, later, assembly.ballot(1, ABSTAIN)):
        assert refusal_of(lambda body=body: challenge(body)) is Refusal.ALREADY_VOTED


def test_only_the_ballot_that_counts_can_be_opened(opened: Callable[..., Assembly]) -> None:
    assembly = opened("once")
    first = assembly.cast(1, YES)
    second = assembly.cast(1, NO, replaces=first.tracker)
    assembly.cast(2)
    assembly.close()
    site, uuid, later = assembly.site, assembly.uuid, assembly.closes_at + timedelta(hours=2)
    ask = (REASON, PDF, assembly.actor, later)
    assert refusal_of(lambda: request_opening(site, uuid, first.tracker, *ask)) is Refusal.OPENING_SUPERSEDED
    for whose in (second.tracker, "2"):
        request_opening(site, uuid, whose, *ask)
    supervisor = auditor(assembly)
    for number in (1, 2):
        approve_opening(site, uuid, number, supervisor, later)
    shown = openings(site, uuid, supervisor)
    assert shown[0].tracker == second.tracker
    assert shown[0].chosen is not None
    assert shown[0].chosen[0][1] == ("反对",)
    assembly.count()
    found = verify_files(files_of(export_for_auditors(site, uuid, later, supervisor)))
    assert found.findings == ()
    assert found.facts["auditors_part"] == {"opened": 2, "ballots": 0}


def test_auditors_of_an_open_election_see_the_ballots_that_count(opened: Callable[..., Assembly]) -> None:
    assembly = opened("until-close", secrecy="open")
    first = assembly.cast(1, YES)
    middle = assembly.cast(2, YES)
    last = assembly.cast(1, NO, replaces=first.tracker)
    assembly.close()
    assembly.count()
    site, uuid = assembly.site, assembly.uuid
    shown = open_ballots(site, uuid)
    assert [(each.voter, each.tracker) for each in shown] == [(2, middle.tracker), (1, last.tracker)]
    assert shown[1].chosen[0][1] == ("反对",)
    later = assembly.closes_at + timedelta(hours=2)
    found = verify_files(files_of(export_for_auditors(site, uuid, later, auditor(assembly))))
    assert found.findings == ()
    assert found.facts["auditors_part"] == {"opened": 0, "ballots": 2}
