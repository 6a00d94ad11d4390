"""Every bad record of the corpus is refused by its name and with its place; the good ones are not."""

from typing import Any

import pytest

from tests.records import cases, corpus, good, record, same_twins
from voting.errors import Refusal, Refused
from voting.language import LOCALES, sentence
from voting.services import verification
from voting.services.verification import Verification, verify_files

# All that is said of a record, but for: RESULT_NOT_FOUND, because with valid ballots and decryptions there is
# always a result; and what is said to trustees before there is one, or to a voter before casting.
BEFORE = {
    Refusal.DECRYPTION_TOO_FEW,
    Refusal.DECRYPTION_TOO_EARLY,
    Refusal.CERTIFICATE_NOT_FOUND,
    Refusal.BALLOT_CHALLENGED,
}
BY_ARCHIVE = {
    name
    for name in Refusal
    if name.name.startswith(("ELEMENT_", "SCALAR_", "JSON_", "BALLOT_", "ARCHIVE_", "TALLY_", "DECRYPTION_"))
    or name.name.startswith(("THRESHOLD_", "CERTIFICATE_", "COMMITMENT_", "VERIFICATION_KEY_"))
} | {
    Refusal.ELECTION_MALFORMED,
    Refusal.GROUP_UNKNOWN,
    Refusal.TRUSTEE_KEY_PROOF_INVALID,
    Refusal.ELECTION_KEY_MISMATCH,
    Refusal.CREDENTIAL_DUPLICATE,
    Refusal.WEIGHT_INVALID,
    Refusal.WEIGHT_TOTAL_TOO_LARGE,
    Refusal.RESULT_MISMATCH,
    Refusal.TWINS_DISAGREE,
    Refusal.RULES_NOT_BOUND,
    Refusal.RULES_DISAGREE,
    Refusal.RULES_MALFORMED,
    Refusal.OUTCOME_MISMATCH,
    Refusal.CHECKPOINT_INVALID,
    Refusal.CHECKPOINT_NOT_A_PREFIX,
    Refusal.LOG_BROKEN,
    Refusal.LOG_ACT_UNKNOWN,
    Refusal.LOG_DETAILS_MALFORMED,
    Refusal.LOG_UNSIGNED,
    Refusal.LOG_SIGNATURE_INVALID,
    Refusal.LOG_DISAGREES,
    Refusal.LOG_NOT_A_PREFIX,
    Refusal.STEP_MISSING,
    Refusal.ASSEMBLY_DIFFERS,
    Refusal.NOTICE_DIFFERS,
    Refusal.NOTICE_WINDOW_DIFFERS,
    Refusal.NOTICE_QUESTIONS_DIFFER,
    Refusal.NOTICE_ROLL_DIFFERS,
    Refusal.CANDIDATES_DIFFER,
    Refusal.BOARD_WINDOW_DIFFERS,
    Refusal.EXPORT_FILE_DIFFERS,
    Refusal.EXPORT_INCOMPLETE,
    Refusal.OPENED_OTHER_BALLOT,
    Refusal.OPENED_OWNER_INVALID,
    Refusal.OPENED_CHOICES_MISMATCH,
    Refusal.OPENING_AGAINST_RULES,
    Refusal.OPENING_NOT_APPROVED,
    Refusal.OPENING_NOT_LOGGED,
    Refusal.OPENING_MISSING,
    Refusal.OPENING_BALLOT_UNKNOWN,
    Refusal.OPENING_SUPERSEDED,
    Refusal.OPENING_VOTER_DIFFERS,
}


def said(refused: Refused) -> dict[str, Any]:
    return {"refusal": refused.refusal.value, "place": refused.context}


def verified(case: dict[str, Any]) -> Verification:
    bad = record(case)
    return verify_files(bad.files, earlier=bad.since)


@pytest.fixture(autouse=True)
def _archives_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        verification, "verify_twins", lambda owners, area, _s, _p, most: same_twins(owners, area, most)
    )


@pytest.mark.parametrize("case", cases())
def test_a_record_is_refused_by_name_and_place(case: dict[str, Any]) -> None:
    if "unreadable" in case:
        with pytest.raises(Refused) as caught:
            verified(case)
        assert said(caught.value) == case["unreadable"]
        return
    found = verified(case)
    assert [said(refused) for refused in found.findings] == case["findings"]
    assert found.valid is (case["findings"] == [])
    assert len(found.failed) == len(found.findings)
    assert not {*found.checked} & {*found.failed, *found.not_checked}
    for note in ("circle", "revoting"):
        assert (note in found.not_checked) is (note in case.get("not_checked", ()))
    for refused in found.findings:
        chinese, english = (sentence(refused, locale, in_record=True) for locale in LOCALES)
        assert chinese != english
        assert "—" not in chinese + english, "a part of the place was not given"


@pytest.mark.parametrize("name", good())
def test_the_good_records_are_valid(name: str) -> None:
    found = verify_files(good()[name])
    assert found.findings == ()
    opened = any(file.startswith("auditor/") for file in good()[name])
    # Who the silent voters were, only auditors can see.
    unproven = ("voters",) if opened else ("silent",) if name == "silence" else ()
    assert found.not_checked == (*unproven, "history", "papers", "omissions")


def test_the_corpus_has_every_refusal_of_a_record() -> None:
    named = {finding["refusal"] for case in corpus() for finding in case["findings"]}
    named |= {case["unreadable"]["refusal"] for case in corpus() if "unreadable" in case}
    assert {refusal.value for refusal in BY_ARCHIVE - BEFORE} <= named
    assert len(corpus()) >= 60


def test_what_is_in_progress_is_accepted_and_said_to_be_unfinished() -> None:
    lengths = [case for case in corpus() if case["name"].startswith("good: an archive of")]
    assert len(lengths) == 7
    for case in lengths:
        assert ("unfinished" in verified(case).not_checked) is ("of 8 events" not in case["name"])
