"""Keep the English catalogue in step with the Chinese texts: python scripts/translations.py [--check]

Chinese is the source language, so each text is its own key. Without an option, messages.po is written
again: new texts with an empty translation, existing translations kept, texts that nobody says any more
dropped, always in the same order and without times, so that the file changes only when a text does. With
--check nothing is written; each fault is named and the exit status is 1. Needs the packages of the program.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from string import Formatter
from typing import Any

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from voting.documents.notices import KINDS, KINDS_OF_RESIDENTS  # noqa: E402

# The program stands beside this script.
from voting.language import IN_ASSEMBLY_LOG, IN_RECORD, MOMENT, MONTHS, PLACES, SENTENCES, WORDS  # noqa: E402
from voting.rules.assembly import ABOUT_WORDS, PHASE_WORDS  # noqa: E402
from voting.rules.candidacy import NOMINATOR_WORDS, REQUIREMENTS  # noqa: E402
from voting.rules.columns import UNITS  # noqa: E402
from voting.rules.course import EVENT_WORDS  # noqa: E402
from voting.rules.delivery import END_WORDS, GROUND_WORDS, WAY_WORDS  # noqa: E402
from voting.rules.paper_dates import WHY_WORDS  # noqa: E402
from voting.rules.places import PRESETS  # noqa: E402
from voting.rules.problems import WHAT_RESIDENTS_DO, WHAT_TO_DO  # noqa: E402
from voting.rules.questions import FURTHER_MATTERS, MATTERS, MOTION_CHOICES, NO_PLAN  # noqa: E402
from voting.rules.residents import RESIDENTS  # noqa: E402
from voting.rules.roll_proposals import PROPOSAL_WORDS  # noqa: E402
from voting.rules.secrecy_meter import HELP, LEVEL_WORDS  # noqa: E402
from voting.rules.settings import SETTING_WORDS  # noqa: E402
from voting.rules.wording import REASONS  # noqa: E402
from voting.web.organiser_election import USES  # noqa: E402

CATALOGUE = ROOT / "voting/translations/en/LC_MESSAGES/messages.po"
HEADER = """\
# English texts of owners-voting; Chinese is the source language. Kept by scripts/translations.py.
msgid ""
msgstr ""
"Project-Id-Version: owners-voting\\n"
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
CALLS = ("_", "gettext", "lazy_gettext", "ngettext")
# As the pages are parsed (voting.web.app); silent would skip a template with an error in it.
JINJA = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}

COLUMNS = [names[0] for layout in (UNITS, RESIDENTS) for names in layout.names.values()]
# Where a text is chosen at run time, and the texts it can be: file, expression -> values.
CHOSEN: dict[tuple[str, str], Iterable[str]] = {
    ("voting/language.py", "SENTENCES[refused.refusal]"): SENTENCES.values(),
    ("voting/language.py", "IN_RECORD[refused.refusal]"): IN_RECORD.values(),
    ("voting/web/trustee.py", "language.SENTENCES[refusal]"): SENTENCES.values(),
    ("voting/language.py", "PLACES[name]"): PLACES.values(),
    ("voting/language.py", "WORDS[key][str(value)]"): [
        text for words in WORDS.values() for text in words.values()
    ],
    ("voting/cli.py", "advice[each.problem]"): [*WHAT_TO_DO.values(), *WHAT_RESIDENTS_DO.values()],
    ("voting/documents/verdicts.py", "choice"): (*MOTION_CHOICES, *NO_PLAN),
    ("voting/documents/verdicts.py", "name"): PRESETS,
    ("voting/documents/verdicts.py", "title"): [title for title, _rule in FURTHER_MATTERS.values()],
    ("voting/documents/verdicts.py", "matter.title"): [matter.title for matter in MATTERS.values()],
    ("voting/documents/verifier.py", "text"): PLACES.values(),
    ("voting/documents/verifier.py", "IN_RECORD.get(refusal, SENTENCES[refusal])"): SENTENCES.values(),
    ("voting/web/display.py", "use"): USES,
    ("templates/organiser/_cautions.html", "each.reason"): REASONS.values(),
    ("templates/organiser/_cautions.html", "help"): HELP,
    ("templates/organiser/_cautions.html", "LEVEL_WORDS[worst]"): LEVEL_WORDS.values(),
    ("templates/organiser/_upload.html", "what_to_do[problem.problem]"): [
        *WHAT_TO_DO.values(),
        *WHAT_RESIDENTS_DO.values(),
    ],
    ("templates/organiser/columns.html", "name"): COLUMNS,
    ("templates/organiser/columns.html", "each"): COLUMNS,
}
_MATTER_TITLES = [
    *(matter.title for matter in MATTERS.values()),
    *(title for title, _rule in FURTHER_MATTERS.values()),
]
for _place in (("voting/web/asked.py", "title"),):
    CHOSEN[_place] = _MATTER_TITLES
