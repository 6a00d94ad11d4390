"""Pictures that people bring: decoded, turned upright, scaled, and written anew as JPEG.

What is kept is made from the pixels alone. Of the file itself nothing is: no place at which it was taken, no
device, no comment, nothing behind its end, nothing that another program could read as something else.
"""

from io import BytesIO

from PIL import Image, ImageOps

from voting.errors import Refusal, Refused

LARGEST = 10 * 1024 * 1024  # bytes: a telephone's photograph has 3 to 8 MiB
LONGEST_SIDE = 1600  # pixels: a page of text can be read at it
# Pixels to decode: a JPEG is decoded at the size it will have, or little more; others whole, in 4 bytes each.
_MOST_PIXELS = {"JPEG": 50_000_000, "PNG": 30_000_000, "WEBP": 30_000_000}
_QUALITY = 85
MEDIA_TYPE = "image/jpeg"


def clean_picture(body: bytes, longest: int = LONGEST_SIDE) -> bytes:
    """A JPEG of the same picture whose longer side has at most `longest` pixels; what is clear becomes white.

    What `body` is, is told by its content. Refuses PICTURE_TOO_LARGE(most) in MiB, PICTURE_KIND_UNKNOWN for
    all but JPEG, PNG and WebP, PICTURE_UNREADABLE where it is cut off or damaged, and
    PICTURE_TOO_MANY_PIXELS(most) in millions.
    """
    if len(body) > LARGEST:
        raise Refused(Refusal.PICTURE_TOO_LARGE, most=LARGEST // 1024**2)
    picture = _opened(body)
    # Decoders of damaged files raise what they like, also beside OSError and ValueError.
    try:
        picture.draft("RGB", (longest, longest))
        picture.load()
    except Exception:
        raise Refused(Refusal.PICTURE_UNREADABLE) from None
    made = _on_white(_upright(picture))
    made.thumbnail((longest, longest))
    # Pillow would write a comment of the old file into the new one.
    made.info = {}
    target = BytesIO()
    made.save(target, "JPEG", quality=_QUALITY, optimize=True)
    return target.getvalue()


def _opened(body: bytes) -> Image.Image:
    """The file's head read, and nothing decoded yet."""
    try:
        picture = Image.open(BytesIO(body), formats=tuple(_MOST_PIXELS))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Refused(Refusal.PICTURE_TOO_MANY_PIXELS, most=_MOST_PIXELS["PNG"] // 10**6) from None
    except Exception:
        raise Refused(Refusal.PICTURE_KIND_UNKNOWN) from None
    # Telephones put several pictures into one JPEG (MPO): the first is the one that they show.
    most = _MOST_PIXELS.get(picture.format or "", _MOST_PIXELS["JPEG"])
    if picture.width * picture.height > most:
        raise Refused(Refusal.PICTURE_TOO_MANY_PIXELS, most=most // 10**6)
    return picture


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as the camera was held; where the file does not say it soundly, as it is."""
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:
        return picture


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # 16 bits of grey, which would all become white
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    clear = picture.convert("RGBA")
    white = Image.new("RGBA", clear.size, "white")
    return Image.alpha_composite(white, clear).convert("RGB")
