"""What a notice, or the letters, bind of what voters can read: of each question the digests, in order."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from voting.rules.canonical import canonical_json
from voting.store import materials as rows
from voting.store.engine import Transaction


def bound(tx: Transaction, uuid: str, agenda: Mapping[str, Any]) -> dict[str, list[list[str]]]:
    """Of each question that has any: (candidate or plan, kind, title, SHA-256).

    What belongs to a candidate who stands no longer is not shown and not bound.
    """
    found: dict[str, list[list[str]]] = {}
    kept = rows.material_rows(tx, uuid)
    for question in agenda["questions"]:
        places = ["", *question.get("candidates", ()), *question.get("plans", ())]
        mine = [
            [row.subject, row.kind, row.title, row.sha256]
            for place in places
            for row in kept
            if (row.question, row.subject) == (question["id"], place)
        ]
        if mine:
            found[question["id"]] = mine
    return found


def digest(materials: Mapping[str, list[list[str]]]) -> str:
    """SHA-256 of all of it."""
    return sha256(canonical_json(dict(materials))).hexdigest()
