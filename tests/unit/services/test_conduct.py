"""From draft to published: the sums, the law, and every step that a phase or the time forbids, by name."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest

from tests.assembly import ABSTAIN, AGENDA, AREAS, BASE_URL, NO, PASSPHRASE, YES, Assembly
from tests.refusals import refusal_of, refused_by
from voting.errors import Refusal, Refused
from voting.protocol.audit import verify_twins
from voting.protocol.group import BELENIOS_2048
from voting.rules.secrecy import Secrecy
from voting.services import booth, credentials, elections
from voting.services.board import archives
from voting.services.credential_file import open_credential_file
from voting.services.log import entries
from voting.services.phases import found
from voting.services.sealing import unseal
from voting.services.views import Act, Phase
from voting.store import board as board_rows
from voting.store import elections as election_rows
from voting.store import roll as roll_rows

pytestmark = pytest.mark.either_database


@pytest.mark.both_databases
def test_a_small_election_adds_up_on_both_measures(assembly: Assembly) -> None:
    assembly.open()
    choices = {
        1: (YES, (1, 1, 0, 0)),
        2: (NO, (1, 0, 1, 0)),
        3: (YES, (0, 0, 0, 0)),
        4: (ABSTAIN, (1, 1, 1, 0)),
    }
    for voter, (motion, ticks) in choices.items():
        assembly.cast(voter, motion, ticks)
    assembly.close()
    seen: list[tuple[int, int]] = []
    outcome = elections.count_election(
        assembly.site,
        assembly.uuid,
        assembly.actor,
        assembly.closes_at,
        lambda done, total: seen.append((done, total)),
    )
    assert outcome["uuid"] == assembly.uuid
    assert outcome["electorate"] == {"owners": 5, "area_m2": "499.38"}
    assert outcome["participation"] == {"owners": 4, "area_m2": "399.37"}
    assert outcome["quorum_met"] is True
    motion = outcome["questions"]["q1"]
    assert motion["counts"] == {
        "同意": {"owners": 2, "area_m2": f"{(AREAS[1] + AREAS[3]) / 100:.2f}"},
        "反对": {"owners": 1, "area_m2": f"{AREAS[2] / 100:.2f}"},
        "弃权": {"owners": 1, "area_m2": f"{AREAS[4] / 100:.2f}"},
    }
    # Exactly half of the owners who took part is not more than half.
    assert motion["passed"] is False
    contest = outcome["questions"]["q2"]
    for position, name in enumerate(["丁一", "方二", "石三", "白四"]):
        ticked = [voter for voter, (_, ticks) in choices.items() if ticks[position]]
        area = sum(AREAS[voter] for voter in ticked)
        assert contest["counts"][name] == {"owners": len(ticked), "area_m2": f"{area / 100:.2f}"}
    assert contest["elected"] == ["丁一"]
    view = elections.election(assembly.site, assembly.uuid)
    assert view.outcome == outcome
    assert list(view.outcome["questions"]["q1"]["counts"]) == ["同意", "反对", "弃权"]
    assert seen[0] == (0, 6)
    assert seen[-1] == (6, 6)


def test_nobody_came(assembly: Assembly) -> None:
    assembly.open().close()
    outcome = assembly.count()
    assert outcome["participation"] == {"owners": 0, "area_m2": "0.00"}
    assert outcome["quorum_met"] is False


def test_published_lists_tell_nothing_by_their_order(assembly: Assembly) -> None:
    assembly.open()
    with assembly.site.store.read() as tx:
        from voting.protocol.archive import read_archive

        owners, area = (read_archive(body) for body in archives(tx, assembly.uuid, 1))
    import json

    keys = json.loads(owners.links[0].records[2])
    weighted = json.loads(area.links[0].records[2])
    assert keys == sorted(keys)
    assert [one.partition(",")[0] for one in weighted] == keys
    assert sorted(int(one.partition(",")[2]) for one in weighted) == sorted(AREAS.values())


def test_opening_waits_for_letters_and_the_announced_time(assembly: Assembly) -> None:
    assembly.draft()

    def open_at(now) -> None:
        elections.open_election(assembly.site, assembly.uuid, assembly.actor, now)

    assert refusal_of(lambda: open_at(assembly.opens_at)) is Refusal.CREDENTIALS_NOT_ISSUED
    credentials.issue_credentials(
        assembly.site, assembly.uuid, "correct horse battery", "https://x", assembly.actor, assembly.now
    )
    early = refused_by(lambda: open_at(assembly.opens_at - timedelta(seconds=1)))
    assert (early.refusal, early.context) == (Refusal.OPENING_TOO_EARLY, {"opens_at": "2026-05-02 08:00"})
    assert refusal_of(lambda: open_at(assembly.closes_at)) is Refusal.WINDOW_OVER
    open_at(assembly.opens_at)
    again = refused_by(lambda: open_at(assembly.opens_at))
    assert (again.refusal, again.context) == (Refusal.ELECTION_WRONG_PHASE, {"phase": "open", "act": "open"})


def test_closing_early_needs_a_written_reason(assembly: Assembly) -> None:
    assembly.open()

    def close(reason: str | None, now) -> str:
        return elections.close_election(assembly.site, assembly.uuid, assembly.actor, now, reason)

    last = assembly.closes_at - timedelta(seconds=1)
    assert refusal_of(lambda: close(None, last)) is Refusal.CLOSING_TOO_EARLY
    assert refusal_of(lambda: close("四个字呢", last)) is Refusal.REASON_MISSING
    close("全体都已投票", last)
    view = elections.election(assembly.site, assembly.uuid)
    assert (view.phase, view.early_close_reason, view.closed_at) == (Phase.CLOSED, "全体都已投票", last)
    assert entries(assembly.site, assembly.uuid)[-1].details["early"] == "全体都已投票"


def test_closing_at_the_announced_time_needs_none(assembly: Assembly) -> None:
    assembly.open()
    text = assembly.close()
    view = elections.election(assembly.site, assembly.uuid)
    assert (view.phase, view.early_close_reason) == (Phase.CLOSED, None)
    assert view.closing_checkpoint == text
    assert "early" not in entries(assembly.site, assembly.uuid)[-1].details


@pytest.mark.both_databases
def test_closing_twice_at_once_ends_the_ballots_once(assembly: Assembly) -> None:
    assembly.open().cast(1)
    barrier = Barrier(4)

    def close(_: int) -> object:
        barrier.wait()
        try:
            return assembly.close()
        except Refused as refused:
            return refused.refusal

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(close, range(4)))
    assert results.count(Refusal.ELECTION_WRONG_PHASE) == 3
    with assembly.site.store.read() as tx:
        types = [event.type for event in board_rows.events(tx, assembly.uuid)]
    assert types == ["Setup", "Ballot", "EndBallots"]
    acts = [entry.act for entry in entries(assembly.site, assembly.uuid)]
    assert acts.count("election-closed") == 1


@pytest.mark.both_databases
def test_counting_twice_at_once_counts_once(assembly: Assembly) -> None:
    assembly.open().cast(1)
    assembly.close()
    barrier = Barrier(3)

    def count(_: int) -> object:
        barrier.wait()
        try:
            return assembly.count()
        except Refused as refused:
            return refused.refusal

    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(count, range(3)))
    assert results.count(Refusal.ELECTION_WRONG_PHASE) == 2
    with assembly.site.store.read() as tx:
        types = [event.type for event in board_rows.events(tx, assembly.uuid)]
    assert types[2:] == ["EndBallots", "EncryptedTally", "PartialDecryption", "Result"]


def steps(assembly: Assembly) -> dict[Act, Callable[[], object]]:
    """Every act with a phase of its own, at a time when only the phase can forbid it."""
    site, uuid, actor = assembly.site, assembly.uuid, assembly.actor
    in_window, over = assembly.voting, assembly.closes_at
    return {
        Act.EDIT: lambda: elections.edit_election(
            site, uuid, AGENDA, assembly.opens_at, assembly.closes_at, actor, assembly.now
        ),
        Act.ISSUE: lambda: credentials.issue_credentials(
            site, uuid, "correct horse battery", "https://x", actor, assembly.now
        ),
        Act.WITHDRAW: lambda: credentials.withdraw_credentials(site, uuid, "名单写错了", actor, assembly.now),
        Act.DELETE: lambda: elections.delete_draft(site, uuid, actor, assembly.now),
        Act.LOCK: lambda: credentials.lock_voter(site, uuid, 1, "信被偷走了", actor, in_window),
        Act.OPEN: lambda: elections.open_election(site, uuid, actor, in_window),
        Act.CLOSE: lambda: elections.close_election(site, uuid, actor, over),
        Act.COUNT: lambda: elections.count_election(site, uuid, actor, over),
        Act.PUBLISH: lambda: elections.publish_election(site, uuid, actor, over),
    }


def test_every_act_is_refused_by_name_in_every_phase_that_forbids_it(assembly: Assembly) -> None:
    assembly.draft()
    allowed = {
        Phase.OPEN: {Act.CLOSE, Act.LOCK},
        Phase.CLOSED: {Act.COUNT},
        Phase.COUNTED: {Act.PUBLISH},
        Phase.PUBLISHED: set(),
    }
    acts = steps(assembly)
    for act in (Act.CLOSE, Act.COUNT, Act.PUBLISH):
        assert refused_by(acts[act]).context == {"phase": "draft", "act": act.value}
    acts[Act.ISSUE]()
    for act in (Act.EDIT, Act.ISSUE, Act.DELETE):
        assert refusal_of(acts[act]) is Refusal.CREDENTIALS_ALREADY_ISSUED
    for phase, step in (
        (Phase.OPEN, Act.OPEN),
        (Phase.CLOSED, Act.CLOSE),
        (Phase.COUNTED, Act.COUNT),
        (Phase.PUBLISHED, Act.PUBLISH),
    ):
        acts[step]()
        assert elections.election(assembly.site, assembly.uuid).phase is phase
        for act in acts.keys() - allowed[phase]:
            refused = refused_by(acts[act])
            assert refused.refusal is Refusal.ELECTION_WRONG_PHASE
            assert refused.context == {"phase": phase.value, "act": act.value}


def test_the_page_offers_what_the_phase_allows(assembly: Assembly) -> None:
    desk = {Act.REPRINT_LETTER, Act.LOCK, Act.RESET, Act.UNLOCK}
    assembly.draft()

    def offered(now) -> set[Act]:
        return set(elections.next_acts(elections.election(assembly.site, assembly.uuid), now))

    second = timedelta(seconds=1)
    acts = steps(assembly)
    assert offered(assembly.now) == {Act.ISSUE, Act.EDIT, Act.DELETE}
    assert offered(assembly.closes_at) == {Act.EDIT, Act.DELETE}
    acts[Act.ISSUE]()
    waiting = desk | {Act.REPLACE_LETTER, Act.WITHDRAW}
    assert offered(assembly.opens_at - second) == waiting
    assert offered(assembly.opens_at) == waiting | {Act.OPEN}
    acts[Act.OPEN]()
    assert offered(assembly.closes_at - second) == desk | {Act.CLOSE_EARLY}
    assert offered(assembly.closes_at) == {Act.CLOSE}
    acts[Act.CLOSE]()
    assert offered(assembly.closes_at) == {Act.COUNT}
    acts[Act.COUNT]()
    assert offered(assembly.closes_at) == {Act.PUBLISH, Act.EXPORT}
    acts[Act.PUBLISH]()
    assert offered(assembly.closes_at) == {Act.EXPORT}


def test_drafts_are_edited_and_deleted(assembly: Assembly) -> None:
    assembly.draft()
    site, uuid, actor, now = assembly.site, assembly.uuid, assembly.actor, assembly.now
    later = assembly.closes_at + timedelta(days=1, microseconds=5)
    elections.edit_election(site, uuid, {**AGENDA, "title": "新题目"}, assembly.opens_at, later, actor, now)
    view = elections.election(site, uuid)
    assert (view.title, view.agenda.title) == ("新题目", "新题目")
    assert view.closes_at == view.agenda.closes_at == assembly.closes_at + timedelta(days=1)
    assert (view.electorate_owners, view.electorate_area_dm2) == (5, 49938)
    assert [one.uuid for one in elections.elections(site)] == [uuid]
    for group, stands in (("Ed25519", "Ed25519"), (None, "Ed25519"), ("BELENIOS-2048", "BELENIOS-2048")):
        elections.edit_election(site, uuid, AGENDA, assembly.opens_at, later, actor, now, group)
        assert elections.election(site, uuid).group == stands
    elections.delete_draft(site, uuid, actor, now)
    assert elections.elections(site) == []
    assert refusal_of(lambda: elections.election(site, uuid)) is Refusal.ELECTION_UNKNOWN
    assert [entry.act for entry in entries(site, uuid)] == [
        "election-created",
        *["election-edited"] * 4,
        "election-deleted",
    ]


def test_a_draft_is_refused_by_name(assembly: Assembly) -> None:
    assembly.draft()

    def create(
        agenda=AGENDA, estate=assembly.estate_id, closes=assembly.closes_at, group="BELENIOS-2048"
    ) -> str:
        return elections.create_election(
            assembly.site, estate, agenda, assembly.opens_at, closes, assembly.actor, assembly.now, group
        )

    def edit(group: str) -> None:
        elections.edit_election(
            assembly.site,
            assembly.uuid,
            AGENDA,
            assembly.opens_at,
            assembly.closes_at,
            assembly.actor,
            assembly.now,
            group,
        )

    for group in ("", "ed25519", "RFC-3526-2048"):
        assert refusal_of(lambda group=group: create(group=group)) is Refusal.GROUP_UNKNOWN
        assert refusal_of(lambda group=group: edit(group)) is Refusal.GROUP_UNKNOWN
    assert refusal_of(lambda: create(estate=99)) is Refusal.ESTATE_UNKNOWN
    assert refusal_of(lambda: create(closes=assembly.opens_at)) is Refusal.WINDOW_INVALID
    assert refusal_of(lambda: create({**AGENDA, "estate": "别的小区"})) is Refusal.AGENDA_ESTATE_DIFFERS
    assert refusal_of(lambda: create({**AGENDA, "questions": []})) is Refusal.AGENDA_QUESTIONS_MISSING
    create(closes=assembly.opens_at + timedelta(seconds=1))


def test_a_letter_replaced_while_the_ballot_box_is_made_ready_is_on_the_board(assembly: Assembly) -> None:
    """The list is final: with the old code on it, the new letter's ballot would spoil the record."""
    assembly.issue()
    fresh = []

    def meanwhile(done: int, _total: int) -> None:
        if done == 1 and not fresh:
            fresh.append(
                credentials.replace_letter(
                    assembly.site,
                    assembly.uuid,
                    1,
                    "信丢了要补一封",
                    assembly.issued.credential_file,
                    PASSPHRASE,
                    BASE_URL,
                    assembly.actor,
                    assembly.opens_at,
                )
            )

    elections.open_election(assembly.site, assembly.uuid, assembly.actor, assembly.opens_at, meanwhile)
    assembly.private = open_credential_file(fresh[0].credential_file, PASSPHRASE, assembly.uuid)
    assembly.cast(1)
    with assembly.site.store.read() as tx:
        assert verify_twins(*archives(tx, assembly.uuid, 1)).owners.num_tallied == 1


