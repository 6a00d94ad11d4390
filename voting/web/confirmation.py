"""Asking once before an act: a page that names the election and says what happens to whom."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from voting.errors import Refusal, Refused
from voting.services.secrecy_meter import Measured
from voting.services.views import ElectionView


@dataclass(frozen=True)
class Question:
    """What the page asks: a title, what happens, the button; `busy` while it runs.

    `waits` says why the button is not there yet; `back` is where the page came from, else the election.
    """

    title: str
    consequences: tuple[str, ...]
    button: str
    busy: str = ""
    asks_reason: bool = False
    shows_shares: bool = False
    waits: str = ""
    back: str = ""
    shows_secrecy: bool = False


def ask(
    view: ElectionView, asked: Question, allowed: bool, fits: Sequence[Measured] = ()
) -> ResponseReturnValue:
    """The page; `fits` is how much the totals give away. Refuses ACT_NOT_NOW."""
    if not allowed:
        raise Refused(Refusal.ACT_NOT_NOW)
    return render_template("organiser/confirm.html", election=view, asked=asked, fits=fits)
