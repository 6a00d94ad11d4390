"""PDF files that people bring: what acts is refused, what is kept are pages and nothing about their maker."""

from collections.abc import Callable
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)
from reportlab.pdfgen.canvas import Canvas

from tests.refusals import refusal_of, refused_by
from voting.errors import Refusal, Refused
from voting.services.pdfs import LARGEST, MOST_PAGES, clean_pdf, without_notes

PLACE = b"31.2304N 121.4737E"


def photograph() -> bytes:
    notes = Image.Exif()
    notes[0x9286] = PLACE
    target = BytesIO()
    Image.new("RGB", (40, 20), (200, 20, 20)).save(target, "JPEG", exif=notes, comment=b"a comment")
    return target.getvalue()


def document(pages: int = 1) -> bytes:
    target = BytesIO()
    canvas = Canvas(target, pageCompression=0)
    canvas.setAuthor("somebody at home")
    for number in range(pages):
        canvas.drawString(100, 700, f"page {number + 1}")
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def changed(change: Callable[[PdfWriter], object]) -> bytes:
    writer = PdfWriter(clone_from=BytesIO(document()))
    change(writer)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def action(**fields: str) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{key}"): NameObject(value) for key, value in fields.items()})


def on_root(key: str, value: object) -> Callable[[PdfWriter], object]:
    return lambda writer: writer.root_object.update({NameObject(key): value})


def annotated(annotation: dict[NameObject, object]) -> Callable[[PdfWriter], object]:
    def change(writer: PdfWriter) -> None:
        kept = writer._add_object(DictionaryObject(annotation))
        writer.pages[0][NameObject("/Annots")] = ArrayObject([kept])

    return change


def test_pages_are_kept_and_nothing_about_their_maker() -> None:
    made = clean_pdf(document(3))
    reader = PdfReader(BytesIO(made))
    assert [page.extract_text().strip() for page in reader.pages] == ["page 1", "page 2", "page 3"]
    assert b"somebody" not in made
    assert reader.metadata is None or not dict(reader.metadata)
    assert clean_pdf(document(3)) == made


def test_where_a_photograph_on_a_page_was_taken_is_gone() -> None:
    assert PLACE in photograph()
    clean = without_notes(photograph())
    assert PLACE not in clean
    assert b"a comment" not in clean
    assert Image.open(BytesIO(clean)).convert("RGB").getpixel((5, 5))[0] > 150

    def add(writer: PdfWriter) -> None:
        image = StreamObject()
        image._data = photograph()
        image.update(
            {
                NameObject("/Type"): NameObject("/XObject"),
                NameObject("/Subtype"): NameObject("/Image"),
                NameObject("/Filter"): NameObject("/DCTDecode"),
                NameObject("/Width"): NumberObject(40),
                NameObject("/Height"): NumberObject(20),
                NameObject("/ColorSpace"): NameObject("/DeviceRGB"),
                NameObject("/BitsPerComponent"): NumberObject(8),
                NameObject("/PieceInfo"): DictionaryObject({NameObject("/A"): TextStringObject("secret")}),
            }
        )
        held = DictionaryObject({NameObject("/Im1"): writer._add_object(image)})
        writer.pages[0]["/Resources"][NameObject("/XObject")] = held

    body = changed(add)
    assert PLACE in body
    made = clean_pdf(body)
    assert PLACE not in made
    assert b"PieceInfo" not in made
    assert len(PdfReader(BytesIO(made)).pages[0].images) == 1


def test_what_describes_the_file_is_gone() -> None:
    def describe(writer: PdfWriter) -> None:
        writer.add_metadata({"/Author": "somebody", "/Company": "some company"})
        writer.xmp_metadata = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>somebody</x:xmpmeta>"

    made = clean_pdf(changed(describe))
    assert b"somebody" not in made
    assert b"some company" not in made
    assert b"xmpmeta" not in made


def test_links_stay() -> None:
    def link(writer: PdfWriter) -> None:
        writer.add_annotation(0, Link(rect=(0, 0, 50, 50), url="https://example.org"))

    page = PdfReader(BytesIO(clean_pdf(changed(link)))).pages[0]
    assert [each.get_object()["/A"]["/URI"] for each in page["/Annots"]] == ["https://example.org"]


ACTIVE: dict[str, Callable[[PdfWriter], object]] = {
    "a script of the document": on_root("/Names", action(JavaScript="/x")),
    "a script on opening": on_root("/OpenAction", action(S="/JavaScript", JS="/x")),
    "a program on opening": on_root("/OpenAction", action(S="/Launch", F="/x")),
    "a file inside": lambda writer: writer.add_attachment("x.exe", b"MZ"),
    "a form of XFA": on_root("/AcroForm", DictionaryObject({NameObject("/XFA"): TextStringObject("x")})),
    "an action of a page": lambda writer: writer.pages[0].update({NameObject("/AA"): action(S="/Named")}),
    "a button that sends": annotated(action(Subtype="/Widget") | {NameObject("/A"): action(S="/SubmitForm")}),
    "a program after a link": annotated(
        DictionaryObject(
            {
                NameObject("/Subtype"): NameObject("/Link"),
                NameObject("/A"): DictionaryObject(
                    {NameObject("/S"): NameObject("/URI"), NameObject("/Next"): action(S="/Launch")}
                ),
            }
        )
    ),
    "a film": annotated(action(Subtype="/RichMedia")),
    "a file beside a page": annotated(action(Subtype="/FileAttachment")),
}


@pytest.mark.parametrize("change", ACTIVE.values(), ids=ACTIVE.keys())
def test_what_acts_is_refused(change: Callable[[PdfWriter], object]) -> None:
    assert refusal_of(lambda: clean_pdf(changed(change))) is Refusal.PDF_ACTIVE


def test_locked_is_refused() -> None:
    for password in ("", "a password"):
        body = changed(lambda writer, user=password: writer.encrypt(user, "owner", algorithm="AES-128"))
        assert refusal_of(lambda body=body: clean_pdf(body)) is Refusal.PDF_ENCRYPTED


def test_too_much_is_refused() -> None:
    assert refused_by(lambda: clean_pdf(document(MOST_PAGES + 1))).context == {"most": MOST_PAGES}
    assert clean_pdf(document(MOST_PAGES))
    assert refusal_of(lambda: clean_pdf(b"%PDF-1.4\n" + b"0" * LARGEST)) is Refusal.PDF_TOO_LARGE


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"%PDF-1.7\n%%EOF",
        b"MZ" + document(),
        b"<html><script>alert(1)</script>" + document(),
        document()[:300],
        b"\x89PNG\r\n\x1a\n" + document(),
    ],
    ids=["empty", "hollow", "a program first", "a page first", "cut off", "a picture first"],
)
def test_what_is_no_whole_pdf_is_refused(body: bytes) -> None:
    assert refusal_of(lambda: clean_pdf(body)) is Refusal.PDF_UNREADABLE


def test_what_stands_behind_the_end_is_not_kept() -> None:
    made = clean_pdf(document() + b"\nPK\x03\x04 an archive <script>alert(1)</script>")
    assert b"PK\x03\x04" not in made
    assert b"script" not in made


@settings(max_examples=40)
@given(st.integers(9, 1200), st.binary(min_size=1, max_size=6))
def test_a_damaged_file_is_refused_or_cleaned(at: int, noise: bytes) -> None:
    body = document()
    body = body[:at] + noise + body[at + len(noise) :]
    with suppress(Refused):
        made = clean_pdf(body)
        assert clean_pdf(made) == made
