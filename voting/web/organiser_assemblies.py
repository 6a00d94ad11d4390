"""An assembly as organisers plan and watch it: its one next step, its calendar, the rules of its place."""

from datetime import date
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting import language
from voting.errors import Refusal, Refused
from voting.rules.assembly import ABOUT_WORDS, Effect, Meeting
from voting.rules.ics import calendar_file
from voting.rules.paper_dates import WHY_WORDS
from voting.rules.periods import LEGAL_ZONE
from voting.rules.places import PRESETS
from voting.rules.presets import Override, Settings, preset
from voting.rules.settings import FLAGS, OPEN, WORDS, Scalar, Setting
from voting.services import assemblies, objections, postings, record, registers
from voting.services.assemblies import Planned
from voting.services.assembly_view import AssemblyView
from voting.services.assembly_view import assembly as assembly_view
from voting.web import access, assembly_calendar, assembly_step, display
from voting.web.access import allow
from voting.web.assembly_words import EFFECTS, MEETINGS, SETTINGS, value_words
from voting.web.auditor import lines

blueprint = Blueprint("organiser_assemblies", __name__)


@blueprint.route("/organise/estates/<int:estate_id>/assemblies/new", methods=["GET", "POST"])
@allow("organiser")
def new(estate_id: int) -> ResponseReturnValue:
    """A form; "show" only shows what the place's rules would be."""
    estate = registers.estate(access.site(), estate_id)
    sentence, status = None, 200
    if request.method == "POST" and request.form.get("step") != "show":
        try:
            uuid = assemblies.plan_assembly(
                access.site(), estate_id, _planned(), access.actor(), access.now()
            )
            flash(_("会议已经建立。接下来核对当地规则，把要表决的事项写好。"))
            return redirect(url_for("organiser_assemblies.assembly", uuid=uuid))
        except Refused as error:
            sentence, status = language.sentence(error, display.locale()), 400
    place = request.form.get("place", "全国")
    page = render_template(
        "organiser/assembly_form.html",
        estate=estate,
        form=request.form,
        sentence=sentence,
        places=tuple(PRESETS),
        place=place if place in PRESETS else "全国",
        settings=Settings(place if place in PRESETS else "全国"),
        setting_words=SETTINGS(),
        meetings=MEETINGS(),
        effects=EFFECTS(),
        value_words=value_words,
    )
    return page, status


def _planned() -> Planned:
    form = request.form
    try:
        meeting, effect = Meeting(form.get("meeting", "")), Effect(form.get("effect", ""))
        holidays = tuple(date.fromisoformat(line.strip()) for line in form.get("holidays", "").split())
    except ValueError:
        raise Refused(Refusal.TIME_UNREADABLE, field="holidays") from None
    return Planned(
        form.get("title", ""),
        form.get("convener", ""),
        meeting,
        form.get("place", ""),
        effect,
        form.get("elects_committee") == "1",
        form.get("zone", "").strip() or LEGAL_ZONE,
        holidays,
    )


@blueprint.get("/organise/assemblies/<uuid>")
@allow("organiser")
def assembly(uuid: str) -> ResponseReturnValue:
    """The next step in a sentence, what is missing, the calendar, the elections, what was done."""
    site, now = access.site(), access.now()
    view = assembly_view(site, uuid, now)
    calendar = view.state.plan.calendar
    return render_template(
        "organiser/assembly.html",
        assembly=view,
        step=assembly_step.of_assembly(view, now),
        missing=assembly_step.missing(view),
        months=assembly_calendar.months(view.dates, calendar, calendar.day(now)),
        dates=assembly_calendar.listed(view.dates, calendar),
        lines=lines(record.audit_log(site, uuid), uuid),
        meetings=MEETINGS(),
        effects=EFFECTS(),
        zone=zone_of(view),
        waiting=sum(each.upheld is None for each in view.state.objections),
        papers=postings.papers_due(site, uuid, now),
        why_words={why.value: _(words) for why, words in WHY_WORDS.items()},
        letters_out=any(each.issued_at for each in view.elections),
    )


