"""The ledger of deliveries on a phone at the door, its pictures, and taking an entry back."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting import language
from voting.documents.delivery_book import delivery_xlsx
from voting.errors import Refusal, Refused
from voting.rules.delivery import (
    END_WORDS,
    ENDS,
    GROUND_WORDS,
    LONGEST_NAME,
    WAY_WORDS,
    Attempt,
    End,
    Ground,
    Task,
    Way,
)
from voting.services import deliveries, ledgers
from voting.services.deliveries import DeliveryView, UnitView
from voting.services.pictures import LARGEST, MEDIA_TYPE
from voting.web import access, display
from voting.web.access import allow
from voting.web.streaming import Download, attachment
from voting.web.turnout_grid import Building, grid_of

blueprint = Blueprint("ledgers", __name__, url_prefix="/organise/ledgers/<uuid>")

PHOTO_BODY = LARGEST + 256 * 1024  # bytes: a picture and a long list of units
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PEOPLE = "delivered-by"  # who went last, in this browser: the same two go from door to door


@dataclass(frozen=True)
class Words:
    """What the page says of each value, in the reader's language."""

    ways: dict[Way, str]
    ends: dict[End, str]
    grounds: dict[Ground, str]
    tasks: dict[Task, str]


def words() -> Words:
    """For the request's language."""
    return Words(
        {way: str(_(text)) for way, text in WAY_WORDS.items()},
        {end: str(_(text)) for end, text in END_WORDS.items()},
        {ground: str(_(text)) for ground, text in GROUND_WORDS.items()},
        {
            Task.DELIVER: _("送一次"),
            Task.TRY_AGAIN: _("换一天再送一次"),
            Task.POST_NOTICE: _("两次不在家：张贴公告"),
            Task.NONE: _("已公告，没有更多的办法"),
        },
    )


@blueprint.get("/delivery")
@allow("organiser", "auditor")
def delivery(uuid: str) -> ResponseReturnValue:
    """Every unit by building and stairwell, those without a proof, and what was entered."""
    return _page(deliveries.deliveries(access.site(), uuid))


@blueprint.post("/delivery")
@allow("organiser", body=PHOTO_BODY)
def record(uuid: str) -> ResponseReturnValue:
    """Enter what was done for the units that are ticked, and for whole stairwells."""
    site, now = access.site(), access.now()
    view = deliveries.deliveries(site, uuid)
    uploaded = request.files.get("photo")
    try:
        attempt = _attempt(view)
        number = deliveries.record_delivery(
            site, uuid, attempt, uploaded.read() if uploaded else b"", access.actor(), now
        )
    except Refused as refused:
        return _page(view, language.sentence(refused, display.locale())), 400
    session[_PEOPLE] = list(attempt.people)
    flash(_("已登记（第 %(number)s 条，%(count)s 套）。", number=number, count=len(set(attempt.units))))
    return redirect(url_for("ledgers.delivery", uuid=uuid))


@blueprint.get("/delivery.xlsx")
@allow("organiser")
def spreadsheet(uuid: str) -> ResponseReturnValue:
    """送达登记表 as a workbook."""
    view = deliveries.deliveries(access.site(), uuid)
    body = delivery_xlsx(view.title, deliveries.delivery_lines(access.site(), uuid))
    return attachment(Download(f"{view.title}-送达登记表.xlsx", _XLSX, body, ""))


@blueprint.get("/photos/<digest>.jpg")
@allow("organiser", "auditor")
def photo(uuid: str, digest: str) -> ResponseReturnValue:
    """A picture, which the program itself wrote."""
    return Response(ledgers.photo(access.site(), uuid, digest), mimetype=MEDIA_TYPE)


