"""Who may enter which page.

Every view carries `@allow(...)`; the app refuses to start when one does not (`voting.web.app`). The roles:

- "stranger": anybody; a page open to strangers is open to everyone, because anyone can sign out.
- "resident": whoever proved, in this session, to be one voter of *the election in the address*.
- "trustee": whoever came, in this session, with the invitation of one trustee of that election; whether it
  is still valid is for the services to say, who know of newer ones.
- "organiser", "auditor": a signed-in account of that role.

The guard runs before the body of a request is read, so it also sets how large that body may be.
"""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

from flask import current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import (  # type: ignore[import-untyped]
    UserMixin,
    current_user,
    login_user,
    logout_user,
)

from voting.errors import Refusal, Refused
from voting.services import accounts
from voting.services.accounts import Account
from voting.services.circles import Invited
from voting.services.helped import Helper, helper
from voting.services.site import Actor, Site

Role = Literal["stranger", "resident", "trustee", "organiser", "auditor"]
View = TypeVar("View", bound=Callable[..., Any])

SMALL_BODY = 256 * 1024  # bytes: a form, or a ballot (about 30 kB for four questions)
LARGE_BODY = 12 * 1024 * 1024  # bytes: a register of 8 MiB carried as Base64 from page to page
_BOOTH = "booth"
_LETTER = "letter"
_CIRCLE = "circle"
_HELPER = "helper"
_SIGNED_IN = "signed-in"


@dataclass(frozen=True)
class Rule:
    """What `@allow` says of a view: roles let in, the coarse rate per address, the largest body in bytes."""

    roles: frozenset[Role]
    rate: str | None
    body: int


class SignedIn(UserMixin):  # type: ignore[misc] # flask-login has no types
    """An account as Flask-Login wants to see it."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.id = str(account.id)


def allow(*roles: Role, rate: str | None = None, body: int = SMALL_BODY) -> Callable[[View], View]:
    """Let these roles into a view; `rate` is a Flask-Limiter string such as "20 per minute" for POSTs."""
    if not roles:
        raise TypeError("a view that nobody may see has no purpose")

    def mark(view: View) -> View:
        view.access_rule = Rule(frozenset(roles), rate, body)  # type: ignore[attr-defined]
        return view

    return mark


def rule_of(view: Callable[..., Any]) -> Rule | None:
    """The access rule a view carries, if any."""
    return getattr(view, "access_rule", None)


@dataclass(frozen=True)
class Resident:
    """Whom a browser speaks for: a voter's number, and the mark of the second factor that was shown."""

    voter: int
    mark: str


@dataclass(frozen=True)
class Holder:
    """Whose letter of an assembly a browser was shown, by its number; and the mark of the second factor."""

    assembly: str
    letter: int
    mark: str


def sign_in(found: Account) -> None:
    """Remember the account in a session of its own: nothing that was set before lives on behind it."""
    session.clear()
    session.permanent = True
    session[_SIGNED_IN] = accounts.new_session(site(), found.id)
    login_user(SignedIn(found))


def sign_out() -> None:
    """Forget everything this browser was allowed, and whoever copied its cookie."""
    accounts.sign_out(site(), str(session.get(_SIGNED_IN)), now())
    logout_user()
    session.clear()


def load_account(identifier: str) -> SignedIn | None:
    """Whom the session names, for Flask-Login."""
    signed_in = session.get(_SIGNED_IN)
    if not identifier.isdecimal() or not isinstance(signed_in, str):
        return None
    found = accounts.account(site(), int(identifier), signed_in)
    return SignedIn(found) if found is not None else None


def enter_as_resident(uuid: str, resident: Resident) -> None:
    """Remember in the signed session cookie that this browser speaks for one voter of one election."""
    session[_BOOTH] = {"uuid": uuid, "voter": resident.voter, "mark": resident.mark}


def resident_of(uuid: str) -> Resident | None:
    """Whom this browser entered as in the election, or None."""
    booth = session.get(_BOOTH)
    if isinstance(booth, dict) and booth.get("uuid") == uuid:
        voter, mark = booth.get("voter"), booth.get("mark")
        return Resident(voter, mark) if isinstance(voter, int) and isinstance(mark, str) else None
    return None


def enter_with_letter(holder: Holder) -> str:
    """Remember that both factors of an assembly's letter were shown, and return the pass that says so.

    The pass stays in the page that was entered and goes on with the code to the next booth: whoever only
    finds this browser, and scans the same letter, is asked for the second factor again.
    """
    given = secrets.token_urlsafe(16)
    session[_LETTER] = {**asdict(holder), "pass": given}
    return given


