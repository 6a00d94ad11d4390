"""The auditors' pages: a record that reads like a dossier. Organisers may read it too.

While an election is open only turnout is known to anyone, so there is nothing here about choices either.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from voting.services import assembly_view, helped, openings, record
from voting.services import elections as services
from voting.services.log_lines import Entry
from voting.services.views import Act, ElectionView, Phase
from voting.web import access
from voting.web.access import allow
from voting.web.asked import of_owners
from voting.web.chronicle import Told, actor_name, told
from voting.web.helper import role_words
from voting.web.streaming import Download, attachment

blueprint = Blueprint("auditor", __name__, url_prefix="/audit")


@dataclass(frozen=True)
class Line:
    """One entry of a log, told in a sentence; `text` is the line itself, and `head` its hash.

    `chain` is whose log it is, for the signature; `of_assembly` where that is not what the page is about.
    """

    seq: int
    time: datetime
    actor: str
    told: Told
    text: str
    head: str
    chain: str
    of_assembly: bool = False


@blueprint.get("")
@allow("auditor", "organiser")
def elections() -> ResponseReturnValue:
    """Every election there is a record of."""
    site = access.site()
    return render_template(
        "auditor/elections.html",
        elections=services.elections(site),
        assemblies=assembly_view.listed_assemblies(site),
    )


@blueprint.get("/<uuid>")
@allow("auditor", "organiser")
def dossier(uuid: str) -> ResponseReturnValue:
    """The verdict first, then the numbers, what happened, and what pins it all."""
    site, now = access.site(), access.now()
    view = services.election(site, uuid)
    started = view.phase is not Phase.DRAFT
    checkpoint = view.closing_checkpoint or (record.checkpoint(site, uuid, now) if started else None)
    asked = openings.openings(site, uuid, access.actor())
    return render_template(
        "auditor/dossier.html",
        election=view,
        turnout=services.turnout(site, uuid) if started else None,
        outcome=view.outcome,
        lines=_both(
            lines(record.audit_log(site, uuid), uuid, counts_area=of_owners(view.agenda)),
            []
            if view.assembly is None
            else lines(record.audit_log(site, view.assembly.uuid), view.assembly.uuid),
        ),
        key=site.keys.receipt_key_hex,
        announced_closing=_announced_closing(view),
        checkpoint=checkpoint,
        may_export=Act.EXPORT in services.next_acts(view, now),
        may_open=openings.may_ask(view),
        openings=asked,
        helpers=helped.helpers(site, uuid) if started else [],
        volunteers=helped.volunteers(site, uuid),
        role_words=role_words(),
        most=helped.UNREMARKED,
        awaiting=sum(each.awaits_viewer for each in asked) if view.circle is None else 0,
    )


@blueprint.post("/<uuid>/EXPORT.zip")
@allow("auditor", "organiser", rate="20 per minute")
def export(uuid: str) -> ResponseReturnValue:
    """The whole record. A POST: taking it is itself an act that is logged."""
    body = record.export_record(access.site(), uuid, access.now(), access.actor())
    return attachment(Download("EXPORT.zip", "application/zip", body, url_for("auditor.dossier", uuid=uuid)))


def _announced_closing(view: ElectionView) -> datetime | None:
    """The closing in the rules that every ballot signs, where an extension has moved it since."""
    announced = datetime.fromisoformat(view.rules["closes_at"]) if view.rules else view.closes_at
    return announced if announced != view.closes_at else None


def _both(own: list[Line], assemblys: list[Line]) -> list[Line]:
    """An election's log and its assembly's in one order; at the same second the assembly comes first."""
    theirs = [replace(line, of_assembly=True) for line in assemblys]
    return sorted([*theirs, *own], key=lambda line: line.time)


def lines(entries: list[Entry], chain: str, *, counts_area: bool = True) -> list[Line]:
    """Each entry of a log, told, with what proves it."""
    made = []
    for entry in entries:
        text = entry.line
        at = datetime.fromisoformat(entry.time)
        said = told(entry, counts_area=counts_area)
        head = sha256(text).hexdigest()
        made.append(Line(entry.seq, at, actor_name(entry.actor), said, text.decode(), head, chain))
    return made
