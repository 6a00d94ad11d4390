"""What was done to bring a ballot to a unit, and what of it proves that it came (domain.md §6).

Where silence can count as a vote, whoever is counted so will ask: who brought me the ballot, and who saw it?
So only what answers that is a proof. No article says what proves delivery in an assembly; what follows is
careful practice, and an estate's own rules of procedure may ask for more.

1. At the door two people go together: one alone is no witness.
2. A signature proves: of the voter, or of a grown-up of the household; at the door or on the post's slip.
3. Without a signature a photograph proves for one voter's door: handed over in person, or left where it was
   refused. Of a message it shows that the voter answered.
4. The letter's link opened with both factors proves: the server saw it.
5. Nobody at home, a letter that came back, a message without an answer, and a notice on the board prove
   nothing: nobody can say that this voter had the ballot. They say what is to be done next.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from voting.errors import Refusal, Refused
from voting.rules.periods import Calendar

LEAST_PEOPLE = 2  # at the door
MOST_PEOPLE = 4
LONGEST_NAME = 20  # characters
TRIES = 2  # on different days, before a public notice


class Way(StrEnum):
    """How a ballot was sent on its way; the value stands in records."""

    DOOR = "door"
    MAIL = "mail"
    MESSAGE = "message"
    NOTICE = "notice"


class End(StrEnum):
    """How it ended."""

    SIGNED = "signed"
    FAMILY = "family"
    HANDED = "handed"
    REFUSED = "refused"
    ABSENT = "absent"
    SENT = "sent"
    RETURNED = "returned"
    ANSWERED = "answered"
    POSTED = "posted"


class Ground(StrEnum):
    """Why a unit's delivery is proven, or why it is not."""

    SIGNED = "signed"
    FAMILY_SIGNED = "family-signed"
    HANDED_PHOTO = "handed-photo"
    LEFT_PHOTO = "left-photo"
    ANSWERED_PHOTO = "answered-photo"
    LINK_OPENED = "link-opened"
    NOTHING_DONE = "nothing-done"
    ONE_PERSON = "one-person"
    NO_PHOTO = "no-photo"
    ABSENT = "absent"
    SENT_ONLY = "sent-only"
    CAME_BACK = "came-back"
    NOTICE_ONLY = "notice-only"


class Task(StrEnum):
    """What an organiser does next for a unit."""

    DELIVER = "deliver"
    TRY_AGAIN = "try-again"
    POST_NOTICE = "post-notice"
    NONE = "none"


ENDS: dict[Way, tuple[End, ...]] = {
    Way.DOOR: (End.SIGNED, End.FAMILY, End.HANDED, End.REFUSED, End.ABSENT),
    Way.MAIL: (End.SIGNED, End.FAMILY, End.SENT, End.RETURNED),
    Way.MESSAGE: (End.ANSWERED, End.SENT),
    Way.NOTICE: (End.POSTED,),
}
# What a photograph must show, and so one voter at a time.
BY_PHOTO = (End.HANDED, End.REFUSED, End.ANSWERED)
PROOFS = (
    Ground.SIGNED,
    Ground.FAMILY_SIGNED,
    Ground.HANDED_PHOTO,
    Ground.LEFT_PHOTO,
    Ground.ANSWERED_PHOTO,
    Ground.LINK_OPENED,
)

# The source texts of the translations.
WAY_WORDS: dict[Way, str] = {
    Way.DOOR: "上门",
    Way.MAIL: "邮寄",
    Way.MESSAGE: "微信或短信",
    Way.NOTICE: "张贴公告",
}
END_WORDS: dict[End, str] = {
    End.SIGNED: "本人签收",
    End.FAMILY: "同住的成年家人签收",
    End.HANDED: "当面交付并拍照，没有签名",
    End.REFUSED: "拒收，留在住处",
    End.ABSENT: "不在家",
    End.SENT: "已发出，没有回音",
    End.RETURNED: "退回",
    End.ANSWERED: "回复收到",
    End.POSTED: "已张贴",
}
GROUND_WORDS: dict[Ground, str] = {
    Ground.SIGNED: "本人签收",
    Ground.FAMILY_SIGNED: "同住的成年家人签收",
    Ground.HANDED_PHOTO: "两人当面交付，有照片",
    Ground.LEFT_PHOTO: "拒收，两人留置，有照片",
    Ground.ANSWERED_PHOTO: "回复收到，有截图",
    Ground.LINK_OPENED: "扫过信上的码，核对过身份",
    Ground.NOTHING_DONE: "还没有送过",
    Ground.ONE_PERSON: "只有一个人送，没有见证",
    Ground.NO_PHOTO: "没有签名也没有照片",
    Ground.ABSENT: "不在家",
    Ground.SENT_ONLY: "只知道发出了",
    Ground.CAME_BACK: "信退回来了",
    Ground.NOTICE_ONLY: "只张贴过公告，不能证明本户收到",
}


