"""Candidates of an assembly: nominations, what was looked at, who is on the list and in which order."""

import re

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting import language
from voting.errors import Refusal, Refused
from voting.rules.candidacy import NOMINATOR_WORDS, REQUIREMENTS, Check, Found, Nominator, Point
from voting.services import nominations as service
from voting.services.assembly_view import assembly as assembly_view
from voting.services.nominations import LONGEST_NOTE, Nominating
from voting.web import access, display
from voting.web.access import allow
from voting.web.organiser_assemblies import zone_of

blueprint = Blueprint("organiser_nominations", __name__, url_prefix="/organise/assemblies/<uuid>/nominations")


@blueprint.get("")
@allow("organiser")
def nominations(uuid: str) -> ResponseReturnValue:
    """Every nomination with its checklist and decision, and the list that follows."""
    return _page(uuid)


@blueprint.post("")
@allow("organiser")
def nominate(uuid: str) -> ResponseReturnValue:
    """Enter a nomination."""
    form = request.form
    try:
        nominating = Nominating(
            form.get("name", ""),
            tuple(re.split(r"[、,，;；\n]", form.get("units", ""))),
            Nominator(_chosen("nominator", *Nominator)),
            _number(form.get("supporters", "")),
            form.get("consent") == "1",
        )
        number = service.nominate(access.site(), uuid, nominating, access.actor(), access.now())
    except Refused as refused:
        return _page(uuid, refused, None), 400
    except ValueError:
        raise Refused(Refusal.REQUEST_UNREADABLE) from None
    flash(_("已登记为第 %(number)s 号报名。", number=number))
    return _back(uuid, number)


@blueprint.post("/<int:number>/checks")
@allow("organiser")
def check(uuid: str, number: int) -> ResponseReturnValue:
    """What was found of each point."""
    try:
        found = {point: _check(point) for point in Point}
        service.check_nominee(access.site(), uuid, number, found, access.actor(), access.now())
    except Refused as refused:
        return _page(uuid, refused, number), 400
    except ValueError:
        raise Refused(Refusal.REQUEST_UNREADABLE) from None
    flash(_("核对的结果已存下。"))
    return _back(uuid, number)


@blueprint.post("/<int:number>/decide")
@allow("organiser")
def decide(uuid: str, number: int) -> ResponseReturnValue:
    """On the list, or not."""
    form = request.form
    try:
        objection = _number(form.get("objection", "")) or None
        listed = _chosen("listed", "yes", "no") == "yes"
        arguments = (number, listed, form.get("reason", ""), access.actor(), access.now(), objection)
        service.decide_nominee(access.site(), uuid, *arguments)
    except Refused as refused:
        return _page(uuid, refused, number), 400
    flash(_("已列入名单。") if listed else _("不列入名单，原因已记下。"))
    return _back(uuid, number)


@blueprint.post("/<int:number>/withdraw")
@allow("organiser")
def withdraw(uuid: str, number: int) -> ResponseReturnValue:
    """The nominee stands no longer."""
    reason = request.form.get("reason", "")
    try:
        service.withdraw_nominee(access.site(), uuid, number, reason, access.actor(), access.now())
    except Refused as refused:
        return _page(uuid, refused, number), 400
    flash(_("已登记退出。"))
    return _back(uuid, number)


@blueprint.post("/<int:number>/up")
@allow("organiser")
def up(uuid: str, number: int) -> ResponseReturnValue:
    """One place up in the fixed order."""
    service.move_nominee_up(access.site(), uuid, number, access.actor(), access.now())
    return redirect(url_for("organiser_nominations.nominations", uuid=uuid, _anchor="list"))


def _chosen(field: str, *values: str) -> str:
    """What was chosen, one of `values`; nothing is chosen before somebody does. Refuses NOTHING_CHOSEN."""
    chosen = request.form.get(field)
    if chosen not in values:
        raise Refused(Refusal.NOTHING_CHOSEN, field=field)
    return chosen


def _check(point: Point) -> Check:
    found = Found(request.form.get(f"{point}-found", Found.UNCHECKED))
    return Check(found, request.form.get(f"{point}-note", "").strip())


def _number(text: str) -> int:
    text = text.strip()
    if not text:
        return 0
    if not text.isdecimal() or len(text) > 6:
        raise Refused(Refusal.NUMBER_UNREADABLE, field="supporters")
    return int(text)


def _back(uuid: str, number: int) -> ResponseReturnValue:
    return redirect(url_for("organiser_nominations.nominations", uuid=uuid, _anchor=f"nominee-{number}"))


def _page(uuid: str, refused: Refused | None = None, number: int | None = None) -> str:
    """`number` is whose form was refused; None with a refusal: the form for a new one."""
    site = access.site()
    view = assembly_view(site, uuid, access.now())
    found = service.nominees(site, uuid)
    return render_template(
        "organiser/nominations.html",
        assembly=view,
        nominees=found,
        standing=sorted((each for each in found if each.stands), key=lambda each: each.place),
        waiting=sum(each.is_open for each in found),
        names=service.listed_names(site, uuid),
        points=[(point, _(each.words), each.source) for point, each in REQUIREMENTS.items()],
        nominators={each.value: _(words) for each, words in NOMINATOR_WORDS.items()},
        unchecked=Check(),
        upheld=[each for each in view.state.objections if each.upheld and each.about.value == "candidates"],
        longest_note=LONGEST_NOTE,
        zone=zone_of(view),
        fixed=view.state.opened_at is not None,
        sentence=language.sentence(refused, display.locale()) if refused else None,
        refused_at=number,
        form=request.form if refused and number is None else {},
    )
