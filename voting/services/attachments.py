"""The document behind a request: what it is, is told by its content, never by its name.

It is kept as it came and handed out as a file to save; nothing here opens it.
"""

from dataclasses import dataclass
from hashlib import sha256

from voting.errors import Refusal, Refused

LARGEST = 5 * 1024 * 1024  # bytes: a scanned page or a telephone's photograph
_PNG_BEGIN = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
_PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_PDF_TAIL = 1024  # bytes from the end in which readers look for %%EOF
MEDIA_TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}


@dataclass(frozen=True)
class Attachment:
    """A PDF, PNG or JPEG file; `kind` is "pdf", "png" or "jpg"."""

    kind: str
    body: bytes

    @property
    def sha256(self) -> str:
        """Its digest, in hex: what the log says of it."""
        return sha256(self.body).hexdigest()


def read_attachment(body: bytes) -> Attachment:
    """Refuses ATTACHMENT_MISSING, ATTACHMENT_TOO_LARGE(most) in MiB and ATTACHMENT_KIND_UNKNOWN."""
    if not body:
        raise Refused(Refusal.ATTACHMENT_MISSING)
    if len(body) > LARGEST:
        raise Refused(Refusal.ATTACHMENT_TOO_LARGE, most=LARGEST // 1024**2)
    kind = attachment_kind(body)
    if kind is None:
        raise Refused(Refusal.ATTACHMENT_KIND_UNKNOWN)
    return Attachment(kind, body)


def attachment_kind(body: bytes) -> str | None:
    """What the bytes are, whole: a file that was cut off is none."""
    if body.startswith(b"%PDF-") and b"%%EOF" in body[-_PDF_TAIL:]:
        return "pdf"
    if body.startswith(_PNG_BEGIN) and body.endswith(_PNG_END):
        return "png"
    # Telephones write more behind the picture's end.
    if body.startswith(b"\xff\xd8\xff") and b"\xff\xd9" in body[4:]:
        return "jpg"
    return None
