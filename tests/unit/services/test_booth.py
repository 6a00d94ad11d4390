"""Entering the booth: both factors, five tries, and each refusal by its own name."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.assembly import DIGITS, Assembly
from tests.refusals import refusal_of, refused_by
from voting.errors import Refusal, Refused
from voting.protocol.credentials import generate, public_credential, secret_exponent, sign_message
from voting.protocol.group import ED25519
from voting.services import booth, credentials, elections
from voting.services.booth import masked
from voting.services.log import entries


def test_the_booth_shows_what_was_agreed(assembly: Assembly) -> None:
    assembly.open()
    view = booth.booth(assembly.site, assembly.uuid, assembly.voting)
    assert [question["id"] for question in view.questions] == ["q1", "q2"]
    assert view.questions[0]["choices"] == ["同意", "反对", "弃权"]
    assert (view.opens_at, view.closes_at) == (assembly.opens_at, assembly.closes_at)
    assert view.uuid in view.election_json


@pytest.mark.parametrize("digits", ["1234", " 12 34 ", "１２３４", "5678"])
def test_any_registered_number_of_any_unit_lets_in(assembly: Assembly, digits: str) -> None:
    entered = assembly.open().enter(1, digits)
    assert (entered.voter, entered.name_masked, entered.units) == (1, "张*", ("1-1-101", "1-1-102"))
    assert entered.receipt is None


@pytest.mark.parametrize("digits", ["002X", "002x", "００２ｘ", "3456", "9012"])
def test_any_co_owner_may_come(assembly: Assembly, digits: str) -> None:
    assert assembly.open().enter(2, digits).voter == 2


def test_after_voting_the_booth_gives_the_receipt(assembly: Assembly) -> None:
    receipt = assembly.open().cast(2)
    assert assembly.enter(2).receipt == receipt
    assert assembly.enter(1).receipt is None


def test_five_tries_then_locked_then_unlocked(assembly: Assembly) -> None:
    assembly.open()
    lefts = []
    for _ in range(4):
        refused = refused_by(lambda: assembly.enter(1, "0000"))
        assert refused.refusal is Refusal.SECOND_FACTOR_WRONG
        lefts.append(refused.context["left"])
    assert lefts == [4, 3, 2, 1]
    assert refusal_of(lambda: assembly.enter(1, "0000")) is Refusal.SECOND_FACTOR_LOCKED
    assert refusal_of(lambda: assembly.enter(1)) is Refusal.SECOND_FACTOR_LOCKED
    assert credentials.roll(assembly.site, assembly.uuid)[0].state == "too-many-tries"
    assert assembly.enter(2).voter == 2
    credentials.unlock_voter(assembly.site, assembly.uuid, 1, assembly.actor, assembly.voting)
    assert credentials.roll(assembly.site, assembly.uuid)[0].state == "issued"
    assert assembly.enter(1).voter == 1
    log = entries(assembly.site, assembly.uuid)
    assert [(entry.act, entry.actor) for entry in log[-2:]] == [
        ("second-factor-locked", "voter"),
        ("voter-unlocked", "wang"),
    ]


def test_guesses_at_once_are_five_all_the_same(assembly: Assembly) -> None:
    assembly.open()

    def guess(digits: str) -> Refusal | int:
        try:
            return assembly.enter(3, digits=digits).voter
        except Refused as refused:
            return refused.refusal

    with ThreadPoolExecutor(12) as pool:
        said = list(pool.map(guess, [f"{number:04}" for number in range(8000, 8024)]))
    assert said.count(Refusal.SECOND_FACTOR_WRONG) == 4
    assert said.count(Refusal.SECOND_FACTOR_LOCKED) == 20
    assert guess(DIGITS[3]) is Refusal.SECOND_FACTOR_LOCKED


def test_the_fifth_try_may_be_right_and_a_right_one_forgets(assembly: Assembly) -> None:
    assembly.open()
    for _ in range(2):
        for _ in range(4):
            assert refusal_of(lambda: assembly.enter(3, "")) is Refusal.SECOND_FACTOR_WRONG
        assert assembly.enter(3).voter == 3


def test_one_voters_digits_do_not_open_anothers_letter(assembly: Assembly) -> None:
    assembly.open()
    assert refusal_of(lambda: assembly.enter(1, DIGITS[3])) is Refusal.SECOND_FACTOR_WRONG


def test_a_letter_of_nobody_on_the_roll(assembly: Assembly) -> None:
    assembly.open()
    assert refusal_of(lambda: assembly.enter(1, credential=generate())) is Refusal.CREDENTIAL_UNKNOWN


def test_knowing_only_the_public_half_does_not_let_in(assembly: Assembly) -> None:
    assembly.open()
    site, uuid, now = assembly.site, assembly.uuid, assembly.voting
    public = public_credential(ED25519, uuid, assembly.private[1])
    secret = secret_exponent(ED25519, uuid, assembly.private[1])
    challenge = booth.entry_challenge(site, uuid, now)

    def enter(message: str, with_secret: int, presented: str = challenge, at=now) -> object:
        proof = sign_message(ED25519, with_secret, message)
        fields = {"challenge": proof.challenge, "response": proof.response}
        return booth.enter_booth(site, uuid, public, presented, fields, "1234", at)

    message = f"enter|{uuid}|{challenge}"
    assert refusal_of(lambda: enter(message, secret + 1)) is Refusal.MESSAGE_PROOF_INVALID
    # A signature of another challenge is of no use, and a challenge of our own making neither.
    earlier = f"enter|{uuid}|{booth.entry_challenge(site, uuid, now)}"
    assert refusal_of(lambda: enter(earlier, secret)) is Refusal.MESSAGE_PROOF_INVALID
    for forged in ("", "x", "1.2.3", f"9{challenge}", challenge[:-1], f"{challenge}0", "１.2.3"):
        assert (
            refusal_of(lambda forged=forged: enter(f"enter|{uuid}|{forged}", secret, forged))
            is Refusal.CHALLENGE_INVALID
        )
    for proof in ({}, {"challenge": 1, "response": 2}, {"challenge": "1"}):
        assert (
            refusal_of(lambda p=proof: booth.enter_booth(site, uuid, public, challenge, p, "1234", now))
            is Refusal.MESSAGE_PROOF_INVALID
        )
    assert enter(message, secret, at=now + timedelta(minutes=59, seconds=59)).voter == 1
    hour = now + timedelta(hours=1)
    assert refusal_of(lambda: enter(message, secret, at=hour)) is Refusal.CHALLENGE_EXPIRED
    # None of these cost the voter a try.
    assert credentials.roll(site, uuid)[0].state == "issued"


def test_the_door_by_phase(assembly: Assembly) -> None:
    assembly.draft()
    site, uuid = assembly.site, assembly.uuid

    def at(now) -> Refusal:
        refusals = {
            refusal_of(lambda: booth.booth(site, uuid, now)),
            refusal_of(lambda: booth.entry_challenge(site, uuid, now)),
            refusal_of(lambda: booth.enter_booth(site, uuid, "4", "", {}, "1234", now)),
        }
        assert len(refusals) == 1
        return refusals.pop()

    assert at(assembly.voting) is Refusal.ELECTION_UNKNOWN
    credentials.issue_credentials(
        site, uuid, "correct horse battery", "https://vote.example", assembly.actor, assembly.now
    )
    assert at(assembly.now) is Refusal.NOT_YET_OPEN
    elections.open_election(site, uuid, assembly.actor, assembly.opens_at)
    booth.booth(site, uuid, assembly.closes_at - timedelta(seconds=1))
    assert at(assembly.closes_at) is Refusal.ELECTION_CLOSED
    assembly.close()
    assert at(assembly.voting) is Refusal.ELECTION_CLOSED
    assembly.count()
    assert at(assembly.voting) is Refusal.ELECTION_CLOSED
    elections.publish_election(site, uuid, assembly.actor, assembly.closes_at)
    assert at(assembly.voting) is Refusal.LINK_EXPIRED
    assert refusal_of(lambda: booth.booth(site, "2" * 14, assembly.voting)) is Refusal.ELECTION_UNKNOWN


def test_an_early_close_says_when(assembly: Assembly) -> None:
    assembly.open()
    elections.close_election(assembly.site, assembly.uuid, assembly.actor, assembly.voting, "系统要维护了")
    refused = refused_by(lambda: booth.booth(assembly.site, assembly.uuid, assembly.voting))
    assert refused.context == {"closes_at": "2026-05-03 08:00"}


@pytest.mark.parametrize(
    ("name", "shown"),
    [("王英", "王*"), ("王秀英", "王*英"), ("欧阳秀英", "欧**英"), ("李", "李*"), ("李四、王五", "李*、王*")],
)
def test_a_masked_name(name: str, shown: str) -> None:
    assert masked(name) == shown
