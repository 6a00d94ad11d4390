"""Whoever helps a voter at the door: they say who they are, and the browser remembers it until they stop."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _  # type: ignore[import-untyped]

from voting.errors import Refusal, Refused
from voting.services import helped
from voting.services.booth import entry_challenge
from voting.services.helped import Helper, Role
from voting.web import access
from voting.web.access import allow
from voting.web.entry import ENTRY, RATE

blueprint = Blueprint("helper", __name__)


@blueprint.post("/v/<uuid>/helper")
@allow("stranger", rate=RATE, body=ENTRY)
def begin(uuid: str) -> ResponseReturnValue:
    """`{name, role}` -> `{name, role}` as pages show them."""
    asked = request.get_json(silent=True)
    name, role = (asked.get("name"), asked.get("role")) if isinstance(asked, dict) else (None, None)
    if not isinstance(name, str) or not isinstance(role, str):
        raise Refused(Refusal.REQUEST_UNREADABLE)
    entry_challenge(access.site(), uuid, access.now())  # an election that is open
    by = helped.helper(name, role)
    access.begin_helping(by)
    return jsonify(shown(by))


@blueprint.post("/v/<uuid>/helper/end")
@allow("stranger")
def end(uuid: str) -> ResponseReturnValue:
    """Forget the helper."""
    access.end_helping()
    return "", 204


def shown(by: Helper) -> dict[str, str]:
    """A helper as the booth shows them."""
    return {"name": by.name, "role": role_words()[by.role.value]}


def role_words() -> dict[str, str]:
    """Who a helper is to the voter."""
    return {
        Role.FAMILY.value: _("家人"),
        Role.NEIGHBOUR.value: _("邻居"),
        Role.HEAD.value: _("楼栋长、单元长"),
        Role.VOLUNTEER.value: _("志愿者、工作人员"),
    }
