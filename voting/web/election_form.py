"""The form of an election, as it is typed: adding and removing questions works without scripts.

Every fault in it is found by `rules` and the services; this module only carries what was typed there and
back. A threshold is never typed: it comes with the matter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from werkzeug.datastructures import MultiDict

from voting.errors import Refusal, Refused
from voting.rules.questions import ELECT_COMMITTEE, CommitteeContest
from voting.rules.secrecy import Secrecy
from voting.services.elections import DEFAULT_GROUP
from voting.services.views import ElectionView
from voting.web.display import SHANGHAI

MOST_QUESTIONS = 20


@dataclass(frozen=True)
class QuestionForm:
    """One question as typed; `candidates` one a line."""

    kind: str = "motion"
    text: str = ""
    matter: str = "278-1"
    seats: str = "5"
    at_most: str = ""
    candidates: str = ""


@dataclass(frozen=True)
class ElectionForm:
    """The whole form as typed; `buildings` empty means all of them, times as `datetime-local` writes them."""

    title: str = ""
    some_buildings: bool = False
    buildings: tuple[str, ...] = ()
    exclude_uses: tuple[str, ...] = ("车位",)
    opens_at: str = ""
    closes_at: str = ""
    group: str = DEFAULT_GROUP
    secrecy: str = Secrecy.CONFIDENTIAL.value
    questions: tuple[QuestionForm, ...] = field(default=(QuestionForm(),))

    def agenda(self, estate: str) -> dict[str, Any]:
        """The agenda as `rules.agenda_from_json` reads it. Refuses NUMBER_UNREADABLE."""
        buildings = list(self.buildings) if self.some_buildings else None
        return {
            "title": self.title.strip(),
            "estate": estate,
            "scope": {"buildings": buildings, "exclude_uses": list(self.exclude_uses)},
            "questions": [_question(asked, number) for number, asked in enumerate(self.questions, 1)],
            "secrecy": self.secrecy,
        }

    def times(self) -> tuple[datetime, datetime]:
        """Opening and closing, in UTC. Refuses TIME_UNREADABLE."""
        return _time(self.opens_at, "opens_at"), _time(self.closes_at, "closes_at")


def blank() -> ElectionForm:
    """A new election: one motion to begin with, parking left out."""
    return ElectionForm()


def of_election(view: ElectionView) -> ElectionForm:
    """The form of an election that is stored."""
    agenda = view.agenda
    return ElectionForm(
        title=agenda.title,
        some_buildings=agenda.scope.buildings is not None,
        buildings=agenda.scope.buildings or (),
        exclude_uses=agenda.scope.exclude_uses,
        opens_at=_written(view.opens_at),
        closes_at=_written(view.closes_at),
        group=view.group,
        secrecy=agenda.secrecy.value,
        questions=tuple(
            QuestionForm(
                "committee",
                asked.text,
                asked.matter,
                str(asked.seats),
                str(asked.at_most),
                "\n".join(asked.candidates),
            )
            if isinstance(asked, CommitteeContest)
            else QuestionForm("motion", asked.text, asked.matter)
            for asked in agenda.questions
        ),
    )


def of_request(form: "MultiDict[str, str]") -> ElectionForm:
    """What was typed, however wrong it is."""
    count = form.get("questions", "1")
    number = min(int(count), MOST_QUESTIONS) if count.isdecimal() and len(count) < 4 else 1
    return ElectionForm(
        title=form.get("title", ""),
        some_buildings=form.get("scope") == "buildings",
        buildings=tuple(form.getlist("buildings")),
        exclude_uses=tuple(form.getlist("exclude_uses")),
        opens_at=form.get("opens_at", ""),
        closes_at=form.get("closes_at", ""),
        group=form.get("group", DEFAULT_GROUP),
        secrecy=form.get("secrecy", Secrecy.CONFIDENTIAL.value),
        questions=tuple(_asked(form, f"q{index}-") for index in range(1, number + 1)),
    )


def changed(form: ElectionForm, step: str) -> ElectionForm | None:
    """The form after "add-motion", "add-committee", "remove-2" or "up-2"; None for any other button."""
    asked = list(form.questions)
    verb, _, place = step.partition("-")
    if verb == "add" and place in ("motion", "committee"):
        if len(asked) < MOST_QUESTIONS:
            matter = ELECT_COMMITTEE if place == "committee" else QuestionForm.matter
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
    kind = "committee" if form.get(prefix + "kind") == "committee" else "motion"
    return QuestionForm(
        kind=kind,
        text=form.get(prefix + "text", ""),
        matter=ELECT_COMMITTEE if kind == "committee" else form.get(prefix + "matter", ""),
        seats=form.get(prefix + "seats", ""),
        at_most=form.get(prefix + "at_most", ""),
        candidates=form.get(prefix + "candidates", ""),
    )


def _question(asked: QuestionForm, number: int) -> dict[str, Any]:
    written: dict[str, Any] = {"id": f"q{number}", "kind": asked.kind, "text": asked.text.strip()}
    if asked.kind == "motion":
        return {**written, "matter": asked.matter}
    written["matter"] = ELECT_COMMITTEE
    written["seats"] = _number(asked.seats, f"questions[{number}].seats")
    written["candidates"] = [line.strip() for line in asked.candidates.splitlines() if line.strip()]
    if asked.at_most.strip():
        written["at_most"] = _number(asked.at_most, f"questions[{number}].at_most")
    return written


def _number(text: str, name: str) -> int:
    text = text.strip()
    if not text.isdecimal() or len(text) > 6:
        raise Refused(Refusal.NUMBER_UNREADABLE, field=name)
    return int(text)


def _time(text: str, name: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=SHANGHAI).astimezone(UTC)
    except ValueError:
        raise Refused(Refusal.TIME_UNREADABLE, field=name) from None


def _written(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
