"""What voters are told of their own ballot after the closing: was it opened, who asked, why, what it held.

Nobody else is: it takes the letter's code and the second factor, as voting did.
"""

from flask import Blueprint, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting.services import elections, openings
from voting.web import access, assets, display
from voting.web.access import allow
from voting.web.entry import ENTRY, RATE, entry_words, read_entry

blueprint = Blueprint("own_opening", __name__)


@blueprint.get("/v/<uuid>/opened")
@allow("stranger")
def page(uuid: str) -> ResponseReturnValue:
    """Asks for the code, if it is not in the address, and for the digits."""
    view = elections.election(access.site(), uuid)
    openings.own_opening_challenge(access.site(), uuid, access.now())
    return render_template(
        "resident/opened.html",
        election=view,
        opened=openings.opened_count(access.site(), uuid),
        words=entry_words() | {"none_chosen": _("一个人也没有选"), "separator": _("、")},
        script={
            "uuid": uuid,
            "election": openings.election_text(access.site(), uuid),
            "addresses": {
                "page": url_for("own_opening.page", uuid=uuid),
                "challenge": url_for("own_opening.challenge", uuid=uuid),
                "to": url_for("own_opening.opened", uuid=uuid),
                "worker": assets.address("js/booth-worker.js"),
            },
        },
    )


@blueprint.post("/v/<uuid>/opened/challenge")
@allow("stranger", rate=RATE, body=ENTRY)
def challenge(uuid: str) -> ResponseReturnValue:
    """A fresh text for the credential to sign: `{"challenge"}`."""
    return jsonify(challenge=openings.own_opening_challenge(access.site(), uuid, access.now()))


@blueprint.post("/v/<uuid>/opened")
@allow("stranger", rate=RATE, body=ENTRY)
def opened(uuid: str) -> ResponseReturnValue:
    """Both factors -> `{opened: null}`, or what happened to the ballot and what it holds."""
    found = openings.own_opening(access.site(), uuid, read_entry("opened"), access.now())
    if found is None or found.chosen is None:
        return jsonify(opened=None)
    role = _("组织者") if found.requested_role == "organiser" else _("监督员")
    return jsonify(
        opened={
            "tracker": found.tracker,
            "time": display.moment(found.decided_at),
            "by": _("%(name)s（%(actor)s）", name=found.requested_by, actor=role),
            "reason": found.reason,
            "chosen": [
                [text, [display.choice_word(answer) for answer in answers]] for text, answers in found.chosen
            ],
        }
    )
