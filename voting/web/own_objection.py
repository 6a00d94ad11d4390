"""A voter's own objection, with the letter's code and the second factor: to roll, candidates or result."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting.errors import Refusal, Refused
from voting.rules.assembly import ABOUT_WORDS, About
from voting.rules.assembly_periods import objections_until
from voting.services import elections, objections
from voting.services.assembly_view import AssemblyView, assembly
from voting.services.entry import LETTER_GROUP, Shown
from voting.services.site import Site
from voting.web import access, assets
from voting.web.access import allow
from voting.web.entry import RATE, entry_words, read_entry
from voting.web.organiser_assemblies import zone_of

blueprint = Blueprint("own_objection", __name__)

_ENTRY = 24 * 1024  # bytes: two factors, and 2,000 characters of any script


@blueprint.get("/v/<uuid>/objection")
@allow("stranger")
def page(uuid: str) -> ResponseReturnValue:
    """What can be objected to now, the words, the code if it is not in the address, and the digits."""
    site, now = access.site(), access.now()
    objections.own_objection_challenge(site, uuid, now)
    view = elections.election(site, uuid)
    assert view.assembly is not None
    return _page(assembly(site, view.assembly.uuid, now), uuid, view.title, view.group, "")


@blueprint.get("/m/<uuid>/objection")
@allow("stranger")
def page_by_letter(uuid: str) -> ResponseReturnValue:
    """The same for an assembly's letter."""
    site, now = access.site(), access.now()
    objections.objection_challenge_by_letter(site, uuid, now)
    meeting = assembly(site, uuid, now)
    return _page(meeting, uuid, meeting.title, LETTER_GROUP.name, "_by_letter")


def _page(meeting: AssemblyView, uuid: str, title: str, group: str, kind: str) -> ResponseReturnValue:
    """`uuid` and `group` make the code's public half; `kind` is the end of our routes' names."""
    now = access.now()
    until = {about: objections_until(meeting.state, about) for about in About}
    return render_template(
        "resident/objection.html",
        meeting=meeting,
        title=title,
        running=[(about.value, end) for about, end in until.items() if end is not None and now < end],
        about_words={about.value: _(word) for about, word in ABOUT_WORDS.items()},
        zone=zone_of(meeting),
        words=entry_words() | {"about_missing": _("请先选关于什么。"), "text_missing": _("请把异议写下来。")},
        script={
            "uuid": uuid,
            "group": group,
            "addresses": {
                "page": url_for(f"own_objection.page{kind}", uuid=uuid),
                "challenge": url_for(f"own_objection.challenge{kind}", uuid=uuid),
                "to": url_for(f"own_objection.file{kind}", uuid=uuid),
                "worker": assets.address("js/objection-worker.js"),
            },
        },
    )


@blueprint.post("/v/<uuid>/objection/challenge")
@allow("stranger", rate=RATE, body=_ENTRY)
def challenge(uuid: str) -> ResponseReturnValue:
    """A fresh text for the credential to sign: `{"challenge"}`."""
    return jsonify(challenge=objections.own_objection_challenge(access.site(), uuid, access.now()))


@blueprint.post("/m/<uuid>/objection/challenge")
@allow("stranger", rate=RATE, body=_ENTRY)
def challenge_by_letter(uuid: str) -> ResponseReturnValue:
    """The same for an assembly's letter."""
    return jsonify(challenge=objections.objection_challenge_by_letter(access.site(), uuid, access.now()))


@blueprint.post("/v/<uuid>/objection")
@allow("stranger", rate=RATE, body=_ENTRY)
def file(uuid: str) -> ResponseReturnValue:
    """Both factors, `about` and `text` -> `{"number"}`."""
    return _file(uuid, objections.file_own_objection)


@blueprint.post("/m/<uuid>/objection")
@allow("stranger", rate=RATE, body=_ENTRY)
def file_by_letter(uuid: str) -> ResponseReturnValue:
    """The same for an assembly's letter."""
    return _file(uuid, objections.file_objection_by_letter)


def _file(uuid: str, act: Callable[[Site, str, Shown, About, str, datetime], int]) -> ResponseReturnValue:
    shown = read_entry("objection")
    asked = request.get_json(silent=True) or {}
    about, text = asked.get("about"), asked.get("text")
    if about not in tuple(About) or not isinstance(text, str):
        raise Refused(Refusal.REQUEST_UNREADABLE)
    return jsonify(number=act(access.site(), uuid, shown, About(about), text, access.now()))
