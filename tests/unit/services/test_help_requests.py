"""求助: who may ask, how often, and what the public log tells of it."""

import json
from datetime import datetime, timedelta

import pytest

from tests.assembly import Assembly
from tests.refusals import refusal_of
from tests.unit.services.test_cast_ballot import at_once
from voting.errors import Refusal
from voting.protocol.credentials import public_credential, secret_exponent, sign_message
from voting.protocol.group import ED25519
from voting.services import help_requests as service
from voting.services import log
from voting.services.credentials import lock_voter, withdraw_credentials
from voting.services.elections import election, open_election
from voting.services.entry import Shown, new_challenge
from voting.services.help_requests import HelpView, Outcome, Wanted

pytestmark = pytest.mark.either_database


def signed(assembly: Assembly, voter: int, now: datetime, purpose: str = "help") -> Shown:
    challenge = new_challenge(assembly.site, assembly.uuid, now)
    secret = secret_exponent(ED25519, assembly.uuid, assembly.private[voter])
    proof = sign_message(ED25519, secret, f"help|{assembly.uuid}|{challenge}")
    shown = {"challenge": proof.challenge, "response": proof.response}
    mine = public_credential(ED25519, assembly.uuid, assembly.private[voter])
    return Shown(purpose, mine, challenge, shown, "")


def ask(assembly: Assembly, voter: int, wanted: Wanted = Wanted.VISIT, now: datetime | None = None) -> None:
    at = now or assembly.voting
    service.ask_for_help(assembly.site, assembly.uuid, signed(assembly, voter, at), wanted, at)


def at_unit(assembly: Assembly, unit: str, wanted: Wanted = Wanted.VISIT) -> None:
    service.ask_at_unit(assembly.site, assembly.uuid, unit, wanted, assembly.voting)


def listed(assembly: Assembly) -> list[HelpView]:
    return service.help_requests(assembly.site, assembly.uuid)


def test_the_letter_alone_asks_and_asking_again_changes_it(assembly: Assembly) -> None:
    assembly.open()
    for wanted in (Wanted.VISIT, Wanted.VISIT, Wanted.PAPER):
        ask(assembly, 2, wanted)
    [view] = listed(assembly)
    assert (view.name, view.units) == ("李四、王五", ("1-1-201",))
    assert (view.request.voter, view.request.by_letter, view.request.wanted) == (2, True, "paper")
    asked = [each for each in log.entries(assembly.site, assembly.uuid) if each.act == "help-asked"]
    assert [each.details for each in asked] == [
        {"voter": 2, "wanted": "visit"},
        {"voter": 2, "wanted": "paper"},
    ]
    assert {each.actor for each in asked} == {"voter"}
    assert election(assembly.site, assembly.uuid).help_waiting == 1


@pytest.mark.parametrize(
    "unit", ["1-1-201", " 1－1－201 ", "1栋1单元201室", "1幢1单元201", "1号楼1单元201号"]
)
def test_a_unit_asks_without_a_letter(assembly: Assembly, unit: str) -> None:
    assembly.open()
    at_unit(assembly, unit, Wanted.CALL)
    [view] = listed(assembly)
    assert (view.request.voter, view.request.by_letter, view.request.wanted) == (2, False, "call")


@pytest.mark.parametrize("unit", ["", "-", "1-1", "11-201", "1-1-999", "李四", "1-1-2011"])
def test_a_unit_of_nobody(assembly: Assembly, unit: str) -> None:
    assembly.open()
    assert refusal_of(lambda: at_unit(assembly, unit)) is Refusal.HELP_UNIT_UNKNOWN
    assert listed(assembly) == []


def test_a_stranger_changes_nothing_that_was_asked(assembly: Assembly) -> None:
    assembly.open()
    ask(assembly, 2, Wanted.PAPER)
    for wanted in Wanted:
        at_unit(assembly, "1-1-201", wanted)
    [view] = listed(assembly)
    assert (view.request.wanted, view.request.by_letter) == ("paper", True)
    # The letter takes over what was asked without it.
    at_unit(assembly, "2-1-101", Wanted.CALL)
    ask(assembly, 3, Wanted.CALL)
    assert {view.request.voter: view.request.by_letter for view in listed(assembly)} == {2: True, 3: True}


def test_whoever_has_voted_or_lost_the_letter_is_answered_alike(assembly: Assembly) -> None:
    assembly.open()
    assembly.cast(1)
    lock_voter(assembly.site, assembly.uuid, 3, "信被人拿走了", assembly.actor, assembly.voting)
    for voter in (1, 2, 3):
        ask(assembly, voter)
    assert [view.request.voter for view in listed(assembly)] == [1, 2, 3]