def test_the_rules_are_those_of_the_letters_that_are_out(assembly: Assembly) -> None:
    assembly.issue()
    again = []

    def meanwhile(done: int, _total: int) -> None:
        if done == 1 and not again:
            again.append(True)
            site, uuid, actor, now = assembly.site, assembly.uuid, assembly.actor, assembly.opens_at
            credentials.withdraw_credentials(site, uuid, "题目写错了", actor, now)
            changed = {**AGENDA, "title": "改过的题目"}
            elections.edit_election(site, uuid, changed, now, assembly.closes_at, actor, now)
            credentials.issue_credentials(site, uuid, PASSPHRASE, BASE_URL, actor, now)

    elections.open_election(assembly.site, assembly.uuid, assembly.actor, assembly.opens_at, meanwhile)
    assert elections.election(assembly.site, assembly.uuid).rules["title"] == "改过的题目"


def test_letters_made_for_one_group_are_no_good_for_another(assembly: Assembly) -> None:
    assembly.draft()
    site, uuid, actor, now = assembly.site, assembly.uuid, assembly.actor, assembly.now
    again = []

    def meanwhile(done: int, _total: int) -> None:
        if done == 1 and not again:
            again.append(True)
            elections.edit_election(
                site, uuid, AGENDA, assembly.opens_at, assembly.closes_at, actor, now, BELENIOS_2048.name
            )

    def issue() -> object:
        return credentials.issue_credentials(site, uuid, PASSPHRASE, BASE_URL, actor, now, progress=meanwhile)

    assert refusal_of(issue) is Refusal.ELECTION_WRONG_PHASE
    assert elections.election(site, uuid).issued_at is None
    issue()
    with site.store.read() as tx:
        for entry in roll_rows.roll(tx, uuid):
            BELENIOS_2048.element(entry.public_credential, "credential")