def letter_holder(given: str) -> Holder | None:
    """Whose letter the pass was given for in this browser, or None."""
    letter = session.get(_LETTER)
    if not isinstance(letter, dict) or not isinstance(letter.get("pass"), str):
        return None
    if not given.isascii() or not hmac.compare_digest(letter["pass"], given):
        return None
    return Holder(letter["assembly"], letter["letter"], letter["mark"])


def leave_as_resident() -> None:
    """Forget the voter, and the letter."""
    session.pop(_BOOTH, None)
    session.pop(_LETTER, None)


def begin_helping(by: Helper) -> None:
    """Remember who operates this browser beside voters, until they say it is enough."""
    session[_HELPER] = {"name": by.name, "role": by.role.value}


def present_helper() -> Helper | None:
    """Who helps in this browser, or None."""
    kept = session.get(_HELPER)
    return helper(str(kept.get("name")), str(kept.get("role"))) if isinstance(kept, dict) else None


def end_helping() -> None:
    """Forget the helper."""
    session.pop(_HELPER, None)


def enter_as_trustee(uuid: str, invited: Invited) -> None:
    """Remember in the signed session cookie that this browser speaks for one trustee of one election."""
    session[_CIRCLE] = {"uuid": uuid, "number": invited.number, "mark": invited.mark}


def trustee_of(uuid: str) -> Invited | None:
    """Which trustee of the election this browser came in as, or None."""
    circle = session.get(_CIRCLE)
    if isinstance(circle, dict) and circle.get("uuid") == uuid:
        number, mark = circle.get("number"), circle.get("mark")
        return Invited(number, mark) if isinstance(number, int) and isinstance(mark, str) else None
    return None


def site() -> Site:
    """The composition root that this app serves."""
    found: Site = current_app.config["SITE"]
    return found


def now() -> datetime:
    """The app's clock: aware, in UTC."""
    moment: datetime = current_app.config["CLOCK"]()
    return moment.astimezone(UTC)


def account() -> Account | None:
    """The signed-in account, if any."""
    return current_user.account if current_user.is_authenticated else None


def actor() -> Actor:
    """The signed-in account as services want it; only called in views that strangers cannot reach."""
    signed_in = account()
    if signed_in is None:
        raise Refused(Refusal.SIGN_IN_NEEDED)
    return signed_in.actor


def wants_json() -> bool:
    """Whether the asker is a script: it gets refusals as JSON rather than a page."""
    accept = request.accept_mimetypes
    return (
        request.is_json
        or "X-CSRFToken" in request.headers
        or accept.best in ("application/json", "application/x-ndjson")
    )


def present_roles() -> set[Role]:
    """Every role that this request can show."""
    roles: set[Role] = {"stranger"}
    signed_in = account()
    if signed_in is not None and signed_in.role == "organiser":
        roles.add("organiser")
    if signed_in is not None and signed_in.role == "auditor":
        roles.add("auditor")
    uuid = (request.view_args or {}).get("uuid")
    if isinstance(uuid, str) and resident_of(uuid) is not None:
        roles.add("resident")
    if isinstance(uuid, str) and trustee_of(uuid) is not None:
        roles.add("trustee")
    return roles


def guard() -> ResponseReturnValue | None:
    """Before every request: let it in, send a stranger to sign in, or refuse by name."""
    if request.endpoint is None or request.endpoint == "static":
        return None
    rule = rule_of(current_app.view_functions[request.endpoint])
    if rule is None:
        raise Refused(Refusal.ROLE_NOT_ALLOWED)
    request.max_content_length = rule.body
    request.max_form_memory_size = rule.body
    # Open to everyone: nobody's session is looked at, so that what it answers can be kept by any browser.
    if "stranger" in rule.roles or rule.roles & present_roles():
        return None
    if rule.roles == {"resident"}:
        raise Refused(Refusal.BOOTH_NOT_ENTERED)
    if rule.roles == {"trustee"}:
        raise Refused(Refusal.TRUSTEE_NOT_ENTERED)
    if account() is not None:
        raise Refused(Refusal.ROLE_NOT_ALLOWED)
    if wants_json():
        raise Refused(Refusal.SIGN_IN_NEEDED)
    wanted = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("sign_in.sign_in", next=wanted))


def routes_without_rule(view_functions: dict[str, Callable[..., Any]]) -> list[str]:
    """Endpoints, other than static files, that nobody decided about."""
    return sorted(name for name, view in view_functions.items() if name != "static" and rule_of(view) is None)