CHOSEN |= {
    ("voting/documents/verifier.py", "IN_ASSEMBLY_LOG"): (IN_ASSEMBLY_LOG,),
    ("voting/documents/verifier.py", "word"): (word for words in WORDS.values() for word in words.values()),
    ("voting/language.py", "IN_ASSEMBLY_LOG"): (IN_ASSEMBLY_LOG,),
    ("voting/language.py", "MOMENT"): (MOMENT,),
    ("voting/language.py", "MONTHS"): (MONTHS,),
    ("voting/documents/verifier.py", "MOMENT"): (MOMENT,),
    ("voting/documents/verifier.py", "MONTHS"): (MONTHS,),
    ("templates/_assembly.html", "assembly.state.plan.settings.place"): PRESETS,
    ("templates/organiser/assembly_form.html", "place"): PRESETS,
    ("templates/organiser/assembly_form.html", "name"): PRESETS,
    ("templates/organiser/by_election.html", "name"): PRESETS,
    ("templates/organiser/assembly_rules.html", "settings.place"): PRESETS,
    ("voting/web/assemblies.py", "ABOUT_WORDS[about]"): ABOUT_WORDS.values(),
    ("voting/web/assemblies.py", "word"): ABOUT_WORDS.values(),
    ("voting/web/assemblies.py", "PHASE_WORDS[phase]"): PHASE_WORDS.values(),
    ("voting/web/assemblies.py", "PHASE_WORDS[view.phase]"): PHASE_WORDS.values(),
    ("voting/web/assembly_calendar.py", "EVENT_WORDS[entry.event]"): EVENT_WORDS.values(),
    ("voting/web/assembly_words.py", "word"): SETTING_WORDS.values(),
    ("voting/web/chronicle.py", "words[about]"): ABOUT_WORDS.values(),
    ("voting/web/chronicle.py", "ways[way]"): WAY_WORDS.values(),
    ("voting/web/ledgers.py", "text"): [*WAY_WORDS.values(), *END_WORDS.values(), *GROUND_WORDS.values()],
    ("templates/organiser/_papers.html", "name"): [
        kind.name for kind in (*KINDS.values(), *KINDS_OF_RESIDENTS.values())
    ],
    ("voting/web/organiser_assemblies.py", "words"): WHY_WORDS.values(),
    ("voting/web/organiser_documents.py", "words"): WHY_WORDS.values(),
    ("voting/web/organiser_assemblies.py", "word"): ABOUT_WORDS.values(),
    ("voting/web/organiser_assembly_roll.py", "word"): ABOUT_WORDS.values(),
    ("voting/web/organiser_nominations.py", "each.words"): [each.words for each in REQUIREMENTS.values()],
    ("voting/web/organiser_nominations.py", "words"): NOMINATOR_WORDS.values(),
    ("voting/web/own_objection.py", "word"): ABOUT_WORDS.values(),
    ("voting/web/organiser_assembly_roll.py", "words"): PROPOSAL_WORDS.values(),
}

# Han characters and the punctuation that goes with them.
CHINESE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
# A term that stands on the paper or in the register, quoted as it is written there.
QUOTED_TERM = re.compile(r'"[^"]*"|\([\u4e00-\u9fff、]+\)')
_PERCENT = re.compile(r"%(?:\((\w+)\)[sd]|%|(.?))")


@cache
def collected() -> dict[str, list[str]]:
    """Every Chinese text that may be shown -> the files that show it, in the catalogue's order."""
    texts: dict[str, list[str]] = {}

    def add(text: str, file: str) -> None:
        if file not in texts.setdefault(text, []):
            texts[text].append(file)

    for file in _files():
        name = file.relative_to(ROOT).as_posix()
        method = "python" if file.suffix == ".py" else "jinja2.ext:babel_extract"
        options = {} if file.suffix == ".py" else JINJA
        with file.open("rb") as source:
            for _line, text, _comments, _context in extract(
                method, source, keywords=dict.fromkeys(CALLS), options=options
            ):
                for each in (text,) if isinstance(text, str) else text:
                    if each:
                        add(each, name)
        for place, values in CHOSEN.items():
            if place[0] == name:
                for text in values:
                    add(text, name)
    return texts


