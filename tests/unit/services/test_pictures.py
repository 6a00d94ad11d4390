"""Pictures that people bring: what comes out is a picture and nothing else; what is none is refused."""

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from tests.refusals import refusal_of, refused_by
from voting.errors import Refusal, Refused
from voting.services.pictures import LARGEST, LONGEST_SIDE, clean_picture

RED, BLUE = (200, 20, 20), (20, 20, 200)
SECRET = b"31.2304N 121.4737E"


def photograph(size: tuple[int, int] = (80, 40), form: str = "JPEG", **more: object) -> bytes:
    """Red on the left, blue on the right."""
    picture = Image.new("RGB", size, RED)
    picture.paste(BLUE, (size[0] // 2, 0, *size))
    target = BytesIO()
    picture.save(target, form, **more)
    return target.getvalue()


def opened(body: bytes) -> Image.Image:
    picture = Image.open(BytesIO(body))
    picture.load()
    return picture


def near(colour: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 40 for a, b in zip(colour, other, strict=True))


def exif(orientation: int = 1) -> Image.Exif:
    made = Image.Exif()
    made[0x0112], made[0x010F] = orientation, "a telephone of somebody"
    made[0x9286] = SECRET
    return made


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_written_anew_as_jpeg(form: str) -> None:
    made = opened(clean_picture(photograph(form=form)))
    assert (made.format, made.mode, made.size) == ("JPEG", "RGB", (80, 40))
    assert near(made.getpixel((10, 20)), RED)
    assert near(made.getpixel((70, 20)), BLUE)


def test_nothing_of_the_file_itself_is_kept() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Location", SECRET.decode())
    files = [
        photograph(exif=exif(), comment=SECRET, icc_profile=SECRET, xmp=SECRET) + b"<script>" + SECRET,
        photograph(form="PNG", pnginfo=texts, exif=exif()) + SECRET,
    ]
    for body in files:
        assert SECRET in body
        made = clean_picture(body)
        assert SECRET not in made
        assert b"script" not in made
        assert b"telephone" not in made
        assert made.endswith(b"\xff\xd9")
        assert {"exif", "comment", "icc_profile", "xmp"}.isdisjoint(opened(made).info)


def test_it_is_upright_as_the_camera_was_held() -> None:
    # 6: the camera was turned a quarter, so that what is left in the file is above.
    made = opened(clean_picture(photograph(exif=exif(6))))
    assert made.size == (40, 80)
    assert near(made.getpixel((20, 10)), RED)
    assert near(made.getpixel((20, 70)), BLUE)


def test_the_longer_side_is_bounded_and_small_ones_stay() -> None:
    assert opened(clean_picture(photograph((2 * LONGEST_SIDE, 400)))).size == (LONGEST_SIDE, 200)
    assert opened(clean_picture(photograph((400, 2 * LONGEST_SIDE), "PNG"))).size == (200, LONGEST_SIDE)
    assert opened(clean_picture(photograph((LONGEST_SIDE, 10)))).size == (LONGEST_SIDE, 10)
    assert opened(clean_picture(photograph((90, 30)), 30)).size == (30, 10)


def test_what_is_clear_becomes_white_and_grey_stays_grey() -> None:
    clear, grey = BytesIO(), BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(clear, "PNG")
    Image.new("I;16", (8, 8), 128 * 256).save(grey, "PNG")
    assert near(opened(clean_picture(clear.getvalue())).getpixel((4, 4)), (255, 255, 255))
    assert near(opened(clean_picture(grey.getvalue())).getpixel((4, 4)), (128, 128, 128))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"%PDF-1.7\n%%EOF",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
        b"\x00\x00\x00\x18ftypheic" + bytes(64),
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_what_is_no_picture_is_refused_whatever_it_is_called(body: bytes) -> None:
    assert refusal_of(lambda: clean_picture(body)) is Refusal.PICTURE_KIND_UNKNOWN


def test_a_gif_or_bmp_that_pillow_would_read_is_not_taken() -> None:
    for form in ("GIF", "BMP", "TIFF"):
        body = photograph(form=form)
        assert refusal_of(lambda body=body: clean_picture(body)) is Refusal.PICTURE_KIND_UNKNOWN


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_file_that_was_cut_off_is_refused(form: str) -> None:
    body = photograph((200, 200), form)
    assert refusal_of(lambda: clean_picture(body[: len(body) * 2 // 3])) is Refusal.PICTURE_UNREADABLE


def test_a_file_of_a_few_bytes_that_unpacks_to_a_mountain_is_not_decoded() -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000)))
    assert refusal_of(lambda: clean_picture(bomb)) is Refusal.PICTURE_TOO_MANY_PIXELS
    # Just above what is decoded, and far below what the library itself would refuse.
    header = struct.pack(">IIBBBBB", 6_000, 5_001, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000)))
    refused = refused_by(lambda: clean_picture(bomb))
    assert (refused.refusal, refused.context) == (Refusal.PICTURE_TOO_MANY_PIXELS, {"most": 30})


def test_the_size_of_the_file_is_bounded_on_both_sides() -> None:
    body = photograph()
    assert clean_picture(body + bytes(LARGEST - len(body)))
    refused = refused_by(lambda: clean_picture(body + bytes(LARGEST - len(body) + 1)))
    assert (refused.refusal, refused.context) == (Refusal.PICTURE_TOO_LARGE, {"most": 10})


@given(st.sampled_from(["JPEG", "PNG"]), st.integers(0, 10**6), st.binary(max_size=8))
def test_whatever_is_changed_in_a_file_it_is_a_picture_or_refused(
    form: str, place: int, changed: bytes
) -> None:
    body = bytearray(photograph((24, 24), form, exif=exif(3)))
    place %= len(body)
    body[place : place + len(changed)] = changed
    refusals = {each for each in Refusal if each.value.startswith("picture-")}
    try:
        made = opened(clean_picture(bytes(body))).format
    except Refused as refused:
        made = refused.refusal
    assert made in {"JPEG", *refusals}