@blueprint.get("/organise/assemblies/<uuid>/rules")
@allow("organiser")
def rules(uuid: str) -> ResponseReturnValue:
    """Every value that applies, with its source, or the reason for which it was changed."""
    view = assembly_view(access.site(), uuid, access.now())
    return render_template(
        "organiser/assembly_rules.html",
        assembly=view,
        settings=view.state.plan.settings,
        setting_words=SETTINGS(),
        value_words=value_words,
        fixed=view.state.notice is not None or view.state.opened_at is not None,
    )


@blueprint.route("/organise/assemblies/<uuid>/rules/<setting>", methods=["GET", "POST"])
@allow("organiser")
def rule(uuid: str, setting: str) -> ResponseReturnValue:
    """One value: what it is, why, and what it should be instead."""
    site, now = access.site(), access.now()
    view = assembly_view(site, uuid, now)
    if setting not in tuple(Setting):
        raise Refused(Refusal.PAGE_UNKNOWN)
    chosen = Setting(setting)
    sentence, status = None, 200
    if request.method == "POST":
        try:
            value = _value(chosen, request.form.get("value", ""))
            reason = request.form.get("reason", "")
            assemblies.change_setting(site, uuid, chosen, value, reason, access.actor(), now)
            flash(_("已改，原因写进了记录。"))
            return redirect(url_for("organiser_assemblies.rules", uuid=uuid))
        except Refused as error:
            sentence, status = language.sentence(error, display.locale()), 400
    settings = view.state.plan.settings
    explained, usual = settings.explained(chosen), preset(settings.place)[chosen]
    page = render_template(
        "organiser/assembly_rule.html",
        law=usual if usual.source.read else None,
        assembly=view,
        setting=chosen,
        name=SETTINGS()[chosen],
        explained=explained,
        changed=isinstance(explained, Override),
        words=[(word, value_words(chosen, word)) for word in WORDS.get(chosen, ())],
        flag=chosen in FLAGS,
        may_be_open=chosen in OPEN,
        value_words=value_words,
        sentence=sentence,
    )
    return page, status


def _value(setting: Setting, text: str) -> Scalar:
    text = text.strip()
    if setting in FLAGS:
        return {"yes": True, "no": False}.get(text)
    if setting in WORDS or (setting in OPEN and not text):
        return text or None
    if not text.isdecimal() or len(text) > 8:
        raise Refused(Refusal.SETTING_VALUE, setting=setting.value)
    return int(text)


@blueprint.get("/organise/assemblies/<uuid>/calendar.ics")
@allow("organiser")
def calendar(uuid: str) -> ResponseReturnValue:
    """Every date, for a telephone's calendar."""
    return calendar_response(assembly_view(access.site(), uuid, access.now()))


@blueprint.get("/audit/assemblies/<uuid>")
@allow("auditor", "organiser")
def log(uuid: str) -> ResponseReturnValue:
    """What was done in an assembly, line by line, and every objection with what was decided."""
    site = access.site()
    view = assembly_view(site, uuid, access.now())
    return render_template(
        "auditor/assembly.html",
        assembly=view,
        lines=lines(record.audit_log(site, uuid), uuid),
        key=site.keys.receipt_key_hex,
        objections=objections.objections(site, uuid),
        about_words={about.value: _(word) for about, word in ABOUT_WORDS.items()},
        meetings=MEETINGS(),
        effects=EFFECTS(),
    )


def calendar_response(view: AssemblyView) -> Response:
    """The `.ics` file of an assembly."""
    address = url_for("assemblies.assembly", uuid=view.uuid, _external=True)
    made = assembly_calendar.entries(view, address)
    body = calendar_file(view.title, made, view.state.plan.calendar, access.now())
    response = Response(body, mimetype="text/calendar")
    response.headers["Content-Disposition"] = "attachment; filename=calendar.ics"
    return response


def zone_of(view: AssemblyView) -> ZoneInfo:
    """Where the estate stands."""
    return ZoneInfo(view.state.plan.calendar.zone)
