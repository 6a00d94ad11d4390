"""Whether a resident is eighteen on a day: from a birth date, a birth year, an age, or a plain yes or no.

A year alone leaves a year of doubt: who might be on either side of it is neither of age nor a minor, and the
register has to say more. One is of age from the eighteenth birthday on (民法典 art. 17).
"""

import re
import unicodedata
from datetime import date, timedelta

OF_AGE = 18
_OLDEST = 130  # years: what claims to be older is a slip of the pen
_YES = {
    *("是", "对", "有", "√", "✓", "y", "yes", "1"),
    *("成年", "已成年", "成人", "已满", "满18", "已满18", "满18周岁", "已满18周岁", "年满18周岁"),
    *("满十八周岁", "已满十八周岁", "年满十八周岁"),
}
_NO = {
    *("否", "不是", "×", "x", "n", "no", "0"),
    *("未成年", "未成年人", "未满", "未满18", "未满18周岁", "未满十八周岁"),
}
_DATE = re.compile(r"(\d{4})(?:[-/.年]?(\d{1,2}))?(?:[-/.月]?(\d{1,2}))?[年月日号]?(?:T.*)?")


def _narrow(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def says(text: str) -> bool | None:
    """A yes or a no as registers write them; None for neither."""
    narrow = _narrow(text).lower()
    return True if narrow in _YES else False if narrow in _NO else None


def birthday(text: str) -> tuple[date, date] | None:
    """The first and the last day on which somebody may have been born; None for what is no date."""
    found = _DATE.fullmatch(_narrow(text))
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    try:
        first = date(year, month or 1, day or 1)
        if day:
            return first, first
        after = date(year + 1, 1, 1) if month in (None, 12) else date(year, month + 1, 1)
    except ValueError:
        return None
    return first, after - timedelta(days=1)


def birthday_of_identity(identity: str) -> tuple[date, date] | None:
    """The birth date inside a resident number of 18 characters (GB 11643-1999); None for other papers."""
    if not re.fullmatch(r"[0-9]{17}[0-9X]", identity):
        return None
    return birthday(identity[6:14])


def of_age(born: tuple[date, date] | None, on: date) -> bool | None:
    """Whether somebody born between the two days is eighteen on a day; None where that cannot be said."""
    if born is None or born[1].year < on.year - _OLDEST or born[0] > on:
        return None
    first, last = (_eighteenth(each) for each in born)
    return True if last <= on else False if first > on else None


def of_age_by_years(text: str) -> bool | None:
    """The same from an age in years, right on some earlier day: seventeen may be eighteen by now."""
    narrow = _narrow(text).removesuffix("周岁").removesuffix("岁")
    if not re.fullmatch(r"\d{1,3}", narrow) or int(narrow) > _OLDEST:
        return None
    years = int(narrow)
    return True if years >= OF_AGE else False if years < OF_AGE - 1 else None


def _eighteenth(born: date) -> date:
    try:
        return born.replace(year=born.year + OF_AGE)
    except ValueError:  # 29 February: eighteen years later there is none
        return date(born.year + OF_AGE, 3, 1)
