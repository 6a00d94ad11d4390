"""The form of an election, as it is typed: adding and removing questions works without scripts.

Every fault in it is found by `rules` and the services; this module only carries what was typed there and
back. A threshold is never typed: it comes with the matter.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from werkzeug.datastructures import MultiDict

from voting.errors import Refusal, Refused
from voting.rules.question_reader import question_from_json
from voting.rules.questions import (
    ELECT_COMMITTEE,
    ORDERS,
    RANKINGS,
    CommitteeContest,
    Motion,
    Plans,
    Question,
)
from voting.rules.revoting import Revoting
from voting.rules.roll import Scope
from voting.rules.secrecy import Secrecy
from voting.rules.terms import BODIES, JOINS, Deemed, Terms
from voting.rules.wording import Warned, check_wording
from voting.services.elections import DEFAULT_GROUP
from voting.services.views import ElectionView
from voting.web.display import page_zone

MOST_QUESTIONS = 20
KINDS = ("motion", "plans", "committee")
OWNERS, OF_RESIDENTS = "owners", "residents"


@dataclass(frozen=True)
class QuestionForm:
    """One question as typed; `candidates` and `plans` one a line. `id` is empty until it is stored."""

    id: str = ""
    kind: str = "motion"
    text: str = ""
    matter: str = "278-1"
    seats: str = "5"
    at_most: str = ""
    candidates: str = ""
    plans: str = ""
    each: bool = False
    ranking: str = RANKINGS[0]
    order: str = ORDERS[0]
    alternates: str = ""
    sitting: str = ""
    sitting_members: str = ""
    least: str = ""


@dataclass(frozen=True)
class ElectionForm:
    """The whole form as typed; times as `datetime-local` writes them.

    `scope` is all, buildings, stairwells (a line each: building, stairwell) or units (a line each).
    `deemed_clause` is the clause of the rules of procedure that counts silence, "" for none, None where the
    form did not ask.
    """

    title: str = ""
    scope: str = "all"
    buildings: tuple[str, ...] = ()
    stairwells: str = ""
    units: str = ""
    exclude_uses: tuple[str, ...] = ("车位",)
    opens_at: str = ""
    closes_at: str = ""
    group: str = DEFAULT_GROUP
    secrecy: str = Secrecy.CONFIDENTIAL.value
    revoting: str = Revoting.NONE.value
    questions: tuple[QuestionForm, ...] = field(default=(QuestionForm(),))
    body: str = OWNERS
    deemed_clause: str | None = None
    deemed_dated: str = ""
    deemed_joins: str = JOINS[0]

    def agenda(self, estate: str, terms: Terms | None = None, used: Collection[str] = ()) -> dict[str, Any]:
        """The agenda as `rules.agenda_from_json` reads it. Refuses NUMBER_UNREADABLE.

        `terms` are those that the election has already: the form asks for no more of them than who votes.
        `used` are the ids of the questions that are stored: a new one gets none of theirs, because what
        voters can read about a question hangs on its id.
        """
        if self.body != (terms or Terms()).body:
            terms = None if self.body == OWNERS else Terms(body=self.body)
        if self.body == OWNERS and self.deemed_clause is not None:
            terms = self._with_silence(terms, self.deemed_clause.strip())
        return {
            "title": self.title.strip(),
            "estate": estate,
            "scope": self._scope(),
            "questions": _with_ids(self.questions, used),
            "secrecy": self.secrecy,
            **({} if terms is None else {"terms": terms.as_json()}),
            **({} if self.revoting == Revoting.NONE else {"revoting": self.revoting}),
        }

    def _with_silence(self, terms: Terms | None, clause: str) -> Terms | None:
        dated = self.deemed_dated.strip()
        if not clause and not dated:
            return None if terms is None else replace(terms, deemed=None)
        return replace(terms or Terms(), deemed=Deemed(clause, dated, self.deemed_joins))

    def _scope(self) -> dict[str, Any]:
        # A home has no use that would count residents out.
        uses = {"exclude_uses": list(self.exclude_uses) if self.body == OWNERS else []}
        if self.scope == "stairwells":
            # Refused where a line holds anything but the two, and where there is no line.
            return uses | {"stairwells": [line.split() for line in _lines(self.stairwells)] or [[]]}
        if self.scope == "units":
            return uses | {"units": _lines(self.units)} | ({} if _lines(self.units) else {"buildings": []})
        return uses | {"buildings": list(self.buildings) if self.scope == "buildings" else None}

    def times(self) -> tuple[datetime, datetime]:
        """Opening and closing, in UTC. Refuses TIME_UNREADABLE."""
        return _time(self.opens_at, "opens_at"), _time(self.closes_at, "closes_at")


def blank(body: str = OWNERS, revoting: Revoting = Revoting.NONE) -> ElectionForm:
    """A new election: one motion to begin with, parking left out; an unknown body is the owners."""
    if body not in BODIES or body == OWNERS:
        return ElectionForm(revoting=revoting.value)
    return ElectionForm(body=body, questions=(QuestionForm(matter=OF_RESIDENTS),))


def of_by_election(title: str, asked: CommitteeContest) -> ElectionForm:
    """A new election that fills seats which another one left vacant; its candidates are still to be found."""
    return ElectionForm(title=title, questions=(replace(_typed(asked), at_most="", id=""),))


def of_election(view: ElectionView) -> ElectionForm:
    """The form of an election that is stored."""
    agenda = view.agenda
    deemed = (agenda.terms or Terms()).deemed
    return ElectionForm(
        title=agenda.title,
        scope=_scope_kind(agenda.scope),
        buildings=agenda.scope.buildings or (),
        stairwells="\n".join(" ".join(pair) for pair in agenda.scope.stairwells),
        units="\n".join(agenda.scope.units),
        exclude_uses=agenda.scope.exclude_uses,
        opens_at=_written(view.opens_at),
        closes_at=_written(view.closes_at),
        group=view.group,
        secrecy=agenda.secrecy.value,
        revoting=agenda.revoting.value,
        questions=tuple(_typed(asked) for asked in agenda.questions),
        body=(agenda.terms or Terms()).body,
        deemed_clause=deemed.clause if deemed is not None else "",
        deemed_dated=deemed.dated if deemed is not None else "",
        deemed_joins=deemed.joins if deemed is not None else JOINS[0],
    )


def _scope_kind(scope: Scope) -> str:
    if scope.stairwells:
        return "stairwells"
    if scope.units:
        return "units"
    return "all" if scope.buildings is None else "buildings"


def _typed(asked: Question) -> QuestionForm:
    """A stored question as it would be typed."""
    if isinstance(asked, Motion):
        return QuestionForm(asked.id, "motion", asked.text, asked.matter)
    if isinstance(asked, Plans):
        return QuestionForm(asked.id, "plans", asked.text, asked.matter, plans="\n".join(asked.plans))
    return QuestionForm(
        asked.id,
        "committee",
        asked.text,
        asked.matter,
        str(asked.seats),
        str(asked.at_most),
        "\n".join(asked.candidates),
        each=asked.each,
        ranking=asked.ranking,
        order=asked.order,
        alternates=str(asked.alternates or ""),
        sitting=str(asked.sitting or ""),
        sitting_members="\n".join(asked.sitting_members),
        least=str(asked.least) if asked.stands_incomplete else "",
    )


def of_request(form: "MultiDict[str, str]") -> ElectionForm:
    """What was typed, however wrong it is."""
    said = form.get("questions", "1")
    number = min(int(said), MOST_QUESTIONS) if said.isdecimal() and len(said) < 4 else 1
    return ElectionForm(
        title=form.get("title", ""),
        scope=form.get("scope", "all"),
        stairwells=form.get("stairwells", ""),
        units=form.get("units", ""),
        buildings=tuple(form.getlist("buildings")),
        exclude_uses=tuple(form.getlist("exclude_uses")),
        opens_at=form.get("opens_at", ""),
        closes_at=form.get("closes_at", ""),
        group=form.get("group", DEFAULT_GROUP),
        secrecy=form.get("secrecy", Secrecy.CONFIDENTIAL.value),
        revoting=form.get("revoting", Revoting.NONE.value),
        questions=tuple(_asked(form, f"q{index}-") for index in range(1, number + 1)),
        body=form.get("body", OWNERS),
        deemed_clause=form.get("deemed_clause"),
        deemed_dated=form.get("deemed_dated", ""),
        deemed_joins=form.get("deemed_joins", JOINS[0]),
    )


def with_candidates(form: ElectionForm, names: tuple[str, ...]) -> ElectionForm:
    """With the candidates that were nominated: in an assembly that has some, nobody types them again."""
    filled = "\n".join(names)
    questions = tuple(
        replace(asked, candidates=filled) if asked.kind == "committee" else asked for asked in form.questions
    )
    return replace(form, questions=questions)


def changed(form: ElectionForm, step: str) -> ElectionForm | None:
    """The form after "add-motion" (or another kind), "remove-2" or "up-2"; None for any other button."""
    asked = list(form.questions)
    verb, _, place = step.partition("-")
    if verb == "add" and place in KINDS:
        if len(asked) < MOST_QUESTIONS:
            usual = QuestionForm.matter if form.body == OWNERS else OF_RESIDENTS
            matter = ELECT_COMMITTEE if place == "committee" else usual
            asked.append(QuestionForm(kind=place, matter=matter))
        return replace(form, questions=tuple(asked))
    index = int(place) - 1 if place.isdecimal() and len(place) < 4 else -1
    if verb not in ("remove", "up") or not 0 <= index < len(asked):
        return None
    if verb == "remove":
        del asked[index]
    elif index > 0:
        asked[index - 1], asked[index] = asked[index], asked[index - 1]
    return replace(form, questions=tuple(asked))


def _asked(form: Mapping[str, str], prefix: str) -> QuestionForm:
    kind = form.get(prefix + "kind", "")
    kind = kind if kind in KINDS else "motion"
    return QuestionForm(
        id=form.get(prefix + "id", ""),
        kind=kind,
        text=form.get(prefix + "text", ""),
        matter=ELECT_COMMITTEE if kind == "committee" else form.get(prefix + "matter", ""),
        each=form.get(prefix + "each") == "yes",
        ranking=form.get(prefix + "ranking", RANKINGS[0]),
        order=form.get(prefix + "order", ORDERS[0]),
        **{
            name: form.get(prefix + name, "")
            for name in (
                "seats",
                "at_most",
                "candidates",
                "plans",
                "alternates",
                "sitting",
                "sitting_members",
                "least",
            )
        },
    )


def _with_ids(questions: tuple[QuestionForm, ...], used: Collection[str]) -> list[dict[str, Any]]:
    taken = {*used, *(asked.id for asked in questions)}
    free = (f"q{number}" for number in count(1) if f"q{number}" not in taken)
    named = [asked if asked.id else replace(asked, id=next(free)) for asked in questions]
    return [written(asked, number) for number, asked in enumerate(named, 1)]


def written(asked: QuestionForm, number: int) -> dict[str, Any]:
    """A question as `rules.question_reader` reads it. Refuses NUMBER_UNREADABLE."""
    place = f"questions[{number}]"
    said: dict[str, Any] = {"id": asked.id or f"q{number}", "kind": asked.kind, "text": asked.text.strip()}
    if asked.kind != "committee":
        plans = {"plans": _lines(asked.plans)} if asked.kind == "plans" else {}
        return {**said, "matter": asked.matter, **plans}
    said["matter"] = ELECT_COMMITTEE
    said["seats"] = _number(asked.seats, f"{place}.seats")
    said["candidates"] = _lines(asked.candidates)
    if asked.at_most.strip() and not asked.each:
        said["at_most"] = _number(asked.at_most, f"{place}.at_most")
    # Said only where it differs, so that what version 1 can say stays version 1.
    if asked.each:
        said["each"] = True
    if asked.ranking != RANKINGS[0]:
        said["ranking"] = asked.ranking
    if asked.order != ORDERS[0]:
        said["order"] = asked.order
    if asked.alternates.strip() not in ("", "0"):
        said["alternates"] = _number(asked.alternates, f"{place}.alternates")
    if asked.sitting.strip() not in ("", "0"):
        said["sitting"] = _number(asked.sitting, f"{place}.sitting")
        said["size"] = said["sitting"] + said["seats"]
    if _lines(asked.sitting_members):
        said["sitting_members"] = _lines(asked.sitting_members)
    if asked.least.strip():
        said |= {"least": _number(asked.least, f"{place}.least"), "stands_incomplete": True}
    return said


def doubts(form: ElectionForm) -> tuple[tuple[Warned, ...], ...]:
    """For each question what may be wrong with its wording; nothing where it cannot be read yet."""
    found = []
    for number, asked in enumerate(form.questions, 1):
        try:
            found.append(check_wording(question_from_json(written(asked, number), "")))
        except Refused:
            found.append(())
    return tuple(found)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _number(text: str, name: str) -> int:
    text = text.strip()
    if not text.isdecimal() or len(text) > 6:
        raise Refused(Refusal.NUMBER_UNREADABLE, field=name)
    return int(text)


def _time(text: str, name: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=page_zone()).astimezone(UTC)
    except ValueError:
        raise Refused(Refusal.TIME_UNREADABLE, field=name) from None


def _written(moment: datetime) -> str:
    return moment.astimezone(page_zone()).strftime("%Y-%m-%dT%H:%M")
