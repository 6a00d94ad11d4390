"""The app factory: one site in, one WSGI app out.

It refuses to start when a view lacks an access rule. Everything a browser is told about safety stands
here: no inline script or style, no frame, no referrer, nothing kept in caches, every POST with its token.
"""

import gzip
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from flask import Flask, Request, Response, jsonify, render_template, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter, RateLimitExceeded
from flask_limiter.util import get_remote_address
from flask_login import LoginManager  # type: ignore[import-untyped]
from flask_wtf.csrf import CSRFError, CSRFProtect  # type: ignore[import-untyped]
from werkzeug.exceptions import HTTPException

from voting import language
from voting.errors import Refusal, Refused
from voting.services.clockwork import tick
from voting.services.site import Site
from voting.web import (
    access,
    asked,
    assemblies,
    assets,
    auditor,
    check,
    display,
    helper,
    ledgers,
    materials,
    meeting,
    openings,
    organiser,
    organiser_assemblies,
    organiser_assembly_roll,
    organiser_assembly_steps,
    organiser_by_election,
    organiser_conduct,
    organiser_documents,
    organiser_election,
    organiser_help,
    organiser_letters,
    organiser_materials,
    organiser_meeting_letters,
    organiser_nominations,
    organiser_register,
    organiser_residents,
    organiser_roll,
    organiser_trustees,
    own_objection,
    own_opening,
    public,
    resident,
    resident_help,
    sign_in,
    trustee,
    trustee_openings,
)
from voting.web.refusals import status_of

_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_PARTS = (
    assets,
    public,
    materials,
    assemblies,
    check,
    sign_in,
    resident,
    meeting,
    own_opening,
    own_objection,
    resident_help,
    helper,
    trustee,
    trustee_openings,
    organiser,
    organiser_register,
    organiser_residents,
    organiser_assemblies,
    organiser_assembly_steps,
    organiser_by_election,
    organiser_assembly_roll,
    organiser_nominations,
    organiser_election,
    organiser_documents,
    organiser_materials,
    ledgers,
    organiser_letters,
    organiser_meeting_letters,
    organiser_trustees,
    organiser_roll,
    organiser_help,
    organiser_conduct,
    auditor,
    openings,
)
_KEPT = ("static", "assets.asset", "materials.file")  # the same for everyone: browsers may keep it
_EVERYONE = "600 per minute"  # per address: many households share one address behind a phone network


class Sessions(SecureCookieSessionInterface):
    """Leaves the cookie out of what is the same for everyone, so that browsers keep it whoever signs in."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Everywhere but for assets."""
        if request.endpoint not in _KEPT:
            super().save_session(app, session, response)


