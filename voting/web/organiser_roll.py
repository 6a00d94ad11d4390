"""The roll of one election, and what can be done at the desk for one voter."""

import io
import zipfile
from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting.errors import Refusal, Refused
from voting.services import assembly_letters, credentials, elections, helped, openings
from voting.services.assembly_letters import replace_assembly_letter, reprint_assembly_letter
from voting.services.assembly_view import assembly
from voting.services.views import ElectionView, LetterView, RollView
from voting.web import access
from voting.web.access import LARGE_BODY, allow
from voting.web.helper import role_words
from voting.web.organiser_letters import KEPT
from voting.web.public import base_url
from voting.web.streaming import Download, attachment

LetterAct = TypeVar("LetterAct", bound=Callable[..., object])
blueprint = Blueprint("organiser_roll", __name__, url_prefix="/organise/elections/<uuid>/roll")


@blueprint.get("")
@allow("organiser")
def roll(uuid: str) -> ResponseReturnValue:
    """Everybody on the roll; `q` looks in names and units, `show` keeps those who have (not) voted."""
    view = elections.election(access.site(), uuid)
    entries = credentials.roll(access.site(), uuid)
    sought, shown = request.args.get("q", "").strip(), request.args.get("show", "")
    chosen = [
        entry
        for entry in entries
        if (not sought or any(sought in text for text in (entry.name, *entry.units, str(entry.number))))
        and (shown != "waiting" or not entry.has_voted)
        and (shown != "voted" or entry.has_voted)
        and (shown != "stopped" or entry.state != "issued")
    ]
    return render_template(
        "organiser/roll.html", election=view, entries=chosen, total=len(entries), sought=sought, shown=shown
    )


@blueprint.route("/<int:voter>", methods=["GET", "POST"])
@allow("organiser", rate="60 per minute", body=LARGE_BODY)
def voter(uuid: str, voter: int) -> ResponseReturnValue:
    """One voter, and the acts of the desk; `act` in the form says which."""
    view = elections.election(access.site(), uuid)
    entry = _entry(uuid, voter)
    if request.method == "GET":
        return _page(view, entry)
    act = _ACTS.get(request.form.get("act", ""))
    if act is None:
        raise Refused(Refusal.REQUEST_UNREADABLE)
    return act(view, entry)


def _entry(uuid: str, number: int) -> RollView:
    for entry in credentials.roll(access.site(), uuid):
        if entry.number == number:
            return entry
    raise Refused(Refusal.VOTER_UNKNOWN, voter=number)


def _page(view: ElectionView, entry: RollView, desk_code: str | None = None) -> str:
    letter = _letter(view, entry)
    acts = {act.value for act in elections.next_acts(view, access.now())}
    return render_template(
        "organiser/voter.html",
        election=view,
        entry=entry,
        letter=letter,
        done=entry.has_voted if letter is None else len(letter.voted) == len(letter.voters),
        votes={each.uuid: each.title for each in _votes(view)} if letter is not None else {},
        acts=acts,
        desk_code=desk_code,
        may_open=openings.may_ask(view),
        helped=helped.helped_ballots(access.site(), view.uuid).get(entry.number),
        role_words=role_words(),
    )


def _letter(view: ElectionView, entry: RollView) -> LetterView | None:
    """The assembly's letter that serves this voter."""
    if entry.letter is None or view.assembly is None:
        return None
    letters = assembly_letters.assembly_letters(access.site(), view.assembly.uuid)
    return next(letter for letter in letters if letter.number == entry.letter)


def _votes(view: ElectionView) -> tuple[ElectionView, ...]:
    assert view.assembly is not None
    return assembly(access.site(), view.assembly.uuid, access.now()).elections


def _reason() -> str:
    return request.form.get("reason", "").strip()


def _kept() -> tuple[bytes, str]:
    """The credential file that the keeper brought, and its passphrase; both leave with this request."""
    uploaded = request.files.get("credential_file")
    body = uploaded.read() if uploaded is not None else b""
    if not body:
        raise Refused(Refusal.FILE_MISSING)
    return body, request.form.get("passphrase", "")


def _back(view: ElectionView, entry: RollView, message: str) -> ResponseReturnValue:
    flash(message)
    return redirect(url_for("organiser_roll.voter", uuid=view.uuid, voter=entry.number))


def _letter_of(
    view: ElectionView, entry: RollView, of_election: LetterAct, of_assembly: LetterAct
) -> tuple[LetterAct, str, int]:
    """What is done to this voter's letter, whose letter it is (a uuid), and its number there."""
    if entry.letter is None or view.assembly is None:
        return of_election, view.uuid, entry.number
    return of_assembly, view.assembly.uuid, entry.letter


def _replace(view: ElectionView, entry: RollView) -> ResponseReturnValue:
    body, passphrase = _kept()
    act, whose, number = _letter_of(view, entry, credentials.replace_letter, replace_assembly_letter)
    replaced = act(
        access.site(),
        whose,
        number,
        _reason(),
        body,
        passphrase,
        base_url(),
        access.actor(),
        access.now(),
    )
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(f"{number}号-新选票信.pdf", replaced.letter)
        archive.writestr(KEPT, replaced.credential_file)
    return attachment(Download(f"{number}号-换发.zip", "application/zip", whole.getvalue(), ""))


def _reprint(view: ElectionView, entry: RollView) -> ResponseReturnValue:
    body, passphrase = _kept()
    act, whose, number = _letter_of(view, entry, credentials.reprint_letter, reprint_assembly_letter)
    letter = act(access.site(), whose, number, body, passphrase, base_url(), access.actor(), access.now())
    return attachment(Download(f"{number}号-选票信.pdf", "application/pdf", letter, ""))


def _lock(view: ElectionView, entry: RollView) -> ResponseReturnValue:
    credentials.lock_voter(access.site(), view.uuid, entry.number, _reason(), access.actor(), access.now())
    return _back(view, entry, _("已挂失锁定。本人带证件来核对后，用“当面核对”恢复。"))


def _reset(view: ElectionView, entry: RollView) -> ResponseReturnValue:
    code = credentials.reset_second_factor(
        access.site(), view.uuid, entry.number, _reason(), access.actor(), access.now()
    )
    # Shown in this answer only: it is neither stored in the clear nor kept in the session.
    return _page(view, _entry(view.uuid, entry.number), desk_code=code)


def _transfer(view: ElectionView, entry: RollView) -> ResponseReturnValue:
    name, site, now = request.form.get("name", ""), access.site(), access.now()
    code = credentials.transfer_voter(site, view.uuid, entry.number, name, _reason(), access.actor(), now)
    if code is None:
        return _back(view, entry, _("原业主已经投票，票照算；只记下了这件事。"))
    return _page(view, _entry(view.uuid, entry.number), desk_code=code)


def _unlock(view: ElectionView, entry: RollView) -> ResponseReturnValue:
    credentials.unlock_voter(access.site(), view.uuid, entry.number, access.actor(), access.now())
    return _back(view, entry, _("已解锁，可以再试五次。"))


_ACTS: dict[str, Callable[[ElectionView, RollView], ResponseReturnValue]] = {
    "replace": _replace,
    "reprint": _reprint,
    "lock": _lock,
    "reset": _reset,
    "transfer": _transfer,
    "unlock": _unlock,
}
