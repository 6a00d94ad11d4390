"""Areas, exactly: text as registers write it to an integer number of 0.01 m², and back. Never a float."""

import re
import unicodedata

from voting.errors import Refusal, Refused

# 0.01 m². One unit above 50,000 m² (a large shopping centre) is taken for a lost decimal point.
MAX_AREA_DM2 = 5_000_000
_UNIT = re.compile(r"(?:m2|㎡|m²|平方米|平方公尺|平米|平)$", re.IGNORECASE)
_NUMBER = re.compile(r"([+-]?)(\d+|\d{1,3}(?:,\d{3})+)(?:\.(\d*))?")


def parse_area(text: str) -> int:
    """The area in 0.01 m²: `88.62㎡`, `142.1`, `1,234.50 m²`, full-width digits.

    Refused AREA_MISSING, AREA_UNREADABLE, AREA_NOT_POSITIVE, AREA_TOO_FINE (finer than 0.01 m²; zeros
    further on are the same number) or AREA_TOO_LARGE.
    """
    narrow = "".join(unicodedata.normalize("NFKC", text).split())
    if not narrow:
        raise Refused(Refusal.AREA_MISSING)
    found = _NUMBER.fullmatch(_UNIT.sub("", narrow))
    # Only 0-9: the other scripts' digits that NFKC leaves alone are a mistake here.
    if found is None or (not narrow.isascii() and not _UNIT.sub("", narrow).isascii()) or len(narrow) > 40:
        raise Refused(Refusal.AREA_UNREADABLE)
    sign, whole, fraction = found[1], found[2].replace(",", ""), found[3] or ""
    if fraction[2:].strip("0"):
        raise Refused(Refusal.AREA_TOO_FINE)
    area_dm2 = int(whole) * 100 + int(fraction[:2].ljust(2, "0"))
    if sign == "-" or area_dm2 == 0:
        raise Refused(Refusal.AREA_NOT_POSITIVE)
    if area_dm2 > MAX_AREA_DM2:
        raise Refused(Refusal.AREA_TOO_LARGE)
    return area_dm2


def area_m2(area_dm2: int) -> str:
    """Square metres as decimal text with two places: 886200 -> '8862.00'; `area_dm2` is not negative."""
    return f"{area_dm2 // 100}.{area_dm2 % 100:02d}"