def _files() -> list[Path]:
    return sorted([*ROOT.glob("voting/**/*.py"), *ROOT.glob("templates/**/*.html")])


@cache
def chosen_at_run_time() -> frozenset[tuple[str, str]]:
    """Each file and expression that is translated without being a text itself."""
    return frozenset(_variables())


def _variables() -> Iterator[tuple[str, str]]:
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    for file in _files():
        name, source = file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")
        if file.suffix == ".py":
            yield from ((name, expression) for expression in _python_variables(source))
            continue
        for call in environment.parse(source).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in CALLS and call.args:
                yield from ((name, written) for written in _written(call.args[0]))


def _python_variables(source: str) -> Iterator[str]:
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and call.args and not isinstance(call.args[0], ast.Constant):
            function = call.func
            called = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
            if called in CALLS:
                yield ast.unparse(call.args[0])


def _written(node: nodes.Node) -> Iterator[str]:
    """A template's expression as it is written; nothing for a plain text."""
    if not isinstance(node, nodes.Const):
        yield _expression(node)


def _expression(node: nodes.Node) -> str:
    match node:
        case nodes.Name():
            return node.name
        case nodes.Const():
            return repr(node.value)
        case nodes.Getattr():
            return f"{_expression(node.node)}.{node.attr}"
        case nodes.Getitem():
            return f"{_expression(node.node)}[{_expression(node.arg)}]"
    return type(node).__name__


def catalogue() -> dict[str, str]:
    """Chinese -> English as it stands in the file; "" where the translation is missing."""
    read = read_po(BytesIO(CATALOGUE.read_bytes()), locale="en", abort_invalid=True)
    return {str(message.id): str(message.string) for message in read if message.id}


def written(texts: dict[str, list[str]], english: dict[str, str]) -> str:
    """The whole catalogue file."""
    made = Catalog(locale="en")
    for text, files in texts.items():
        made.add(text, english.get(text, ""), locations=[(file, 0) for file in files])
    body = BytesIO()
    write_po(body, made, width=0, omit_header=True, include_lineno=False, sort_by_file=False)
    return HEADER + body.getvalue().decode().lstrip("\n")


def placeholders(text: str) -> tuple[set[str], set[str]]:
    """The names in %(name)s and in {name}; ValueError for a lone % beside the first, or a lone brace."""
    percent = set()
    if "%(" in text:
        for name, wrong in _PERCENT.findall(text):
            if wrong:
                raise ValueError(f"%{wrong}")
            percent |= {name} - {""}
    return percent, {name for _text, name, _format, _conversion in Formatter().parse(text) if name}


def faults() -> list[str]:
    """What keeps the catalogue from being complete and right, one line each."""
    texts, english = collected(), catalogue()
    chosen = chosen_at_run_time()
    found = [f"not in CHOSEN: {file}, _({said})" for file, said in sorted(chosen - CHOSEN.keys())]
    found += [
        f"no longer said, in CHOSEN: {file}, _({said})" for file, said in sorted(CHOSEN.keys() - chosen)
    ]
    found += [f"missing: {text} ({', '.join(texts[text])})" for text in texts if not english.get(text)]
    found += [f"obsolete: {text}" for text in english if text not in texts]
    for text, translation in english.items():
        if translation:
            found += [f"{fault}: {text} -> {translation}" for fault in _wrong(text, translation)]
    return found


def _wrong(text: str, translation: str) -> Iterator[str]:
    try:
        if placeholders(text) != placeholders(translation):
            yield "placeholders differ"
    except ValueError as error:
        yield f"placeholders cannot be read ({error})"
    if CHINESE.search(QUOTED_TERM.sub("", translation)):
        yield "Chinese left in the English text"


def main(arguments: Any = None) -> int:
    """Write the catalogue, or check it; 1 when `--check` finds a fault."""
    given = sys.argv[1:] if arguments is None else arguments
    if given not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    if not given:
        CATALOGUE.write_text(written(collected(), catalogue()), encoding="utf-8", newline="\n")
    found = faults()
    for fault in found:
        print(fault, file=sys.stderr)
    print(f"{len(catalogue())} texts, {len(found)} faults")
    return 1 if given and found else 0


if __name__ == "__main__":
    sys.exit(main())
