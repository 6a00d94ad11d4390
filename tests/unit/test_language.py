"""Both languages are complete: every refusal has its sentence, every Chinese text its English one."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from scripts import translations as catalogue
from voting.errors import Refusal, Refused
from voting.language import LOCALES, SENTENCES, sentence, translations

ROOT = Path(__file__).resolve().parents[2]
HAN = re.compile(r"[\u4e00-\u9fff]")


def test_the_english_catalogue_is_complete_and_right() -> None:
    assert catalogue.faults() == []


def test_the_catalogue_is_written_the_same_again() -> None:
    texts, english = catalogue.collected(), catalogue.catalogue()
    assert catalogue.written(texts, english) == catalogue.CATALOGUE.read_text(encoding="utf-8")


def test_every_refusal_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Refusal)


@pytest.mark.parametrize("refusal", Refusal)
def test_a_sentence_needs_no_context(refusal: Refusal) -> None:
    chinese, english = (sentence(Refused(refusal), locale) for locale in LOCALES)
    assert HAN.search(chinese)
    assert english != chinese
    for said in (chinese, english):
        assert not re.search(r"[{}!！]", said)
        assert said == said.strip()
        assert said[-1] in "。."


def test_each_refusal_is_raised_with_what_its_sentence_names() -> None:
    lacking = []
    for file in (ROOT / "voting").rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not (isinstance(call, ast.Call) and ast.unparse(call.func) == "Refused" and call.args):
                continue
            passed = {keyword.arg for keyword in call.keywords}
            for named in ast.walk(call.args[0]):
                if isinstance(named, ast.Attribute) and ast.unparse(named.value) == "Refusal":
                    text = SENTENCES[Refusal[named.attr]]
                    wanted = {name for _, name, _, _ in Formatter().parse(text) if name}
                    if None not in passed and wanted - passed:  # `**place` cannot be read here
                        lacking.append((file.name, call.lineno, named.attr, wanted - passed))
    assert lacking == []


def test_a_time_is_written_as_people_read_it() -> None:
    refused = Refused(Refusal.OPENING_TOO_EARLY, opens_at="2026-05-02 08:00")
    assert "2026年5月2日 08:00" in sentence(refused)
    assert "2 May 2026, 08:00" in sentence(refused, "en")
    for other in ("2026-13-02 08:00", "2026-05-02", "在 2026-05-02 08:00 以前"):
        assert other in sentence(Refused(Refusal.OPENING_TOO_EARLY, opens_at=other))


@pytest.mark.parametrize(
    ("place", "chinese", "english"),
    [
        ("questions[2].seats", "第 2 项：应选人数", "Question 2: Seats to fill"),
        ("questions[1].candidates[3]", "第 1 项：第 3 位候选人", "Question 1: candidate 3"),
        ("agenda.title", "名称", "Title"),
        ("closes_at", "截止", "Closes"),
        ("questions[1].approval", "questions[1].approval", "questions[1].approval"),
        (
            "question 3, choice 1, alpha",
            "第 3 题：第 1 个选项：密文的前一半",
            "question 3: choice 1: first half",
        ),
        ("{name}", "{name}", "{name}"),
        ("", "—", "—"),
    ],
)
def test_a_place_is_named_as_the_form_names_it(place: str, chinese: str, english: str) -> None:
    refused = Refused(Refusal.AGENDA_TEXT_MISSING, place=place)
    assert f"“{chinese}”没有填写" in sentence(refused)
    assert f'"{english}' in sentence(refused, "en")


def test_names_in_a_list_are_separated_as_the_language_does() -> None:
    refused = Refused(Refusal.REGISTER_COLUMN_MISSING, row=3, columns="房号、建筑面积")
    assert "：房号、建筑面积。" in sentence(refused)
    assert '"房号, 建筑面积"' in sentence(refused, "en")


def test_an_unknown_locale_reads_chinese() -> None:
    assert sentence(Refused(Refusal.FILE_EMPTY), "fr") == SENTENCES[Refusal.FILE_EMPTY]


def test_a_motion_keeps_the_words_of_the_paper_ballot() -> None:
    english = translations("en").gettext
    assert [english(choice) for choice in ("同意", "反对", "弃权")] == [
        "For (同意)",
        "Against (反对)",
        "Abstain (弃权)",
    ]


# the check itself


def test_a_text_without_translation_or_without_a_speaker_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = catalogue.collected()
    monkeypatch.setattr(catalogue, "collected", lambda: {**texts, "没有翻译": ["voting/cli.py"]})
    assert catalogue.faults() == ["missing: 没有翻译 (voting/cli.py)"]
    english = catalogue.catalogue()
    monkeypatch.setattr(catalogue, "collected", lambda: texts)
    monkeypatch.setattr(catalogue, "catalogue", lambda: {**english, "没有人说": "Nobody says it."})
    assert catalogue.faults() == ["obsolete: 没有人说"]


@pytest.mark.parametrize(
    ("chinese", "english", "fault"),
    [
        ("共 %(count)s 户", "%(number)s voters", "placeholders differ"),
        ("共 {count} 户", "voters", "placeholders differ"),
        ("共 %(count)s 户", "%(count)s voters, 5 % more", "placeholders cannot be read (% )"),
        ("共 {count} 户", "{count voters", "placeholders cannot be read (expected '}' before end of string)"),
        ("房号", "Unit (Room 房号)", "Chinese left in the English text"),
        ("没有，", "None，", "Chinese left in the English text"),
    ],
)
def test_a_faulty_translation_is_named(
    monkeypatch: pytest.MonkeyPatch, chinese: str, english: str, fault: str
) -> None:
    texts, complete = catalogue.collected(), catalogue.catalogue()
    monkeypatch.setattr(catalogue, "collected", lambda: {**texts, chinese: ["voting/cli.py"]})
    monkeypatch.setattr(catalogue, "catalogue", lambda: {**complete, chinese: english})
    assert catalogue.faults() == [f"{fault}: {chinese} -> {english}"]


def test_what_is_chosen_at_run_time_must_be_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(catalogue.CHOSEN, ("voting/web/display.py", "use"))
    assert "not in CHOSEN: voting/web/display.py, _(use)" in catalogue.faults()


def test_the_command_says_how_many_and_by_its_status_whether(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert catalogue.main(["--check"]) == 0
    assert capsys.readouterr().out.endswith(" texts, 0 faults\n")
    copy = tmp_path / "messages.po"
    kept = catalogue.CATALOGUE.read_text(encoding="utf-8")
    copy.write_text(kept.replace('msgstr "Sign in"', 'msgstr ""'), encoding="utf-8")
    monkeypatch.setattr(catalogue, "CATALOGUE", copy)
    assert catalogue.main(["--check"]) == 1
    assert "missing: 登录" in capsys.readouterr().err
    assert catalogue.main([]) == 0  # what is missing is there to be filled in
    assert 'msgid "登录"\nmsgstr ""' in copy.read_text(encoding="utf-8")
    assert catalogue.main(["--chek"]) == 2
