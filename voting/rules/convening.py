"""The assembly in which an election is held: what rules.json binds of it, and what its notice names.

Every ballot of the election signs the meeting's terms with the rules: whose meeting it is, which place's
rules apply and what was changed of them with which reason, the calendar, and the SHA-256 of the notice's line
in the assembly's log, which pins all that went before. The meeting's kind and what the electronic ballot is
worth stand in the rules' `terms`, and nowhere else: they are the assembly's.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

from voting.errors import Refusal, Refused
from voting.rules.agenda_form import Agenda, question_to_json, scope_to_json
from voting.rules.assembly import Effect, Plan
from voting.rules.canonical import canonical_json
from voting.rules.committee import check_contest
from voting.rules.fields import record, text
from voting.rules.periods import Calendar
from voting.rules.places import PRESETS
from voting.rules.presets import Override, Settings, check_settings, preset
from voting.rules.questions import CommitteeContest
from voting.rules.revoting import Revoting
from voting.rules.settings import Setting
from voting.rules.terms import Terms

MAX_NAME = 100  # characters of a title and of a convener
ROLL = "roll"  # what stands in the last item where others have a question's id
_UUID = re.compile(r"[1-9A-HJ-NP-Za-km-z]{14,64}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"2[0-9]{3}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Convening:
    """An assembly as an election's rules know it; `notice_sha256` is of the line that gave the notice."""

    uuid: str
    title: str
    convener: str
    plan: Plan
    notice_sha256: str

    def as_json(self) -> dict[str, Any]:
        """The rules' `assembly`: all but what stands in their terms."""
        calendar = self.plan.calendar
        return {
            "uuid": self.uuid,
            "title": self.title,
            "convener": self.convener,
            "place": self.plan.settings.place,
            "changes": [
                {"setting": each.setting.value, "value": each.value, "reason": each.reason}
                for each in changes(self.plan.settings)
            ],
            "zone": calendar.zone,
            "holidays": [day.isoformat() for day in calendar.holidays],
            "elects_committee": self.plan.elects_committee,
            "notice_sha256": self.notice_sha256,
        }


def changes(settings: Settings) -> tuple[Override, ...]:
    """What differs in the end from the place's preset, in the order of the settings."""
    in_force = (settings.explained(setting) for setting in Setting)
    return tuple(
        each
        for each in in_force
        if isinstance(each, Override) and each.value != preset(settings.place)[each.setting].value
    )


def terms_in(terms: Terms | None, plan: Plan) -> Terms:
    """The terms of an election of an assembly: the meeting's kind and the ballot's worth are the plan's."""
    return replace(terms or Terms(), meeting=plan.meeting, effect=plan.effect)


def effect_obstacles(plan: Plan) -> Iterator[Refused]:
    """OFFICIAL_ELSEWHERE where online votes must go through the city's own system (北京 art. 35) and the
    meeting takes ours for the official one."""
    if plan.effect is Effect.OFFICIAL and plan.settings.allows(Setting.OFFICIAL_SYSTEM):
        yield Refused(Refusal.OFFICIAL_ELSEWHERE)


def revoting_obstacles(plan: Plan, agenda: Agenda) -> Iterator[Refused]:
    """REVOTING_NOT_IN_PLACE(title, revoting) where the place allows less of it."""
    allowed = Revoting(plan.settings.word(Setting.REVOTING))
    if not agenda.revoting.within(allowed):
        yield Refused(Refusal.REVOTING_NOT_IN_PLACE, title=agenda.title, revoting=allowed.value)


