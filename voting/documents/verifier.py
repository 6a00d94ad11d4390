"""verify.html: the verifier as one page that needs no server, no network and no program but a browser.

The page is made of the modules that the booth and the trustees' pages use, with all its words in both
languages. It is the same for every election, and the same bytes whenever it is made from the same program, so
that a record can pin it and anyone can make it again. Its policy names the digests of its one script and one
style and allows no connection: that it sends nothing can be seen in its first lines.
"""

import json
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from voting.documents.modules import bundled
from voting.documents.verdicts import page_words
from voting.errors import Refusal
from voting.language import (
    IN_ASSEMBLY_LOG,
    IN_RECORD,
    LOCALES,
    MOMENT,
    MONTHS,
    PLACES,
    SENTENCES,
    WORDS,
    translations,
)

ENTRY = "js/verifier/main.js"
_STATIC = Path(__file__).parent.parent / "web" / "static"
# The name of the other language, and what stands between two sentences.
_TYPE = {"zh_Hans": ("English", ""), "en": ("中文", " ")}


def _catalogue(locale: str, script: str) -> dict[str, object]:
    """All that the page says in one language; of the refusals, those that its script can name."""
    gettext = translations(locale).gettext
    other_language, space = _TYPE[locale]
    return {
        **page_words(gettext),
        "other_language": other_language,
        "space": space,
        "places": {name: gettext(text) for name, text in PLACES.items()},
        "words": {
            key: {value: gettext(word) for value, word in words.items()} for key, words in WORDS.items()
        },
        "in_assembly_log": gettext(IN_ASSEMBLY_LOG),
        "moment": gettext(MOMENT),
        "months": gettext(MONTHS).split(),
        "sentences": {
            refusal.value: gettext(IN_RECORD.get(refusal, SENTENCES[refusal]))
            for refusal in Refusal
            if f'"{refusal.value}"' in script
        },
    }


def _own(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


@cache
def verify_html() -> bytes:
    """The page."""
    script = bundled(_STATIC, ENTRY)
    style = (_STATIC / "style.css").read_text(encoding="utf-8") + _own("verifier.css")
    for text, end in ((script, "</script"), (script, "<!--"), (style, "</style")):
        assert end not in text.lower()
    catalogues = {locale: _catalogue(locale, script) for locale in LOCALES}
    words = json.dumps(catalogues, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    policy = (
        f"default-src 'none'; script-src {_digest(script)}; style-src {_digest(style)}; worker-src blob:; "
        "connect-src 'none'; base-uri 'none'; form-action 'none'"
    )
    page = _own("verifier.html")
    for name, text in (("policy", policy), ("style", style), ("words", words), ("script", script)):
        before, mark, after = page.partition(f"{{{{ {name} }}}}")
        assert mark, name
        page = before + text + after
    return page.encode()
