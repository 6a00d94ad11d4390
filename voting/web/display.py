"""How a page speaks: its language, its times, its numbers.

Chinese is the source language of every text; `?lang=en` or the cookie of the same name chooses English.
Times are shown by the clocks of the estate; shares are for reading only and decide nothing.
"""

from datetime import date, datetime, timedelta, tzinfo
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from babel.support import NullTranslations
from flask import Flask, Response, g, has_request_context, request, url_for
from flask_babel import Babel, Domain, get_locale, gettext  # type: ignore[import-untyped]

from voting import language
from voting.rules.periods import LEGAL_ZONE
from voting.services.zones import zone_of
from voting.web import access

_SIZES = ("0", "1", "2", "3")
_YEAR = 365 * 24 * 3600


class Catalogue(Domain):  # type: ignore[misc] # flask-babel has no types
    """The texts of `voting.language`, so that no compiled catalogue has to lie in the tree."""

    def get_translations(self) -> NullTranslations:
        """The catalogue of the request's locale."""
        return language.translations(locale())


def locale() -> str:
    """The request's locale, one of `language.LOCALES`."""
    found = str(get_locale())
    return found if found in language.LOCALES else language.LOCALES[0]


def _chosen() -> str:
    asked = request.args.get("lang") or request.cookies.get("lang")
    return asked if asked in language.LOCALES else language.LOCALES[0]


def _text_size() -> int:
    """0 is the page's own size, 1 the senior mode's 18 pt, 2 is 24 pt, 3 is 30 pt."""
    asked = _asked_size() or request.cookies.get("senior")
    return int(asked) if asked in _SIZES else 0


def _asked_size() -> str | None:
    """What the address asks for; `large=1` is short enough for a letter."""
    return "1" if request.args.get("large") == "1" else request.args.get("senior")


def _remember(response: Response) -> Response:
    secure = request.is_secure
    if request.args.get("lang") in language.LOCALES:
        response.set_cookie("lang", request.args["lang"], max_age=_YEAR, samesite="Lax", secure=secure)
    size = _asked_size()
    if size in _SIZES:
        # Readable by scripts: the switch works without loading the page again, in the middle of a vote.
        response.set_cookie("senior", size or "0", max_age=_YEAR, samesite="Lax", secure=secure)
    return response


def here(**changes: str) -> str:
    """The address of this page with some of its query changed: what the language switch links to."""
    if request.endpoint is None or request.method != "GET":
        path = request.path if request.endpoint is not None else url_for("public.home")
        return path + "?" + "&".join(f"{key}={value}" for key, value in changes.items())
    # Not through `url_for`, whose own arguments (`endpoint`, `_method`, …) a stranger could then write.
    query = urlencode({**request.args.to_dict(), **changes})
    return f"{url_for(request.endpoint, **(request.view_args or {}))}?{query}"


def page_zone() -> ZoneInfo:
    """The time zone of the election or the assembly in the page's address."""
    if not has_request_context():
        return ZoneInfo(LEGAL_ZONE)
    if "zone" not in g:
        uuid = (request.view_args or {}).get("uuid")
        g.zone = ZoneInfo(zone_of(access.site(), uuid) if isinstance(uuid, str) else LEGAL_ZONE)
    found: ZoneInfo = g.zone
    return found


def moment(value: datetime | None, zone: tzinfo | str | None = None) -> str:
    """2026年11月23日 09:00, or 23 Nov 2026, 09:00, at the page's estate; `zone` for lists of several."""
    if value is None:
        return str(gettext("未定"))
    at = value.astimezone(_zone(zone))
    if locale() == "en":
        return f"{at.day} {at:%b %Y, %H:%M}"
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"


def _zone(zone: tzinfo | str | None) -> tzinfo:
    return ZoneInfo(zone) if isinstance(zone, str) else zone or page_zone()


def day(value: date) -> str:
    """2026年11月23日, or 23 Nov 2026."""
    if locale() == "en":
        return f"{value.day} {value:%b %Y}"
    return f"{value.year}年{value.month}月{value.day}日"


def month(value: date) -> str:
    """2026年11月, or November 2026."""
    return f"{value:%B %Y}" if locale() == "en" else f"{value.year}年{value.month}月"


def until(value: datetime, zone: tzinfo | str | None = None) -> str:
    """The end of a period as people say it: its last day where it ends with one, otherwise the minute."""
    at = value.astimezone(_zone(zone))
    if (at.hour, at.minute) != (0, 0):
        return moment(value, zone)
    return day(at.date() - timedelta(days=1))


def machine_moment(value: datetime, zone: tzinfo | str | None = None) -> str:
    """The same time for `<time datetime>`: ISO 8601 with the offset of the estate."""
    return value.astimezone(_zone(zone)).isoformat(timespec="minutes")


def area(dm2: int) -> str:
    """Square metres with two places from units of 0.01 m²: 1326050 is 13,260.50."""
    return f"{dm2 // 100:,}.{dm2 % 100:02d}"


def count(number: int) -> str:
    """A whole number with thousands marked."""
    return f"{number:,}"


def share(part: int, whole: int) -> str:
    """A percentage with two places, rounded *down* so that it never claims a line that was not reached."""
    basis_points = part * 10_000 // whole if whole else 0
    return f"{basis_points // 100}.{basis_points % 100:02d}%"


def dm2_of(square_metres: str) -> int:
    """Units of 0.01 m² from the decimal string of an outcome ("9913.71")."""
    metres, _, rest = square_metres.partition(".")
    return int(metres) * 100 + int((rest + "00")[:2])


def missing(part: int, whole: int, numerator: int, denominator: int, strict: bool = False) -> int:
    """How much `part` still lacks to reach `numerator/denominator` of `whole`; 0 when it is reached."""
    line = whole * numerator // denominator + 1 if strict else -(-whole * numerator // denominator)
    return max(0, line - part)


def use_name(use: str) -> str:
    """What a unit is used for, in the reader's language; a use outside the fixed list as it was written."""
    return str(gettext(use))


def choice_word(choice: str) -> str:
    """A choice of a motion in the reader's language; a candidate's name as it stands."""
    words = {
        "同意": gettext("同意"),
        "反对": gettext("反对"),
        "弃权": gettext("弃权"),
        "都不同意": gettext("都不同意"),
    }
    return str(words.get(choice, choice))


def install(app: Flask) -> None:
    """Give the app its languages, filters and the functions that templates call."""
    babel = Babel(app, default_locale="zh_Hans", default_timezone=LEGAL_ZONE, locale_selector=_chosen)
    babel.domain_instance = Catalogue()
    app.jinja_env.filters.update(
        moment=moment,
        day=day,
        month=month,
        until=until,
        machine_moment=machine_moment,
        area=area,
        count=count,
        dm2=dm2_of,
        use_name=use_name,
        choice_word=choice_word,
    )
    app.jinja_env.globals.update(share=share, missing=missing, here=here, locale=locale, text_size=_text_size)
    app.after_request(_remember)
