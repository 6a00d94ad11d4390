"""What proves that a ballot came, and what does not: each rule on both sides."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conventions import at
from tests.refusals import refusal_of, refused_by
from voting.errors import Refusal
from voting.rules.delivery import (
    BY_PHOTO,
    END_WORDS,
    ENDS,
    GROUND_WORDS,
    LONGEST_NAME,
    PROOFS,
    WAY_WORDS,
    Attempt,
    End,
    Entry,
    Ground,
    Standing,
    Task,
    Way,
    check_attempt,
    ground_of,
    standing,
)
from voting.rules.periods import CHINA

TWO, PHOTO, UNIT = ("王一", "李二"), "ab" * 32, "1-1-101"
MINUTE = timedelta(minutes=1)
LETTERS, CLOSING = at("2026-05-09 10:00"), at("2026-05-31 00:00")
SIGNED = Attempt(Way.DOOR, End.SIGNED, at("2026-05-10 19:30"), TWO, (UNIT,))
ABSENT = replace(SIGNED, end=End.ABSENT)


def entered(number: int, attempt: Attempt, **more: object) -> Entry:
    return replace(Entry(number, attempt, attempt.at + MINUTE), **more)


def stands(*entries: Entry, opened: object = None, until: object = None) -> Standing:
    return standing(UNIT, entries, opened, since=LETTERS, calendar=CHINA, until=until)


@pytest.mark.parametrize(
    ("way", "end", "photo", "ground"),
    [
        (Way.DOOR, End.SIGNED, None, Ground.SIGNED),
        (Way.DOOR, End.FAMILY, None, Ground.FAMILY_SIGNED),
        (Way.DOOR, End.HANDED, PHOTO, Ground.HANDED_PHOTO),
        (Way.DOOR, End.HANDED, None, Ground.NO_PHOTO),
        (Way.DOOR, End.REFUSED, PHOTO, Ground.LEFT_PHOTO),
        (Way.DOOR, End.REFUSED, None, Ground.NO_PHOTO),
        (Way.DOOR, End.ABSENT, PHOTO, Ground.ABSENT),
        (Way.MAIL, End.SIGNED, None, Ground.SIGNED),
        (Way.MAIL, End.FAMILY, None, Ground.FAMILY_SIGNED),
        (Way.MAIL, End.SENT, PHOTO, Ground.SENT_ONLY),
        (Way.MAIL, End.RETURNED, PHOTO, Ground.CAME_BACK),
        (Way.MESSAGE, End.ANSWERED, PHOTO, Ground.ANSWERED_PHOTO),
        (Way.MESSAGE, End.ANSWERED, None, Ground.NO_PHOTO),
        (Way.MESSAGE, End.SENT, PHOTO, Ground.SENT_ONLY),
        (Way.NOTICE, End.POSTED, PHOTO, Ground.NOTICE_ONLY),
    ],
)
def test_every_way_and_end_has_its_ground(way: Way, end: End, photo: str | None, ground: Ground) -> None:
    attempt = replace(SIGNED, way=way, end=end, photo=photo)
    assert ground_of(attempt) is ground
    assert stands(entered(1, attempt)).proven is (ground in PROOFS)


def test_at_the_door_one_person_is_no_witness_and_two_are() -> None:
    alone = replace(SIGNED, people=("王一",))
    assert ground_of(alone) is Ground.ONE_PERSON
    assert ground_of(replace(SIGNED, people=("王一", "王一"))) is Ground.ONE_PERSON
    assert ground_of(SIGNED) is Ground.SIGNED
    # The post needs no second person of ours.
    assert ground_of(replace(alone, way=Way.MAIL)) is Ground.SIGNED


def test_what_was_brought_before_the_letters_were_made_is_void() -> None:
    assert stands(entered(1, replace(SIGNED, at=LETTERS))).proven
    assert stands(entered(1, replace(SIGNED, at=LETTERS - MINUTE))).ground is Ground.NOTHING_DONE
    assert stands(opened=LETTERS).ground is Ground.LINK_OPENED
    assert not stands(opened=LETTERS - MINUTE).proven


def test_the_closing_is_a_line_for_what_happened_and_for_what_was_entered() -> None:
    late = replace(SIGNED, at=CLOSING - MINUTE)
    in_time = Entry(1, late, CLOSING - timedelta(seconds=1))
    assert stands(in_time, until=CLOSING).proven
    assert not stands(replace(in_time, entered_at=CLOSING), until=CLOSING).proven
    assert stands(replace(in_time, entered_at=CLOSING)).proven
    after = replace(in_time, attempt=replace(SIGNED, at=CLOSING))
    assert not stands(after, until=CLOSING).proven
    assert stands(opened=CLOSING - MINUTE, until=CLOSING).proven
    assert not stands(opened=CLOSING, until=CLOSING).proven


def test_what_was_taken_back_counts_no_more_and_after_the_closing_it_did() -> None:
    gone = entered(1, SIGNED, withdrawn_at=CLOSING - MINUTE)
    assert not stands(gone).proven
    assert not stands(gone, until=CLOSING).proven
    gone_later = entered(1, SIGNED, withdrawn_at=CLOSING)
    assert not stands(gone_later).proven
    assert stands(gone_later, until=CLOSING).proven


def test_the_first_proof_is_the_one_and_other_units_prove_nothing() -> None:
    later = entered(1, replace(SIGNED, at=SIGNED.at + timedelta(days=2)))
    earlier = entered(2, replace(SIGNED, end=End.FAMILY))
    found = stands(later, earlier)
    assert (found.ground, found.number, found.at) == (Ground.FAMILY_SIGNED, 2, SIGNED.at)
    seen = stands(later, opened=SIGNED.at)
    assert (seen.ground, seen.number) == (Ground.LINK_OPENED, None)
    assert stands(entered(1, replace(SIGNED, units=("1-1-102",)))).ground is Ground.NOTHING_DONE


def test_nobody_at_home_asks_for_a_second_try_on_another_day_and_then_for_a_notice() -> None:
    first = entered(1, ABSENT)
    same_day = entered(2, replace(ABSENT, at=at("2026-05-10 23:59")))
    next_day = entered(3, replace(ABSENT, at=at("2026-05-11 00:00")))
    notice = entered(4, replace(ABSENT, way=Way.NOTICE, end=End.POSTED, at=at("2026-05-12 09:00")))
    assert (stands().task, stands().tries) == (Task.DELIVER, 0)
    assert (stands(first).task, stands(first).tries) == (Task.TRY_AGAIN, 1)
    assert (stands(first, same_day).task, stands(first, same_day).tries) == (Task.TRY_AGAIN, 1)
    assert (stands(first, next_day).task, stands(first, next_day).tries) == (Task.POST_NOTICE, 2)
    posted = stands(first, next_day, notice)
    assert (posted.task, posted.ground, posted.proven) == (Task.NONE, Ground.NOTICE_ONLY, False)
    assert stands(first, entered(2, replace(SIGNED, at=at("2026-05-11 19:00")))).task is Task.NONE


def test_what_cannot_be_entered_is_refused_by_name() -> None:
    check_attempt(SIGNED, 5)
    cases = [
        (replace(SIGNED, end=End.RETURNED), Refusal.DELIVERY_END),
        (replace(SIGNED, units=()), Refusal.DELIVERY_UNITS_MISSING),
        (replace(SIGNED, people=("王一",)), Refusal.DELIVERY_PEOPLE),
        (replace(SIGNED, people=("王一", "王一")), Refusal.DELIVERY_PEOPLE),
        (replace(SIGNED, people=("一", "二", "三", "四", "五")), Refusal.DELIVERY_PEOPLE),
        (replace(SIGNED, way=Way.MAIL, people=()), Refusal.DELIVERY_PEOPLE),
        (replace(SIGNED, people=("王一", "")), Refusal.DELIVERY_NAME),
        (replace(SIGNED, people=("王一", "李二 13800001111")), Refusal.DELIVERY_NAME),
        (replace(SIGNED, people=("王一", "李" * (LONGEST_NAME + 1))), Refusal.DELIVERY_NAME),
        (replace(SIGNED, end=End.HANDED), Refusal.DELIVERY_PHOTO_MISSING),
    ]
    for attempt, refusal in cases:
        assert refusal_of(lambda attempt=attempt: check_attempt(attempt, 1)) is refusal
    check_attempt(replace(SIGNED, people=("王一", "李" * LONGEST_NAME)), 1)
    check_attempt(replace(SIGNED, people=("一", "二", "三", "四")), 1)
    check_attempt(replace(SIGNED, way=Way.MAIL, people=("王一",)), 9)
    assert refused_by(lambda: check_attempt(replace(SIGNED, people=()), 1)).context == {"least": 2, "most": 4}


def test_a_photograph_is_of_one_voters_door() -> None:
    for way, ends in ENDS.items():
        for end in ends:
            attempt = replace(SIGNED, way=way, end=end, photo=PHOTO)
            check_attempt(attempt, 1)
            if end in BY_PHOTO:
                assert refusal_of(lambda a=attempt: check_attempt(a, 2)) is Refusal.DELIVERY_ONE_VOTER
            else:
                check_attempt(attempt, 2)


def test_everything_has_words() -> None:
    assert (set(WAY_WORDS), set(END_WORDS), set(GROUND_WORDS)) == (set(Way), set(End), set(Ground))
    assert {end for ends in ENDS.values() for end in ends} == set(End)


ATTEMPTS = st.sampled_from([(way, end) for way, ends in ENDS.items() for end in ends]).flatmap(
    lambda pair: st.builds(
        Attempt,
        st.just(pair[0]),
        st.just(pair[1]),
        st.integers(0, 60_000).map(lambda minutes: LETTERS + minutes * MINUTE),
        st.sampled_from([("王一",), TWO]),
        st.sampled_from([(UNIT,), ("1-1-102",)]),
        st.sampled_from([None, PHOTO]),
    )
)


@given(st.lists(ATTEMPTS, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_entering_proves_nothing_and_more_entries_take_no_proof_away(
    attempts: list[Attempt], chance: object
) -> None:
    entries = [entered(number, each) for number, each in enumerate(attempts, 1)]
    found = stands(*entries)
    chance.shuffle(entries)
    assert stands(*entries) == found
    if any(stands(each).proven for each in entries):
        assert found.proven
    else:
        assert not found.proven
    # What was there at a closing is at most what is there at the end.
    assert found.proven or not stands(*entries, until=CLOSING).proven
