"""Scripts and style sheets as they travel: one file a page, compressed once, kept by browsers for good.

An address holds the digest of what it names, so that what a browser keeps is never old. Scripts are bundled
from their modules (`voting.documents.modules`).
"""

import gzip
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Flask, Response, request, url_for
from flask.typing import ResponseReturnValue

from voting.documents.modules import bundled
from voting.errors import Refusal, Refused
from voting.web.access import allow

blueprint = Blueprint("assets", __name__)

STATIC = Path(__file__).parent / "static"
_CSS_COMMENT = re.compile(rb"/\*.*?\*/\s*", re.DOTALL)
_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """What is sent, plain and compressed; `digest` is the first half of its SHA-256."""

    body: bytes
    packed: bytes
    digest: str


def install(app: Flask) -> None:
    """Give templates `asset('js/booth.js')`: the address of a script, a style sheet or a drawing."""
    app.jinja_env.globals["asset"] = address


def address(name: str) -> str:
    """The address of a file in `static`, with its digest."""
    return url_for("assets.asset", digest=_asset(name).digest, name=name)


@blueprint.get("/assets/<digest>/<path:name>")
@allow("stranger")
def asset(digest: str, name: str) -> ResponseReturnValue:
    """A file by its digest. A page from before an update gets what there is now, and keeps it nowhere."""
    if name not in _names():
        raise Refused(Refusal.PAGE_UNKNOWN)
    found = _asset(name)
    packs = request.accept_encodings.quality("gzip") > 0
    response = Response(found.packed if packs else found.body, mimetype=_TYPES[Path(name).suffix])
    if packs:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = FOR_GOOD if digest == found.digest else "no-store"
    return response


@cache
def _names() -> frozenset[str]:
    files = (path for path in STATIC.rglob("*") if path.suffix in _TYPES)
    return frozenset(path.relative_to(STATIC).as_posix() for path in files)


@cache
def _asset(name: str) -> Asset:
    body = bundled(STATIC, name).encode() if name.endswith(".js") else (STATIC / name).read_bytes()
    if name.endswith(".css"):
        body = _CSS_COMMENT.sub(b"", body)  # reasons are for whoever reads the tree
    # No name and no time in the header: equal files are equal bytes.
    packed = gzip.compress(body, 9, mtime=0)
    return Asset(body, packed, sha256(body).hexdigest()[:32])