@dataclass(frozen=True)
class Attempt:
    """One attempt for one or many units: `people` are who brought it, `photo` the digest of a picture."""

    way: Way
    end: End
    at: datetime
    people: tuple[str, ...]
    units: tuple[str, ...]
    photo: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Entry:
    """An attempt in the ledger: when it was entered, and when another entry took it back."""

    number: int
    attempt: Attempt
    entered_at: datetime
    withdrawn_at: datetime | None = None

    def stands(self, until: datetime | None) -> bool:
        """Whether it was there at that moment, for something that had happened by then."""
        if until is None:
            return self.withdrawn_at is None
        kept = self.withdrawn_at is None or self.withdrawn_at >= until
        return kept and self.entered_at < until and self.attempt.at < until


@dataclass(frozen=True)
class Standing:
    """How things stand for a unit: `ground` says why, by the entry `number` (None: seen by the server)."""

    ground: Ground
    at: datetime | None = None
    number: int | None = None
    tries: int = 0
    task: Task = Task.NONE

    @property
    def proven(self) -> bool:
        return self.ground in PROOFS


def check_attempt(attempt: Attempt, voters: int) -> None:
    """What can be entered at all; `voters` are how many voters the units belong to.

    Refused DELIVERY_END(way), DELIVERY_UNITS_MISSING, DELIVERY_PEOPLE(least, most), DELIVERY_NAME(longest),
    DELIVERY_ONE_VOTER where a photograph has to prove, and DELIVERY_PHOTO_MISSING where it is not there.
    """
    if attempt.end not in ENDS[attempt.way]:
        raise Refused(Refusal.DELIVERY_END, way=attempt.way.value)
    if not attempt.units:
        raise Refused(Refusal.DELIVERY_UNITS_MISSING)
    for name in attempt.people:
        if not 0 < len(name) <= LONGEST_NAME or not name.isprintable() or any(map(str.isdecimal, name)):
            raise Refused(Refusal.DELIVERY_NAME, longest=LONGEST_NAME)
    least = LEAST_PEOPLE if attempt.way is Way.DOOR else 1
    if not least <= len(set(attempt.people)) == len(attempt.people) <= MOST_PEOPLE:
        raise Refused(Refusal.DELIVERY_PEOPLE, least=least, most=MOST_PEOPLE)
    if attempt.end in BY_PHOTO and voters > 1:
        raise Refused(Refusal.DELIVERY_ONE_VOTER)
    if attempt.end in BY_PHOTO and attempt.photo is None:
        raise Refused(Refusal.DELIVERY_PHOTO_MISSING)


def ground_of(attempt: Attempt) -> Ground:
    """What an attempt proves, or why it proves nothing."""
    if attempt.way is Way.DOOR and attempt.end is not End.ABSENT and len(set(attempt.people)) < LEAST_PEOPLE:
        return Ground.ONE_PERSON
    if attempt.end in BY_PHOTO and attempt.photo is None:
        return Ground.NO_PHOTO
    return {
        End.SIGNED: Ground.SIGNED,
        End.FAMILY: Ground.FAMILY_SIGNED,
        End.HANDED: Ground.HANDED_PHOTO,
        End.REFUSED: Ground.LEFT_PHOTO,
        End.ANSWERED: Ground.ANSWERED_PHOTO,
        End.ABSENT: Ground.ABSENT,
        End.SENT: Ground.SENT_ONLY,
        End.RETURNED: Ground.CAME_BACK,
        End.POSTED: Ground.NOTICE_ONLY,
    }[attempt.end]


def standing(
    unit: str,
    entries: Sequence[Entry],
    opened_at: datetime | None,
    *,
    since: datetime,
    calendar: Calendar,
    until: datetime | None = None,
) -> Standing:
    """How things stand for a unit: its first proof, or else the last that was done.

    `since` is when the letters were made, to the minute: what was brought before is void with the letters it
    brought. `until` is the closing: what happened or was entered or taken back from then on changes nothing.
    """
    mine = [
        each
        for each in entries
        if unit in each.attempt.units and each.attempt.at >= since and each.stands(until)
    ]
    mine.sort(key=lambda each: (each.attempt.at, each.number))
    found = [Standing(ground_of(each.attempt), each.attempt.at, each.number) for each in mine]
    if opened_at is not None and since <= opened_at and (until is None or opened_at < until):
        found.append(Standing(Ground.LINK_OPENED, opened_at))
    tried: set[date] = {calendar.day(each.attempt.at) for each in mine if each.attempt.end is End.ABSENT}
    proofs = [each for each in found if each.proven]
    if proofs:
        first = min(proofs, key=lambda each: each.at or since)
        return Standing(first.ground, first.at, first.number, len(tried))
    if not found:
        return Standing(Ground.NOTHING_DONE, task=Task.DELIVER)
    last = found[-1]
    return Standing(last.ground, last.at, last.number, len(tried), _task(mine, len(tried)))


def _task(mine: Sequence[Entry], tried: int) -> Task:
    if any(each.attempt.way is Way.NOTICE for each in mine):
        return Task.NONE
    return Task.POST_NOTICE if tried >= TRIES else Task.TRY_AGAIN
