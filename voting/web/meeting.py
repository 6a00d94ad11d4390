"""The page that an assembly's letter opens: both factors once, and then every booth of its holder in turn.

The code stands in the link's fragment and never reaches this program; the page hands it on to each booth in
the fragment again. Where the assembly holds one vote, the page is that vote's booth.
"""

from flask import Blueprint, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting import language
from voting.errors import Refusal, Refused
from voting.rules.assembly import About
from voting.rules.assembly_periods import objections_until
from voting.services import meeting as service
from voting.services.assembly_view import AssemblyView, assembly
from voting.services.entry import LETTER_GROUP
from voting.services.openings import AFTER_CLOSING
from voting.web import access, assets, display, resident
from voting.web.access import allow
from voting.web.entry import ENTRY, RATE, entry_words, read_entry
from voting.web.refusals import status_of

blueprint = Blueprint("meeting", __name__)


@blueprint.get("/m/<uuid>")
@allow("stranger")
def door(uuid: str) -> ResponseReturnValue:
    """Asks for the code, if it is not in the address, and for the digits."""
    site, now = access.site(), access.now()
    try:
        view = service.meeting(site, uuid, now)
    except Refused as refused:
        if refused.refusal.value not in resident.AWAY:
            raise
        return _away(assembly(site, uuid, now), refused)
    if len(view.elections) == 1:
        return resident.booth(view.elections[0])
    return render_template(
        "resident/meeting.html",
        meeting=view,
        words=entry_words() | _words(),
        script={
            "uuid": uuid,
            "group": LETTER_GROUP.name,
            "addresses": {
                "page": url_for("meeting.door", uuid=uuid),
                "challenge": url_for("meeting.challenge", uuid=uuid),
                "to": url_for("meeting.enter", uuid=uuid),
                "leave": url_for("meeting.leave", uuid=uuid),
                "worker": assets.address("js/objection-worker.js"),
            },
        },
    )


@blueprint.post("/m/<uuid>/challenge")
@allow("stranger", rate=RATE, body=ENTRY)
def challenge(uuid: str) -> ResponseReturnValue:
    """A fresh text for the credential to sign: `{"challenge"}`."""
    return jsonify(challenge=service.meeting_challenge(access.site(), uuid, access.now()))


@blueprint.post("/m/<uuid>/enter")
@allow("stranger", rate=RATE, body=ENTRY)
def enter(uuid: str) -> ResponseReturnValue:
    """Both factors: `{public_credential, challenge, proof, digits}` -> `{name, units, pass, ballots}`."""
    entered = service.enter_meeting(access.site(), uuid, read_entry("enter"), access.now())
    # Whoever was in a booth before, with this phone, is out.
    access.leave_as_resident()
    own = resident.own_meeting(entered)
    return jsonify(name=entered.name_masked, units=list(entered.units), **own)


@blueprint.post("/m/<uuid>/leave")
@allow("stranger")
def leave(uuid: str) -> ResponseReturnValue:
    """Forget the letter: the phone may be a neighbour's."""
    access.leave_as_resident()
    return "", 204


def _away(view: AssemblyView, refused: Refused) -> ResponseReturnValue:
    """What there is to do while no booth is open."""
    now = access.now()
    until = [objections_until(view.state, about) for about in About]
    page = render_template(
        "resident/away.html",
        refusal=refused.refusal.value,
        sentence=language.sentence(refused, display.locale()),
        public=url_for("assemblies.assembly", uuid=view.uuid),
        objection=url_for("own_objection.page_by_letter", uuid=view.uuid)
        if any(end is not None and now < end for end in until)
        else None,
        help=url_for("resident_help.page", uuid=view.elections[0].uuid)
        if refused.refusal is Refusal.NOT_YET_OPEN
        else None,
        opened=[
            (url_for("own_opening.page", uuid=each.uuid), each.title)
            for each in view.elections
            if each.phase in AFTER_CLOSING
        ],
    )
    return page, status_of(refused.refusal)


def _words() -> dict[str, str]:
    return {
        "link_broken": _("二维码没有扫完整，投票码不对。请再扫一次，或者照着信把投票码输进来。"),
        "representing": _("您代表：{name}，{units}"),
        "separator": _("、"),
        "to_vote": _("还没有投"),
        "not_open": _("现在不收票"),
        "voted": _("已经投了"),
        "nth_in_box": _("票箱里第 {height} 张"),
        "receipt_number": _("回执号"),
        "check": _("核对这一张"),
        "vote_again": _("想改投，进去再看"),
        "this_one": _("先投这一张"),
        "count": _("这次会议，您有 {count} 张票"),
        "all_voted": _("您的 {count} 张票都投完了"),
    }