def named_items(
    uuid: str, agenda: Agenda, terms: Terms, roll_sha256: str, materials: Mapping[str, str]
) -> tuple[str, ...]:
    """What a notice names of an election, each question and at last its roll: `<uuid>/<question>/<SHA-256>`.

    A question's digest is of what it asks, and of whom, in one form that rules.json says as well, and of the
    SHA-256 of what voters can read about it, by its id, where there is something.
    """
    common = {
        "title": agenda.title,
        "scope": scope_to_json(agenda.scope, version=2),
        "secrecy": agenda.secrecy.value,
        "revoting": agenda.revoting.value,
        "terms": terms.as_json(),
    }
    asked = []
    for question in agenda.questions:
        readable = [materials[question.id]] if question.id in materials else []
        asked.append(
            (question.id, canonical_json([common, question_to_json(question, version=2), *readable]))
        )
    digests = [(name, sha256(content).hexdigest()) for name, content in asked]
    return tuple(f"{uuid}/{name}/{digest}" for name, digest in (*digests, (ROLL, roll_sha256)))


def convening_from_json(value: object, agenda: Agenda, terms: Terms) -> Convening:
    """The rules' `assembly`, with terms and agenda that agree with it.

    Refused RULES_MALFORMED with the place, AGENDA_… for a name, PLACE_UNKNOWN, SETTING_VALUE, REASON_MISSING,
    ZONE_UNKNOWN, DEEMED_NOT_IN_PLACE where the place's rules do not count silence, OFFICIAL_ELSEWHERE,
    REVOTING_NOT_IN_PLACE, and what `committee.check_contest` refuses.
    """
    keys = {"uuid", "title", "convener", "place", "changes", "zone", "holidays"}
    fields = record(value, "assembly", keys | {"elects_committee", "notice_sha256"}, set())
    for key, form in (("uuid", _UUID), ("notice_sha256", _SHA256)):
        if not isinstance(fields[key], str) or not form.fullmatch(fields[key]):
            raise _malformed(key)
    for key in ("title", "convener"):
        if text(fields[key], f"assembly.{key}", MAX_NAME) != fields[key]:
            raise _malformed(key)
    if fields["place"] not in tuple(PRESETS):
        raise _malformed("place")
    elects = fields["elects_committee"]
    if not isinstance(elects, bool) or elects < any(
        isinstance(each, CommitteeContest) for each in agenda.questions
    ):
        raise _malformed("elects_committee")
    if not isinstance(fields["zone"], str):
        raise _malformed("zone")
    settings = Settings(fields["place"], _overrides(fields["changes"]))
    check_settings(settings)
    calendar = Calendar(fields["zone"], _days(fields["holidays"]))
    calendar.check()
    plan = Plan(terms.meeting, settings, calendar, terms.effect, elects)
    if terms.deemed is not None and not settings.allows(Setting.DEEMED_VOTES):
        raise Refused(Refusal.DEEMED_NOT_IN_PLACE)
    for refused in (*effect_obstacles(plan), *revoting_obstacles(plan, agenda)):
        raise refused
    for question in agenda.questions:
        if isinstance(question, CommitteeContest):
            check_contest(settings, question)
    return Convening(fields["uuid"], fields["title"], fields["convener"], plan, fields["notice_sha256"])


def _overrides(value: object) -> tuple[Override, ...]:
    if not isinstance(value, list | tuple) or len(value) > len(Setting):
        raise _malformed("changes")
    found = []
    for each in value:
        if not isinstance(each, Mapping) or each.keys() != {"setting", "value", "reason"}:
            raise _malformed("changes")
        if each["setting"] not in tuple(Setting) or not isinstance(each["reason"], str):
            raise _malformed("changes")
        found.append(Override(Setting(each["setting"]), each["value"], each["reason"]))
    return tuple(found)


def _days(value: object) -> tuple[date, ...]:
    if not isinstance(value, list | tuple):
        raise _malformed("holidays")
    found = []
    for each in value:
        if not isinstance(each, str) or not _DAY.fullmatch(each):
            raise _malformed("holidays")
        try:
            found.append(date.fromisoformat(each))
        except ValueError:
            raise _malformed("holidays") from None
    return tuple(found)


def _malformed(key: str) -> Refused:
    return Refused(Refusal.RULES_MALFORMED, place=f"assembly.{key}")
