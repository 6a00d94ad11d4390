"""One question of an agenda read strictly from JSON: a motion, several plans, or a committee contest."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from voting.errors import Refusal, Refused
from voting.rules.committee import MOST_MEMBERS
from voting.rules.fields import fault, names, record, text, whole
from voting.rules.questions import (
    ELECT_COMMITTEE,
    FURTHER_MATTERS,
    MATTERS,
    NO_PLAN,
    ORDERS,
    OTHER_MATTER,
    RANKINGS,
    CommitteeContest,
    Motion,
    Plans,
    Question,
)
from voting.rules.terms import BODIES
from voting.rules.thresholds import Rule, Threshold

# 建房〔2009〕274号 art. 31: 5 to 11, odd; 3 where local rules let small estates (domain.md §7).
SEATS = (3, 5, 7, 9, 11)
# Of a contest that says more (version 2): a by-election fills any number of seats.
MAX_SEATS = MOST_MEMBERS
MAX_PLANS = 10
MAX_CANDIDATES = 50  # of one contest; each is a proof in every ballot
MAX_TEXT = 500  # characters: one screen of a phone
# Between the names of a choice list in a spreadsheet, so never part of one.
NAME_SEPARATORS = "、,，;；\n\r\t"
_ID = re.compile(r"[a-z][a-z0-9_-]{0,31}")


def _contest(value: object, place: str) -> CommitteeContest:
    required = {"id", "kind", "text", "seats", "candidates"}
    fields = record(value, place, required, {"matter", "at_most", "sitting_members", *_FURTHER})
    if fields.get("matter", ELECT_COMMITTEE) != ELECT_COMMITTEE:
        raise fault(f"{place}.matter", Refusal.AGENDA_MATTER_UNKNOWN)
    seats = whole(fields["seats"], f"{place}.seats")
    further = _further(fields, place)
    by_election = further["sitting"] > 0
    size = further["size"] or seats
    if size not in (range(1, MAX_SEATS + 1, 2) if _FURTHER & fields.keys() else SEATS):
        raise Refused(Refusal.AGENDA_SEATS, place=place, seats=size)
    if not 1 <= seats <= size - further["sitting"] or (seats != size and not by_election):
        raise Refused(Refusal.AGENDA_SEATS, place=place, seats=seats)
    candidates = names(fields["candidates"], f"{place}.candidates", MAX_CANDIDATES)
    if not candidates:
        raise fault(f"{place}.candidates", Refusal.AGENDA_CANDIDATES_MISSING)
    for i, name in enumerate(candidates, start=1):
        if any(separator in name for separator in NAME_SEPARATORS):
            raise fault(f"{place}.candidates[{i}]", Refusal.AGENDA_NAME_SEPARATOR)
    sitting_members = _sitting(fields, further["sitting"], candidates, place)
    at_most = fields.get("at_most")
    most = min(seats, len(candidates)) if at_most is None else whole(at_most, f"{place}.at_most")
    if not 1 <= most <= len(candidates):
        raise Refused(Refusal.AGENDA_AT_MOST, place=place, most=len(candidates))
    return CommitteeContest(
        id=_id(fields["id"], place),
        text=text(fields["text"], f"{place}.text", MAX_TEXT),
        seats=seats,
        candidates=candidates,
        at_most=most,
        sitting_members=sitting_members,
        **further,
    )


def _sitting(
    fields: Mapping[str, Any], sitting: int, candidates: tuple[str, ...], place: str
) -> tuple[str, ...]:
    """Who stays in office, as many as the number says; nobody of them stands for a seat that is vacant."""
    if "sitting_members" not in fields:
        return ()
    place = f"{place}.sitting_members"
    members = names(fields["sitting_members"], place, MAX_SEATS)
    if not members or len(members) != sitting:
        raise fault(place)
    for i, name in enumerate(members, start=1):
        if any(separator in name for separator in NAME_SEPARATORS):
            raise fault(f"{place}[{i}]", Refusal.AGENDA_NAME_SEPARATOR)
        if name in candidates:
            raise Refused(Refusal.AGENDA_NAME_TWICE, place=place, name=name)
    return members


_FURTHER = {"each", "ranking", "alternates", "size", "sitting", "least", "stands_incomplete", "order"}


def _further(fields: Mapping[str, Any], place: str) -> dict[str, Any]:
    """What a contest says beyond version 1, each checked, or its default."""
    plain = CommitteeContest("", "", 1, (), 1)
    further = {name: fields.get(name, getattr(plain, name)) for name in sorted(_FURTHER)}
    for name, one_of in (("ranking", RANKINGS), ("order", ORDERS)):
        if further[name] not in one_of:
            raise fault(f"{place}.{name}")
    for name in ("each", "stands_incomplete"):
        if not isinstance(further[name], bool):
            raise fault(f"{place}.{name}")
    for name, most in (
        ("alternates", MAX_CANDIDATES),
        ("size", MAX_SEATS),
        ("sitting", MAX_SEATS),
        ("least", MAX_SEATS),
    ):
        if not 0 <= whole(further[name], f"{place}.{name}") <= most:
            raise fault(f"{place}.{name}")
    return further


def _matter(fields: Mapping[str, Any], place: str) -> tuple[str, Rule | None]:
    """The matter, and the rule that only another law's matter brings along."""
    matter, rule = fields["matter"], fields.get("rule")
    if matter == OTHER_MATTER:
        return OTHER_MATTER, _rule(rule, f"{place}.rule")
    if not isinstance(matter, str) or matter not in {*MATTERS, *FURTHER_MATTERS}:
        raise fault(f"{place}.matter", Refusal.AGENDA_MATTER_UNKNOWN)
    if "rule" in fields:
        raise fault(f"{place}.rule", Refusal.AGENDA_FIELD_UNKNOWN)
    return matter, None


