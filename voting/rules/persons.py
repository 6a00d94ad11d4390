"""Names, identity numbers and phone numbers as registers write them, one or several in a cell."""

import re
import unicodedata
from datetime import date

_BETWEEN = re.compile(r"[、，,；;/／\n\r]+")
# Signs that stand for "nothing here".
_NOTHING = re.compile(r"[-—－–/／\\*.。?？]+|无|暂无|没有|未知|不详|空")
_HAN = r"㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
_SPACE_IN_NAME = re.compile(rf"(?<=[{_HAN}·]) +(?=[{_HAN}·])")
_UNSEEN = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060\ufeff\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_DAMAGED = re.compile(r"[0-9]+(\.[0-9]+)?E\+?[0-9]+")
_IDENTITY = re.compile(
    r"[0-9A-Z]{18}"  # resident identity number; unified credit code of a body (GB 32100-2015)
    r"|[0-9]{15}"  # first-generation resident number; registration number of a body
    r"|[A-Z]{1,4}[0-9]{6,12}[A-Z0-9]?"  # passports, permits, Hong Kong and Macau cards
    r"|[0-9]{8,9}"  # Taiwan permits, foreign passports
    rf"|[{_HAN}]{{1,4}}第?[0-9]{{5,9}}号?"  # military papers: 军字第1234567号
)
_PHONE_NOISE = re.compile(rf"[{_HAN}():：]+")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def is_nothing(cell: str) -> bool:
    """An empty cell, or one of the signs that people put into a cell they leave empty."""
    text = cell.strip()
    return not text or _NOTHING.fullmatch(text) is not None


def tidy_name(written: str) -> str:
    """A name without spaces around it, between Chinese characters, or unseen characters."""
    visible = _UNSEEN.sub(" ", written)
    return _SPACE_IN_NAME.sub("", " ".join(visible.split()))


def names(cell: str) -> tuple[str, ...]:
    """The names in a cell, tidy, in their order; empty when there is none."""
    pieces = (piece for piece in _BETWEEN.split(cell) if not is_nothing(_UNSEEN.sub(" ", piece)))
    return tuple(tidy_name(piece) for piece in pieces)


def name_is_tidy(cell: str) -> bool:
    """Whether the cell's names stood there without spaces to trim."""
    return all(piece == tidy_name(piece) for piece in _BETWEEN.split(cell))


def same_name(name: str) -> str:
    """What two writings of one name have in common."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def identities(cell: str) -> tuple[str | None, ...]:
    """The identity numbers of a cell in their order, None for a place left empty; () for an empty cell.

    Full-width signs are made narrow, spaces dropped, letters put in upper case; nothing is checked.
    """
    if is_nothing(cell):
        return ()
    pieces = (unicodedata.normalize("NFKC", piece) for piece in _BETWEEN.split(cell))
    bare = ("".join(piece.split()).upper().replace("(", "").replace(")", "") for piece in pieces)
    return tuple(None if is_nothing(piece) else piece for piece in bare)


def is_damaged(identity: str) -> bool:
    """A number that a spreadsheet has turned into 4.30102E+17: its end is lost."""
    return _DAMAGED.fullmatch(identity) is not None


def is_identity(identity: str) -> bool:
    """Whether it has the form of some identity number; check digits are not required."""
    return _IDENTITY.fullmatch(identity) is not None


def today_form(identity: str) -> str:
    """A first-generation resident number (15 digits) as the 18 of GB 11643-1999, others as they are.

    One person may stand in a register with the old number for one unit and the new one for another, and
    the last four digits that a voter knows today are those of the new card.
    """
    if not re.fullmatch(r"[0-9]{15}", identity):
        return identity
    try:
        date(1900 + int(identity[6:8]), int(identity[8:10]), int(identity[10:12]))
    except ValueError:  # no birth date: the registration number of a body
        return identity
    digits = f"{identity[:6]}19{identity[6:]}"
    remainder = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11
    return digits + "10X98765432"[remainder]


def phones(cell: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(numbers in digits, pieces that are none): mobile or fixed, with or without +86, several in a cell."""
    if is_nothing(cell):
        return (), ()
    good: list[str] = []
    bad: list[str] = []
    for piece in re.split(r"[、,;/|\s]+", _PHONE_NOISE.sub(" ", unicodedata.normalize("NFKC", cell))):
        digits = re.sub(r"^(\+86|0086|86(?=1[0-9]{10}$))", "", piece.replace("-", ""))
        if re.fullmatch(r"[0-9]{7,12}", digits):
            if digits not in good:
                good.append(digits)
        elif digits:
            bad.append(piece)
    return tuple(good), tuple(bad) if good or bad else (cell.strip(),)


def masked(number: str) -> str:
    """A number of a person that may be shown: its last two characters, and how long it is."""
    return "*" * (len(number) - 2) + number[-2:] if len(number) > 4 else "*" * len(number)