class InMemory(Request):
    """Keeps uploads in memory (`access` bounds them): a register with identity numbers is on no disk."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()


def create_app(
    site: Site,
    *,
    clock: Callable[[], datetime],
    base_url: str | None = None,
    secure_cookies: bool = False,
    rate_limits: bool = True,
) -> Flask:
    """The WSGI app of a site.

    `clock` gives the time, aware; `base_url` is what letters link to (default: the address in use);
    `secure_cookies` for https; `rate_limits=False` leaves only the counters in the database.
    Raises RuntimeError when a view carries no access rule.
    """
    app = Flask("voting.web", template_folder=str(_templates()))
    app.config.update(
        SITE=site,
        CLOCK=clock,
        BASE_URL=base_url,
        SECRET_KEY=site.keys.session,
        SESSION_COOKIE_NAME="voting",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        MAX_CONTENT_LENGTH=access.LARGE_BODY,
        # Nobody is timed out while thinking; the token lives as long as the session.
        WTF_CSRF_TIME_LIMIT=None,
        # We send no referrer, so there is none to compare; the token itself is bound to the session.
        WTF_CSRF_SSL_STRICT=False,
        RATELIMIT_ENABLED=rate_limits,
        RATELIMIT_STORAGE_URI="memory://",
    )
    app.request_class = InMemory
    app.session_interface = Sessions()
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    # First of all: it also sets how much of a body may be read.
    app.before_request(access.guard)
    app.before_request(_keep_time)
    limiter = Limiter(get_remote_address, app=app, default_limits=[_EVERYONE])
    app.extensions["coarse-limits"] = limiter  # views refer to it weakly
    CSRFProtect(app)
    LoginManager(app).user_loader(access.load_account)
    display.install(app)
    asked.install(app)
    assets.install(app)
    for part in _PARTS:
        app.register_blueprint(part.blueprint)
    undecided = access.routes_without_rule(app.view_functions)
    if undecided:
        raise RuntimeError(f"views without an access rule: {', '.join(undecided)}")
    for name, view in app.view_functions.items():
        rule = access.rule_of(view)
        if rule is not None and rule.rate is not None:
            limited: Any = limiter.limit(rule.rate, methods=["POST"], override_defaults=False)(view)
            app.view_functions[name] = limited
    app.context_processor(lambda: {"account": access.account()})
    app.after_request(_harden)
    app.after_request(_pack)
    _errors(app)
    return app


def _keep_time() -> None:
    """What is due opens or closes before anybody is shown a state that is no longer so."""
    if request.endpoint not in _KEPT:
        tick(access.site(), access.now())


def _templates() -> Path:
    """In a wheel the templates travel inside the package; in the repository they stand at the top."""
    package = Path(__file__).resolve().parents[1]
    packaged = package / "templates"
    return packaged if packaged.is_dir() else package.parent / "templates"


def _pack(response: Response) -> Response:
    """Compress a page for slow networks: not one whose address holds a query, which the page repeats beside
    its token. A stranger who chose the query could otherwise read the token from the length of what is sent
    (BREACH).
    """
    packs = request.accept_encodings.quality("gzip") > 0
    if response.mimetype != "text/html" or request.query_string or response.is_streamed or not packs:
        return response
    response.set_data(gzip.compress(response.get_data(), 6))
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding, Cookie"
    return response


def _harden(response: Response) -> Response:
    headers = response.headers
    # A file that people brought has a stricter one of its own.
    headers.setdefault("Content-Security-Policy", _POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Frame-Options"] = "DENY"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
    if request.endpoint not in _KEPT or response.status_code >= 400:
        headers["Cache-Control"] = "no-store"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _errors(app: Flask) -> None:
    def refused(error: Refused) -> ResponseReturnValue:
        status = status_of(error.refusal)
        sentence = language.sentence(error, display.locale())
        if access.wants_json():
            return jsonify(refusal=error.refusal.value, sentence=sentence), status
        rule = request.url_rule
        again = request.path if request.method == "POST" and rule and "GET" in (rule.methods or ()) else None
        return render_template("public/refused.html", sentence=sentence, status=status, again=again), status

    def http(error: HTTPException) -> ResponseReturnValue:
        if error.code is not None and error.code < 400:  # a redirect in the shape of an exception
            return error.get_response()
        by_code = {404: Refusal.PAGE_UNKNOWN, 405: Refusal.PAGE_UNKNOWN, 413: Refusal.REQUEST_TOO_LARGE}
        if error.code in by_code:
            return refused(Refused(by_code[error.code]))
        if error.code is not None and error.code >= 500:
            return refused(Refused(Refusal.SERVER_FAILED))
        return refused(Refused(Refusal.REQUEST_UNREADABLE))

    def unexpected(error: Exception) -> ResponseReturnValue:
        app.logger.exception("unexpected error in %s", request.endpoint)  # the endpoint: never the address
        return refused(Refused(Refusal.SERVER_FAILED))

    app.register_error_handler(Refused, refused)
    app.register_error_handler(CSRFError, lambda _: refused(Refused(Refusal.FORM_EXPIRED)))
    app.register_error_handler(RateLimitExceeded, lambda _: refused(Refused(Refusal.TOO_MANY_REQUESTS)))
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Exception, unexpected)
