"""PDF files that people bring for everyone to read: refused where they could act, else written anew.

What is kept is the pages with what they show. The file's own description, its XMP and what programs noted of
themselves in it, everything of the catalogue (outlines, names) and the notes inside photographs on the pages
(where they were taken, with which device) are gone. What is written on the pages stays, of course.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NullObject, StreamObject

from voting.errors import Refusal, Refused

LARGEST = 10 * 1024 * 1024  # bytes
MOST_PAGES = 60
_MOST_OBJECTS = 50_000
MEDIA_TYPE = "application/pdf"

# ISO 32000-1: 12.6.4 (actions), 7.11.4 (embedded files), 12.7.8 (XFA), 13 (media). A link may lead to an
# address or to a page, and nothing may happen by itself.
_HARMLESS_ACTIONS = {"/URI", "/GoTo", "/Named"}
_ACTIVE_KEYS = {"/JS", "/JavaScript", "/AA", "/XFA", "/EmbeddedFiles", "/EF", "/RichMediaContent", "/AF"}
_ACTIVE_TYPES = {"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}
_NOTES = ("/Metadata", "/PieceInfo", "/LastModified")


def clean_pdf(body: bytes) -> bytes:
    """The same pages as a new file.

    Refuses PDF_TOO_LARGE(most) in MiB, PDF_UNREADABLE, PDF_ENCRYPTED, PDF_TOO_LONG(most) in pages, and
    PDF_ACTIVE where it holds a script, a file, a form of its own or something that starts by itself.
    """
    if len(body) > LARGEST:
        raise Refused(Refusal.PDF_TOO_LARGE, most=LARGEST // 1024**2)
    # A file that is something else before its first byte is not what its readers take it for.
    if not body.startswith(b"%PDF-"):
        raise Refused(Refusal.PDF_UNREADABLE)
    # A reader of damaged files raises what it likes.
    try:
        return _written(_read(body))
    except Refused:
        raise
    except Exception:
        raise Refused(Refusal.PDF_UNREADABLE) from None


def _read(body: bytes) -> PdfReader:
    reader = PdfReader(BytesIO(body))
    if reader.is_encrypted:
        raise Refused(Refusal.PDF_ENCRYPTED)
    for each in _dictionaries(reader.trailer["/Root"]):
        if _ACTIVE_KEYS & each.keys() or each.get("/Subtype") in _ACTIVE_TYPES:
            raise Refused(Refusal.PDF_ACTIVE)
        for key in ("/A", "/OpenAction", "/Next"):
            action = _direct(each.get(key))
            if (
                isinstance(action, DictionaryObject)
                and "/S" in action
                and _kind(action) not in _HARMLESS_ACTIONS
            ):
                raise Refused(Refusal.PDF_ACTIVE)
    if len(reader.pages) > MOST_PAGES:
        raise Refused(Refusal.PDF_TOO_LONG, most=MOST_PAGES)
    if not len(reader.pages):
        raise Refused(Refusal.PDF_UNREADABLE)
    return reader


def _written(reader: PdfReader) -> bytes:
    writer = PdfWriter()
    for page in reader.pages:
        writer.add_page(page)
    writer.metadata = None
    for each in _dictionaries(writer.root_object):
        for note in _NOTES:
            each.pop(note, None)
        if isinstance(each, StreamObject) and each.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]):
            each._data = without_notes(each._data)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def without_notes(jpeg: bytes) -> bytes:
    """A JPEG without what was noted beside the picture: every APPn but 0 and 14, which say its colours."""
    if not jpeg.startswith(b"\xff\xd8"):
        return jpeg
    kept, at = bytearray(jpeg[:2]), 2
    while jpeg[at : at + 1] == b"\xff" and at + 4 <= len(jpeg) and jpeg[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4])
        if jpeg[at + 1] in (0xE0, 0xEE) or not (0xE0 <= jpeg[at + 1] <= 0xEF or jpeg[at + 1] == 0xFE):
            kept += jpeg[at:end]
        at = end
    return bytes(kept + jpeg[at:])


def _dictionaries(root: Any) -> Iterator[DictionaryObject]:
    """Every dictionary that can be reached, each once. Refuses PDF_UNREADABLE past any sensible number."""
    waiting, met, taken = [root], set(), 0
    while waiting:
        each = waiting.pop()
        if isinstance(each, IndirectObject):
            if each.idnum in met:
                continue
            met.add(each.idnum)
            each = each.get_object()
        taken += 1
        if taken > _MOST_OBJECTS:
            raise Refused(Refusal.PDF_UNREADABLE)
        if isinstance(each, DictionaryObject):
            yield each
            waiting += [each.raw_get(key) for key in each]
        elif isinstance(each, ArrayObject):
            waiting += list(each)


def _direct(value: Any) -> Any:
    found = value.get_object() if isinstance(value, IndirectObject) else value
    return None if isinstance(found, NullObject) else found


def _kind(action: DictionaryObject) -> object:
    return _direct(action.raw_get("/S"))