def test_a_whole_election_in_the_other_group(assembly: Assembly) -> None:
    assembly.group = BELENIOS_2048
    assembly.open()
    assert assembly.enter(1).receipt is None
    for voter, motion in ((1, YES), (2, NO), (3, YES)):
        assembly.cast(voter, motion)
    assembly.close()
    outcome = assembly.count()
    assert outcome["questions"]["q1"]["counts"]["同意"]["owners"] == 2
    view = elections.election(assembly.site, assembly.uuid)
    assert view.group == view.rules["group"] == BELENIOS_2048.name
    with assembly.site.store.read() as tx:
        twins = verify_twins(*archives(tx, assembly.uuid, 1))
    assert twins.owners.setup.election.group is BELENIOS_2048
    assert twins.area.result is not None
    assert twins.area.result[0] == (AREAS[1] + AREAS[3], AREAS[2], 0)


@pytest.mark.parametrize("preset", list(Secrecy))
def test_the_secrecy_stands_in_the_rules_that_every_ballot_signs(assembly: Assembly, preset: Secrecy) -> None:
    assembly.agenda = AGENDA | {"secrecy": preset.value}
    assembly.open()
    view = elections.election(assembly.site, assembly.uuid)
    assert view.rules is not None
    assert view.rules["secrecy"] == preset
    assert booth.booth(assembly.site, assembly.uuid, assembly.voting).secrecy is preset


