"""What anyone may see: the elections of the estates, turnout, the board of receipts. No personal data."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from voting.documents.verifier import verify_html
from voting.errors import Refusal, Refused
from voting.services import assembly_view, booth, elections, openings
from voting.services.receipts import replacements
from voting.services.views import ElectionView, Phase
from voting.web import access
from voting.web.access import allow
from voting.web.materials import readable

blueprint = Blueprint("public", __name__)

PAGE = 200  # receipts on one page of the board


@dataclass(frozen=True)
class BoardPage:
    """One page of the board, newest first; `found` is the receipt someone looked for.

    `replaced` has, of each ballot that does not count any more, the number of the one that came after it.
    """

    rows: list[tuple[int, str]]
    replaced: dict[int, int]
    total: int
    page: int
    pages: int
    sought: str
    found: tuple[int, str] | None


@blueprint.get("/")
@allow("stranger")
def home() -> ResponseReturnValue:
    """Every election that has been announced, the one that needs people first."""
    views = elections.announced_elections(access.site())
    order = {Phase.OPEN: 0, Phase.DRAFT: 1, Phase.CLOSED: 2, Phase.COUNTED: 2, Phase.PUBLISHED: 3}
    views.sort(key=lambda view: (order[view.phase], -view.opens_at.timestamp()))
    meetings = [each for each in assembly_view.listed_assemblies(access.site()) if each.public]
    return render_template("public/home.html", elections=views, assemblies=meetings)


@blueprint.get("/verify.html")
@allow("stranger")
def verifier() -> ResponseReturnValue:
    """The verifier that stands in every export, to be kept by whoever will want one from elsewhere."""
    response = Response(verify_html(), mimetype="text/html")
    response.headers["Content-Disposition"] = "attachment; filename=verify.html"
    return response


@blueprint.get("/e/<uuid>")
@allow("stranger")
def election(uuid: str) -> ResponseReturnValue:
    """What is put to the vote and until when; turnout once open; the outcome once published."""
    view = announced(uuid)
    started = view.phase is not Phase.DRAFT
    return render_template(
        "public/election.html",
        election=view,
        readable=readable(uuid),
        turnout=elections.turnout(access.site(), uuid) if started else None,
        outcome=view.outcome if view.phase is Phase.PUBLISHED else None,
        opened=openings.opened_count(access.site(), uuid) if view.phase in openings.AFTER_CLOSING else 0,
    )


@blueprint.get("/e/<uuid>/board")
@allow("stranger")
def board(uuid: str) -> ResponseReturnValue:
    """Every receipt that was given, and a box in which anyone finds theirs."""
    view = announced(uuid)
    receipts = booth.receipts(access.site(), uuid)
    sought = request.args.get("q", "").strip()[:80]
    wanted = comparable(sought)
    found = next((row for row in receipts if wanted and comparable(row[1]) == wanted), None)
    pages = max(1, -(-len(receipts) // PAGE))
    asked = request.args.get("page", "1")
    page = min(max(int(asked), 1), pages) if asked.isdecimal() and len(asked) < 7 else 1
    newest_first = receipts[::-1]
    shown = newest_first[(page - 1) * PAGE : page * PAGE]
    return render_template(
        "public/board.html",
        election=view,
        board=BoardPage(shown, replacements(access.site(), uuid), len(receipts), page, pages, sought, found),
    )


@blueprint.get("/favicon.ico")
@allow("stranger")
def icon() -> ResponseReturnValue:
    """Old browsers ask here whatever the page says."""
    return redirect(url_for("static", filename="icon.svg"))


def announced(uuid: str) -> ElectionView:
    """An election that the public may see. Refused ELECTION_UNKNOWN also while it is still being prepared."""
    view = elections.election(access.site(), uuid)
    if view.issued_at is None:
        raise Refused(Refusal.ELECTION_UNKNOWN)
    return view


def comparable(receipt: str) -> str:
    """A 回执号 without what copying adds or loses: spaces, a final `=`, `+` (lost in unescaped links)."""
    return "".join(character for character in receipt if not character.isspace() and character not in "+=")


def base_url() -> str:
    """The address that letters and posters link to, without a slash at its end."""
    configured: Any = current_app.config["BASE_URL"]
    return str(configured or request.host_url).rstrip("/")
