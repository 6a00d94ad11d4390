"""Sentences for people: every refusal in Chinese, and every text in English through one catalogue.

Chinese is the source language; English stands in `translations/en/LC_MESSAGES/messages.po`.
"""

from functools import cache
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from voting.errors import Refusal, Refused

LOCALES = ("zh_Hans", "en")

# One sentence a refusal: what happened, what it means for you, what to do now. `{name}` comes from the context.
SENTENCES: dict[Refusal, str] = {
    # part A: rules and spreadsheets
    # part B: documents
    # part C: booth
    # part D: web
    # part E: set-up
    # part F: services
}


@cache
def translations(locale: str) -> NullTranslations:
    """The catalogue of a locale of `LOCALES`; Chinese, the source language, has the empty one."""
    if locale != "en":
        return NullTranslations()
    source = files("voting").joinpath("translations/en/LC_MESSAGES/messages.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source), locale="en"))
    compiled.seek(0)
    return Translations(compiled)


def sentence(refused: Refused, locale: str = "zh_Hans") -> str:
    """What a person reads of a refusal, in the given locale."""
    text = translations(locale).gettext(SENTENCES[refused.refusal])
    return text.format_map(refused.context)