def test_the_key_of_a_secret_election_is_destroyed_after_the_count(assembly: Assembly) -> None:
    assembly.agenda = AGENDA | {"secrecy": "secret"}
    assembly.open()
    assembly.cast(1)
    assembly.close()
    with assembly.site.store.read() as tx:
        sealed = found(tx, assembly.uuid).sealed_trustee_key
    assert sealed
    assembly.count()
    with assembly.site.store.read() as tx:
        assert found(tx, assembly.uuid).sealed_trustee_key == b""
    assert [entry.act for entry in entries(assembly.site, assembly.uuid)][-2:] == [
        "election-counted",
        "key-destroyed",
    ]
    if assembly.site.store.is_sqlite:
        database = Path(assembly.site.store.url.removeprefix("sqlite:///"))
        # No page of the database, no page that waits in its log: not even the sealed form is left.
        for file in database.parent.glob(f"{database.name}*"):
            assert sealed not in file.read_bytes()


def test_the_trustee_key_is_sealed_to_its_election(assembly: Assembly) -> None:
    assembly.open()
    with assembly.site.store.read() as tx:
        row = found(tx, assembly.uuid)
    secret = unseal(assembly.site.keys, assembly.uuid, row.sealed_trustee_key)
    assert str(secret).encode() not in (row.sealed_trustee_key or b"")
    from cryptography.exceptions import InvalidTag

    with pytest.raises(InvalidTag):
        unseal(assembly.site.keys, "2" * 14, row.sealed_trustee_key)


def test_a_ballot_altered_in_the_database_stops_the_count(assembly: Assembly) -> None:
    from sqlalchemy import update

    from voting.store.tables import board_data

    receipt = assembly.open().cast(1)
    assembly.close()
    with assembly.site.store.write() as tx:
        (event,) = [one for one in board_rows.events(tx, assembly.uuid) if one.type == "Ballot"]
        body = board_rows.body(tx, assembly.uuid, event.owners_payload)
        assert body.endswith(b'"}}}')  # the signature's response stands last
        changed = body[:-5] + (b"2" if body[-5:-4] == b"1" else b"1") + body[-4:]
        tx.execute(update(board_data).where(board_data.c.hash == event.owners_payload).values(body=changed))
    refused = refused_by(assembly.count)
    assert (refused.refusal, refused.context) == (Refusal.ARCHIVE_REFERENCE, {"height": receipt.height})
    with assembly.site.store.read() as tx:
        assert election_rows.election_row(tx, assembly.uuid).phase == "closed"