def _rule(value: object, place: str) -> Rule:
    fields = record(value, place, {"measures", "quorum", "approval", "of"}, set())
    measures = names(fields["measures"], f"{place}.measures", 2)
    known = {measure for body in BODIES.values() for measure in body}
    if (
        not measures
        or not set(measures) <= known
        or fields["of"] not in ("participating", "all", "expressed")
    ):
        raise fault(place)
    quorum = fields["quorum"]
    return Rule(
        measures,
        None if quorum is None else _threshold(quorum, f"{place}.quorum"),
        _threshold(fields["approval"], f"{place}.approval"),
        of_all=fields["of"] == "all",
        of_expressed=fields["of"] == "expressed",
    )


def _threshold(value: object, place: str) -> Threshold:
    fields = record(value, place, {"numerator", "denominator", "strict"}, set())
    numerator, denominator = (whole(fields[key], place) for key in ("numerator", "denominator"))
    strict = fields["strict"]
    # More than everything is never reached, and at least nothing always.
    if not (1 <= denominator <= 1000 and 0 <= numerator <= denominator and isinstance(strict, bool)):
        raise fault(place)
    if (numerator == denominator and strict) or (numerator == 0 and not strict):
        raise fault(place)
    return Threshold(numerator, denominator, strict)


def _motion(value: object, place: str) -> Motion:
    fields = record(value, place, {"id", "kind", "text", "matter"}, {"rule"})
    matter, rule = _matter(fields, place)
    return Motion(
        id=_id(fields["id"], place),
        text=text(fields["text"], f"{place}.text", MAX_TEXT),
        matter=matter,
        rule=rule,
    )


def _plans(value: object, place: str) -> Plans:
    fields = record(value, place, {"id", "kind", "text", "matter", "plans"}, {"rule"})
    matter, rule = _matter(fields, place)
    plans = names(fields["plans"], f"{place}.plans", MAX_PLANS)
    for name in plans:
        if name in NO_PLAN:
            raise Refused(Refusal.AGENDA_NAME_TWICE, place=f"{place}.plans", name=name)
    if len(plans) < 2:
        raise fault(f"{place}.plans", Refusal.AGENDA_PLANS_MISSING)
    asked = text(fields["text"], f"{place}.text", MAX_TEXT)
    return Plans(id=_id(fields["id"], place), text=asked, matter=matter, plans=plans, rule=rule)


def _id(value: object, place: str) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise fault(f"{place}.id", Refusal.AGENDA_ID_MALFORMED)
    return value


_KINDS: dict[str, Callable[[object, str], Question]] = {
    "motion": _motion,
    "plans": _plans,
    "committee": _contest,
}


def question_from_json(value: object, place: str) -> Question:
    """A question of any kind. Refused AGENDA_KIND_UNKNOWN, and AGENDA_… for a fault inside it."""
    kind = value.get("kind") if isinstance(value, Mapping) else None
    if not isinstance(kind, str) or kind not in _KINDS:
        raise fault(f"{place}.kind", Refusal.AGENDA_KIND_UNKNOWN)
    return _KINDS[kind](value, place)