def test_refusals_by_name(assembly: Assembly) -> None:
    site, now = assembly.site, assembly.now
    unknown = lambda: service.help_challenge(site, assembly.uuid, now)  # noqa: E731
    assembly.draft()
    assert refusal_of(unknown) is Refusal.ELECTION_UNKNOWN
    assembly.issue_draft()
    service.help_challenge(site, assembly.uuid, now)  # before the opening, too: somebody may have to be found
    open_election(site, assembly.uuid, assembly.actor, assembly.opens_at)
    wrong = signed(assembly, 2, assembly.voting, purpose="enter")
    asking = lambda: service.ask_for_help(site, assembly.uuid, wrong, Wanted.VISIT, assembly.voting)  # noqa: E731
    assert refusal_of(asking) is Refusal.MESSAGE_PROOF_INVALID
    stale = signed(assembly, 2, assembly.voting - timedelta(hours=1))
    late = lambda: service.ask_for_help(site, assembly.uuid, stale, Wanted.VISIT, assembly.voting)  # noqa: E731
    assert refusal_of(late) is Refusal.CHALLENGE_EXPIRED
    closes = election(site, assembly.uuid).closes_at
    service.help_challenge(site, assembly.uuid, closes - timedelta(seconds=1))
    assert refusal_of(lambda: service.help_challenge(site, assembly.uuid, closes)) is Refusal.ELECTION_CLOSED
    assert listed(assembly) == []


@pytest.mark.both_databases
def test_from_taken_to_done_is_in_no_record(assembly: Assembly) -> None:
    assembly.open()
    site, uuid, actor, now = assembly.site, assembly.uuid, assembly.actor, assembly.voting
    for voter in (1, 2, 3):
        ask(assembly, voter)
    before = log.entries(site, uuid)
    service.take_help_request(site, uuid, 2, " 李梅 ", actor, now)
    service.take_help_request(site, uuid, 1, "王强", actor, now)
    service.take_help_request(site, uuid, 1, "李梅", actor, now)  # somebody else goes
    service.finish_help_request(site, uuid, 2, Outcome.HELPED, actor, now)
    assert [view.request.number for view in listed(assembly)] == [3, 1, 2]
    done = listed(assembly)[-1].request
    assert (done.taken_by, done.outcome, done.done_by) == ("李梅", "helped", actor.name)
    assert election(site, uuid).help_waiting == 1
    assert log.entries(site, uuid) == before
    told = [each for each in log.entries(site, log.SITE) if each.act.startswith("help-")]
    assert [each.act for each in told] == ["help-taken"] * 3 + ["help-done"]
    assert "李梅" not in json.dumps([each.details for each in told], ensure_ascii=False)
    for act in (
        lambda: service.take_help_request(site, uuid, 2, "李梅", actor, now),
        lambda: service.finish_help_request(site, uuid, 2, Outcome.ABSENT, actor, now),
    ):
        assert refusal_of(act) is Refusal.HELP_DONE
    ask(assembly, 2)  # and may ask again
    assert [view.request.number for view in listed(assembly)] == [3, 4, 1, 2]
    nobody = lambda: service.take_help_request(site, uuid, 5, "李梅", actor, now)  # noqa: E731
    assert refusal_of(nobody) is Refusal.HELP_UNKNOWN
    for name in ("", " ", "一" * 41, "李梅 13800001111"):
        named = lambda name=name: service.take_help_request(site, uuid, 3, name, actor, now)  # noqa: E731
        assert refusal_of(named) is Refusal.HELPER_NAME_INVALID
    service.take_help_request(site, uuid, 3, "李" * 36 + "3502", actor, now)


def test_at_once_a_voter_has_one_request(assembly: Assembly) -> None:
    assembly.open()
    site, uuid, now = assembly.site, assembly.uuid, assembly.voting
    shown = [signed(assembly, 2, now) for _ in range(4)]
    at_once([lambda s=s: service.ask_for_help(site, uuid, s, Wanted.VISIT, now) for s in shown])
    assert len(listed(assembly)) == 1


def test_withdrawn_letters_take_their_requests_with_them(assembly: Assembly) -> None:
    assembly.issue()
    at = assembly.now
    service.ask_at_unit(assembly.site, assembly.uuid, "1-1-201", Wanted.VISIT, at)
    withdraw_credentials(assembly.site, assembly.uuid, "时间要改一改", assembly.actor, at)
    assert listed(assembly) == []
