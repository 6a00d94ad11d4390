"""Choices from a spreadsheet, as the vectors that ballots and results carry: for a rehearsal of a count.

`房号,q1,q2,q3`: one row a unit whose voter casts a ballot; a motion's cell is 同意, 反对 or 弃权, that of
several plans the plan, a contest's cell the ticked candidates joined by 、 and empty when nobody is ticked. A
contest that asks for each candidate has a column for each, `q3:张三`, with a motion's answers.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from voting.errors import Refusal, Refused
from voting.rules.columns import NAMES, Rows
from voting.rules.labels import tidy
from voting.rules.questions import BallotAnswers, Question, ballot_questions
from voting.rules.residents import RESIDENTS
from voting.rules.roll import Voter

Vectors = list[list[int]]
_ADDRESS = RESIDENTS.names["label"]
_BETWEEN = re.compile(r"[、，,;；\n]+")


Asked = Sequence[tuple[str, BallotAnswers]]  # a column's name, and what is asked in it


def _asked(questions: Sequence[Question]) -> Asked:
    return [
        (f"{question.id}:{ballot.about}" if ballot.about else question.id, ballot)
        for question in questions
        for ballot in ballot_questions(question)
    ]


def _columns(header: list[str], asked: Asked) -> tuple[int, dict[str, int]]:
    names = [cell.strip() for cell in header]
    for name in names:
        if name and names.count(name) > 1:
            raise Refused(Refusal.CHOICES_COLUMN_TWICE, column=name[:50])
    label = next((names.index(name) for name in (*NAMES["label"], *_ADDRESS) if name in names), None)
    if label is None:
        raise Refused(Refusal.CHOICES_COLUMN_MISSING, column=NAMES["label"][0])
    for column, _ in asked:
        if column not in names:
            raise Refused(Refusal.CHOICES_COLUMN_MISSING, column=column)
    for position, name in enumerate(names):
        if name and position != label and name not in {column for column, _ in asked}:
            raise Refused(Refusal.CHOICES_COLUMN_UNKNOWN, column=name[:50])
    return label, {column: names.index(column) for column, _ in asked}


def _vector(column: str, ballot: BallotAnswers, cell: str, row: int) -> list[int]:
    ticked = [name for piece in _BETWEEN.split(cell) if (name := piece.strip())]
    place: dict[str, str | int] = {"row": row, "question": column}
    for name in ticked:
        if name not in ballot.answers:
            raise Refused(Refusal.CHOICE_UNKNOWN, choice=name[:50], **place)
    if len(set(ticked)) != len(ticked):
        raise Refused(Refusal.CHOICE_TWICE, **place)
    if len(ticked) < ballot.minimum:
        raise Refused(Refusal.CHOICES_TOO_FEW, minimum=ballot.minimum, **place)
    if len(ticked) > ballot.maximum:
        raise Refused(Refusal.CHOICES_TOO_MANY, maximum=ballot.maximum, **place)
    return [int(answer in ticked) for answer in ballot.answers]


def read_choices(rows: Rows, questions: Sequence[Question]) -> dict[str, Vectors]:
    """Unit label -> one 0/1 vector a ballot question, in the order of the rows; the first is the header.

    Refused CHOICES_… and CHOICE_… with the row, and the question where it is in one.
    """
    if not rows:
        raise Refused(Refusal.CHOICES_COLUMN_MISSING, column=NAMES["label"][0])
    asked = _asked(questions)
    label_column, columns = _columns(rows[0][1], asked)
    chosen: dict[str, Vectors] = {}
    for row, cells in rows[1:]:
        padded = cells + [""] * (len(rows[0][1]) - len(cells))
        label = tidy(padded[label_column])
        if not label:
            raise Refused(Refusal.CHOICES_UNIT_MISSING, row=row)
        if label in chosen:
            raise Refused(Refusal.CHOICES_UNIT_TWICE, row=row, label=label[:50])
        if any(cell.strip() for cell in padded[len(rows[0][1]) :]):
            raise Refused(Refusal.CHOICES_ROW_TOO_LONG, row=row)
        chosen[label] = [_vector(column, ballot, padded[columns[column]], row) for column, ballot in asked]
    return chosen


def choices_by_voter(chosen: Mapping[str, Vectors], roll: Sequence[Voter]) -> dict[int, Vectors]:
    """Voter's number -> vectors, in the order of the choices. Residents of one address by address and name.

    Refused CHOICES_UNIT_UNKNOWN for a unit that is not on the roll, CHOICES_VOTER_TWICE for two rows of one
    voter's units.
    """
    often = Counter(label for voter in roll for label in voter.labels)
    voter_of = {
        label if often[label] == 1 else tidy(label + voter.name): voter
        for voter in roll
        for label in voter.labels
    }
    by_voter: dict[int, Vectors] = {}
    for label, vectors in chosen.items():
        voter = voter_of.get(label)
        if voter is None:
            raise Refused(Refusal.CHOICES_UNIT_UNKNOWN, label=label[:50])
        if voter.number in by_voter:
            raise Refused(Refusal.CHOICES_VOTER_TWICE, label=label[:50], voter=voter.number)
        by_voter[voter.number] = vectors
    return by_voter
