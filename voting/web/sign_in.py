"""Signing in and out, for organisers and auditors."""

from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from voting import language
from voting.errors import Refused
from voting.services import accounts
from voting.web import access, display
from voting.web.access import allow
from voting.web.refusals import status_of

blueprint = Blueprint("sign_in", __name__)

_BROWSER = "voting-browser"
_KNOWN_FOR = timedelta(days=365)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@allow("stranger", rate="30 per minute")
def sign_in() -> ResponseReturnValue:
    """The form, and what it sends; a wrong name and a wrong password read the same."""
    if request.method == "GET":
        found = access.account()
        if found is not None:
            return redirect(_home(found.role))
        return render_template("public/sign_in.html", name="", sentence=None)
    name = request.form.get("name", "").strip()
    try:
        password, browser = request.form.get("password", ""), request.cookies.get(_BROWSER, "")
        found = accounts.sign_in(access.site(), name, password, access.now(), browser)
    except Refused as error:
        sentence = language.sentence(error, display.locale())
        page = render_template("public/sign_in.html", name=name, sentence=sentence)
        return page, status_of(error.refusal)
    access.sign_in(found)
    answer = redirect(_safe(request.args.get("next")) or _home(found.role))
    given = accounts.know_browser(access.site(), found.id, browser, access.now())
    answer.set_cookie(
        _BROWSER,
        given,
        max_age=_KNOWN_FOR,
        path=url_for(".sign_in"),
        httponly=True,
        samesite="Strict",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return answer


@blueprint.post("/sign-out")
@allow("organiser", "auditor")
def sign_out() -> ResponseReturnValue:
    """Forget everything this browser was allowed."""
    access.sign_out()
    return redirect(url_for("public.home"))


def _home(role: str) -> str:
    return url_for("organiser.home" if role == "organiser" else "auditor.elections")


def _safe(address: str | None) -> str | None:
    """A path on this server, or nothing: never another host, however it is spelt."""
    if not address or not address.startswith("/") or address.startswith("//"):
        return None
    if "\\" in address or any(ord(character) < 0x20 for character in address):
        return None
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc else None
