"""Where a site is kept and how it is served: the only place that opens a database for a whole process.

A site is either a folder (SQLite and the master secret beside it: demonstrations, rehearsals and small
estates) or what the environment says (servers). Whoever has the secret and the database can decrypt, so both
are readable by their owner alone, and a lost secret is never replaced by a new one.
"""

import importlib
import logging
import os
import secrets
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from voting.config import Config
from voting.errors import Refusal, Refused
from voting.services.clockwork import tick
from voting.services.site import Keys, Site
from voting.store.engine import Store
from voting.web.app import create_app

DATABASE_FILE = "voting.sqlite"
SECRET_FILE = "secret"  # noqa: S105 - a file's name
TICK_SECONDS = 5.0  # between two looks at what is due; ballots end to the second whatever the tick does
THREADS = 8  # a worker; they wait for the database and for slow phones, not for the processor


def now() -> datetime:
    """The clock of every process that serves; the services are given the time."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Place:
    """How to open one site again in another process; `base_url` is None when pages use the address in use."""

    config: Config
    folder: Path | None

    @property
    def sqlite_file(self) -> Path | None:
        """The database file, or None on PostgreSQL."""
        prefix = "sqlite:///"
        return (
            Path(self.config.database_url[len(prefix) :])
            if self.config.database_url.startswith(prefix)
            else None
        )

    def open(self) -> Site:
        """The site, with its schema brought up to date. Refused: DATABASE_UNAVAILABLE(reason)."""
        store = Store(self.config.database_url)
        try:
            store.migrate()
        except Exception as error:
            # A driver's message can quote the address with its password: only the kind of error is said.
            raise Refused(Refusal.DATABASE_UNAVAILABLE, reason=type(error).__name__) from None
        return Site(store, Keys.derive(self.config.master_secret))


def in_folder(folder: Path, base_url: str) -> Place:
    """The site in `folder`, which is made with a new secret when it is not there yet.

    Refused: DATA_FOLDER_UNUSABLE(path), KEY_FILE_UNUSABLE(path) also when a database lost its secret.
    """
    folder = folder.resolve()
    secret = folder / SECRET_FILE
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError
        if not secret.exists() and not (folder / DATABASE_FILE).exists():
            write_private(secret, secrets.token_hex(32) + "\n")
    except OSError:
        raise Refused(Refusal.DATA_FOLDER_UNUSABLE, path=str(folder)) from None
    environment = {
        "VOTING_DATABASE_URL": f"sqlite:///{folder / DATABASE_FILE}",
        "VOTING_BASE_URL": base_url,
        "VOTING_SECRET_FILE": str(secret),
    }
    return Place(configured(environment).config, folder)


def configured(environment: Mapping[str, str]) -> Place:
    """The site that the environment names; VOTING_SECRET_FILE is a file holding VOTING_MASTER_SECRET.

    Refused: what `Config.from_environment` refuses, and KEY_FILE_UNUSABLE(path).
    """
    file = environment.get("VOTING_SECRET_FILE")
    if file is None:
        return Place(Config.from_environment(environment), None)
    try:
        secret = Path(file).read_text(encoding="ascii").strip()
        return Place(Config.from_environment({**environment, "VOTING_MASTER_SECRET": secret}), None)
    except (OSError, UnicodeDecodeError):
        raise Refused(Refusal.KEY_FILE_UNUSABLE, path=file) from None
    except Refused as error:
        if error.context.get("name") != "VOTING_MASTER_SECRET":
            raise
        raise Refused(Refusal.KEY_FILE_UNUSABLE, path=file) from None


def write_private(path: Path, text: str | bytes) -> None:
    """Write a new file that only its owner can read; FileExistsError when it is there."""
    content = text.encode() if isinstance(text, str) else text
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def refuse_busy(host: str, port: int) -> None:
    """Refused PORT_UNUSABLE(port) when nothing can listen there."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        socket.create_server((host, port), family=family).close()
    except (OSError, OverflowError):
        raise Refused(Refusal.PORT_UNUSABLE, port=port) from None


def keep_time(site: Site, seconds: float = TICK_SECONDS, clock: Callable[[], datetime] = now) -> Event:
    """Open and close what is due, from a thread of this process, until the event that is returned is set.

    A failure is logged without what it was about, and tried again with the next tick.
    """
    stopped = Event()

    def run() -> None:
        while not stopped.wait(seconds):
            try:
                tick(site, clock())
            except Exception:
                logging.getLogger(__name__).exception("the clock could not act")

    Thread(target=run, name="clock", daemon=True).start()
    return stopped


def serve(
    place: Place, host: str, port: int, *, workers: int, proxies: int, public: bool, ready: Callable[[], None]
) -> None:
    """Serve until told to stop; `ready` is called once, when the socket listens.

    `proxies` is how many reverse proxies stand in front, whose X-Forwarded headers are then believed;
    `public` when pages must use the configured address instead of the address in use.
    """
    refuse_busy(host, port)

    def app() -> Flask:
        # Made in the worker: a database connection must not cross a fork.
        site = Site(Store(place.config.database_url), Keys.derive(place.config.master_secret))
        made = create_app(
            site,
            clock=now,
            base_url=place.config.base_url if public else None,
            secure_cookies=public and place.config.https,
        )
        keep_time(site)
        if proxies:
            made.wsgi_app = ProxyFix(made.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
        return made

    if os.name == "nt":
        ready()
        importlib.import_module("waitress").serve(app(), host=host, port=port, threads=workers * THREADS)
        return
    _gunicorn(app, host, port, workers, ready)


def _gunicorn(
    app: Callable[[], Flask], host: str, port: int, workers: int, ready: Callable[[], None]
) -> None:
    from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped] # does not import on Windows

    class Server(BaseApplication):  # type: ignore[misc] # gunicorn has no types
        def load_config(self) -> None:
            settings: dict[str, Any] = {
                "bind": [f"[{host}]:{port}" if ":" in host else f"{host}:{port}"],
                "workers": workers,
                "worker_class": "gthread",
                "threads": THREADS,
                # No access log: who opened which link when is nobody's business.
                "accesslog": None,
                "loglevel": "warning",
                "control_socket_disable": True,
                "when_ready": lambda _arbiter: ready(),
            }
            for name, value in settings.items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            return app()

    Server().run()
