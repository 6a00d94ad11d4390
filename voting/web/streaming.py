"""Long acts: a line of progress at a time for a page with scripts, one plain answer for a page without.

With `Accept: application/x-ndjson` the answer is one JSON object a line: `{"done","total"}` as often as it
changes visibly, then exactly one of `{"location"}`, `{"file": {name, type, base64}, "location"}` or
`{"refusal", "sentence"}`. A line of progress also keeps proxies from taking a long act for a dead one.
"""

import base64
import json
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from flask import Flask, Response, current_app, flash, redirect, request
from flask.typing import ResponseReturnValue

from voting import language
from voting.errors import Refusal, Refused
from voting.services.site import Progress
from voting.web import display

NDJSON = "application/x-ndjson"


@dataclass(frozen=True)
class Download:
    """A file that is made once, in memory, and handed over; `location` is the page to go on with."""

    name: str
    media_type: str
    body: bytes
    location: str


@dataclass(frozen=True)
class Done:
    """The act is done; `location` is the page to go on with, `message` what it says there."""

    location: str
    message: str


Ending = Download | Done


def attachment(download: Download) -> Response:
    """The file as a download, its name in UTF-8 (RFC 6266)."""
    response = Response(download.body, mimetype=download.media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(download.name, safe='')}"
    return response


def answer(act: Callable[[Progress | None], Ending]) -> ResponseReturnValue:
    """Run the act and answer in the form that was asked for. Without progress a refusal is raised on."""
    if request.accept_mimetypes.best != NDJSON:
        ending = act(None)
        if isinstance(ending, Download):
            return attachment(ending)
        flash(ending.message)
        return redirect(ending.location)
    lines = _started(act, current_app._get_current_object(), display.locale())  # type: ignore[attr-defined]
    return Response(lines, mimetype=NDJSON, headers={"X-Accel-Buffering": "no"})


def _started(act: Callable[[Progress | None], Ending], app: Flask, locale: str) -> Iterator[str]:
    said: queue.Queue[dict[str, object] | None] = queue.Queue()

    def run() -> None:
        last = -1

        def progress(done: int, total: int) -> None:
            nonlocal last
            percent = done * 100 // total if total else 100
            if percent != last:
                last = percent
                said.put({"done": done, "total": total})

        try:
            with app.app_context():
                said.put(_ended(act(progress)))
        except Refused as error:
            said.put({"refusal": error.refusal.value, "sentence": language.sentence(error, locale)})
        except Exception:
            app.logger.exception("a long act failed")
            failed = Refused(Refusal.SERVER_FAILED)
            said.put({"refusal": failed.refusal.value, "sentence": language.sentence(failed, locale)})
        finally:
            said.put(None)

    # The act is finished even when the reader goes away: half an issue would be worse than none.
    threading.Thread(target=run, name="long-act").start()
    return _lines(said)


def _lines(said: "queue.Queue[dict[str, object] | None]") -> Iterator[str]:
    while (line := said.get()) is not None:
        yield json.dumps(line, ensure_ascii=False) + "\n"


def _ended(ending: Ending) -> dict[str, object]:
    if isinstance(ending, Done):
        return {"location": ending.location}  # the page there says how things stand
    body = base64.b64encode(ending.body).decode()
    return {
        "file": {"name": ending.name, "type": ending.media_type, "base64": body},
        "location": ending.location,
    }