@blueprint.route("/entries/<int:number>/withdraw", methods=["GET", "POST"])
@allow("organiser")
def withdraw(uuid: str, number: int) -> ResponseReturnValue:
    """Ask why, then take the entry back."""
    site, sentence, status = access.site(), None, 200
    back = ledgers.entry_place(site, uuid, number)
    address = (
        url_for("ledgers.delivery", uuid=uuid)
        if back.election is None
        else url_for("organiser_documents.postings", uuid=back.election, key=back.paper)
    )
    if request.method == "POST":
        try:
            reason = request.form.get("reason", "")
            ledgers.withdraw_entry(site, uuid, number, reason, access.actor(), access.now())
            flash(_("第 %(number)s 条已撤销，原因写进了记录。", number=number))
            return redirect(address)
        except Refused as refused:
            sentence, status = language.sentence(refused, display.locale()), 400
    page = render_template(
        "organiser/ledger_withdraw.html", number=number, back=address, sentence=sentence, form=request.form
    )
    return page, status


def _attempt(view: DeliveryView) -> Attempt:
    """What was typed and ticked. Refuses NOTHING_CHOSEN and TIME_UNREADABLE."""
    form = request.form
    way, _slash, end = form.get("ended", "").partition("/")
    try:
        chosen = Way(way), End(end)
    except ValueError:
        raise Refused(Refusal.NOTHING_CHOSEN, field="ended") from None
    stairwells = set(form.getlist("stairwell"))
    units = form.getlist("unit") + [
        unit.label for unit in view.units if not unit.proven and stairwell_key(unit) in stairwells
    ]
    people = tuple(name for name in (form.get("first", "").strip(), form.get("second", "").strip()) if name)
    return Attempt(*chosen, read_time("at", view.zone), people, tuple(units), note=form.get("note", ""))


def read_time(field: str, zone: str) -> datetime:
    """A time as typed, at the estate's clock. Refuses TIME_UNREADABLE."""
    try:
        typed = datetime.fromisoformat(request.form.get(field, "").strip())
    except ValueError:
        raise Refused(Refusal.TIME_UNREADABLE, field=field) from None
    return typed.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def stairwell_key(unit: UnitView) -> str:
    """Under which a whole stairwell is ticked."""
    return f"{unit.building}/{unit.stairwell}"


@dataclass(frozen=True)
class Stairwell:
    """A stairwell on the page: floors from the top, each with its rooms and units."""

    key: str
    building: str
    name: str
    floors: tuple[tuple[int | None, tuple[tuple[str, UnitView], ...]], ...]
    proven: int
    units: int

    def ticked(self, labels: set[str]) -> bool:
        """Whether one of its units is among them."""
        return any(unit.label in labels for _number, row in self.floors for _room, unit in row)


def stairwells(units: tuple[UnitView, ...]) -> list[Stairwell]:
    """The units by stairwell, in natural order."""
    by_label = {unit.label: unit for unit in units}
    grid = grid_of((unit.label, unit.building, unit.proven) for unit in units)
    return [each for building in grid for each in _stairwells(building, by_label)]


def _stairwells(building: Building, units: dict[str, UnitView]) -> list[Stairwell]:
    found = []
    for place, name in enumerate(building.stairwells):
        floors = [
            (floor.number, tuple((cell.room, units[cell.label]) for cell in floor.stairwells[place]))
            for floor in building.floors
            if floor.stairwells[place]
        ]
        inside = [unit for _number, row in floors for _room, unit in row]
        key = stairwell_key(inside[0])
        proven = sum(unit.proven for unit in inside)
        found.append(Stairwell(key, building.name, name, tuple(floors), proven, len(inside)))
    return found


def _page(view: DeliveryView, sentence: str | None = None) -> str:
    zone = display.page_zone()
    organises = access.actor().role == "organiser"
    last = session.get(_PEOPLE, [])
    return render_template(
        "organiser/delivery.html",
        delivery=view,
        stairwells=stairwells(view.units),
        words=words(),
        ends=ENDS,
        organises=organises,
        sentence=sentence,
        form=request.form,
        people=[str(name) for name in last][:2] if isinstance(last, list) else [],
        ticked=set(request.form.getlist("unit")),
        stairwells_ticked=set(request.form.getlist("stairwell")),
        at=request.form.get("at") or access.now().astimezone(zone).strftime("%Y-%m-%dT%H:%M"),
        zone=zone,
        longest=LONGEST_NAME,
        largest=LARGEST // 1024**2,
        kinds=MEDIA_TYPE,
    )
