"""In whatever order voters cast and from whichever page, the last ballot that was allowed counts."""

from datetime import UTC, datetime
from pathlib import Path
from shutil import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.assembly import ABSTAIN, AGENDA, NO, YES, Assembly
from tests.letters import recorded
from tests.refusals import refusal_of
from voting.errors import Refusal
from voting.protocol.encoding import fingerprint
from voting.services import booth, elections
from voting.services.site import Keys, Site
from voting.services.views import Receipt
from voting.store.engine import Store

VOTERS = (1, 2, 3)
MOTIONS = (YES, NO, ABSTAIN, YES)  # of each voter's sealed ballots
ANSWERS = ("同意", "反对", "弃权", "同意")
KEYS = Keys.derive(b"a master secret of 32 bytes only")
MOST = {"none": 1, "once": 2, "until-close": None}

Sealed = dict[tuple[int, int], bytes]
# Who sends which of the own ballots, from a page that came in after so many of the own had been cast, or that
# knows the last one whatever it is.
step = st.tuples(st.sampled_from(VOTERS), st.integers(0, len(MOTIONS) - 1), st.integers(0, 3) | st.none())


@pytest.fixture(scope="module", params=MOST)
def prepared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Assembly, Path, Sealed, str]:
    """An open election of each rule, kept as a file, with ballots that are sealed and not yet cast."""
    file = tmp_path_factory.mktemp("revoting") / "open.sqlite"
    store = Store(f"sqlite:///{file}")
    store.migrate()
    agenda = {**AGENDA, "revoting": request.param}
    with recorded():
        assembly = Assembly(Site(store, KEYS), datetime(2026, 5, 1, tzinfo=UTC), agenda).open()
    sealed = {
        (voter, number): assembly.ballot(voter, motion)
        for voter in VOTERS
        for number, motion in enumerate(MOTIONS)
    }
    store.forget()
    store.close()
    return assembly, file, sealed, request.param


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(step, min_size=1, max_size=9))
def test_the_last_allowed_ballot_of_each_voter_counts(
    prepared: tuple[Assembly, Path, Sealed, str],
    tmp_path: Path,
    steps: list[tuple[int, int, int | None]],
) -> None:
    assembly, file, sealed, rule = prepared
    store = Store(f"sqlite:///{copy(file, tmp_path / 'copy.sqlite')}")
    site, uuid, most = Site(store, KEYS), assembly.uuid, MOST[rule]
    cast: dict[int, list[int]] = {voter: [] for voter in VOTERS}
    order: list[str] = []
    try:
        for voter, number, seen in steps:
            body, mine = sealed[voter, number], cast[voter]
            known = mine if seen is None else mine[:seen]
            replaces = fingerprint(sealed[voter, known[-1]]) if known else None

            def send(voter: int = voter, body: bytes = body, replaces: str | None = replaces) -> Receipt:
                return booth.cast_ballot(site, uuid, voter, body, assembly.voting, replaces=replaces)

            if number not in mine and most is not None and len(mine) >= most:
                used = Refusal.ALREADY_VOTED if most == 1 else Refusal.VOTED_AGAIN_BEFORE
                assert refusal_of(send) is used
            elif number not in mine and known != mine:
                assert refusal_of(send) is Refusal.VOTED_MEANWHILE
            else:
                receipt = send()
                assert receipt.tracker == fingerprint(body)
                if number not in mine:
                    mine.append(number)
                    order.append(receipt.tracker)
                assert receipt.replaced is (mine[-1] != number)
        assert [tracker for _, tracker in booth.receipts(site, uuid)] == order
        voted = [voter for voter in VOTERS if cast[voter]]
        assert elections.turnout(site, uuid).owners == len(voted)
        elections.close_election(site, uuid, assembly.actor, assembly.closes_at)
        outcome = elections.count_election(site, uuid, assembly.actor, assembly.closes_at)
        assert outcome["participation"]["owners"] == len(voted)
        counts = outcome["questions"]["q1"]["counts"]
        last = [ANSWERS[cast[voter][-1]] for voter in voted]
        assert {answer: counts[answer]["owners"] for answer in counts} == {
            answer: last.count(answer) for answer in counts
        }
    finally:
        store.close()
