"""Every error raised on purpose, as one closed list.

A `Refusal` names what was wrong; its sentences for people are in `voting.language`. Code raises
`Refused(Refusal.X, place=...)`; nothing else is raised for bad input, and no `ValueError` leaks out of a
verifier. Context values are shown to people: never put a credential, a choice, a phone or an identity
number there.
"""

from enum import StrEnum


class Refusal(StrEnum):
    """The closed list of refusals; the value is stable and may stand in a program's output."""

    # protocol: encoding, elements, scalars
    ELEMENT_NOT_CANONICAL = "element-not-canonical"
    ELEMENT_NOT_IN_GROUP = "element-not-in-group"
    ELEMENT_IDENTITY = "element-identity"
    SCALAR_NOT_CANONICAL = "scalar-not-canonical"
    SCALAR_OUT_OF_RANGE = "scalar-out-of-range"
    JSON_MALFORMED = "json-malformed"
    JSON_NOT_CANONICAL = "json-not-canonical"
    # protocol: credentials
    CREDENTIAL_MISTYPED = "credential-mistyped"
    MESSAGE_PROOF_INVALID = "message-proof-invalid"
    # protocol: election and trustees
    ELECTION_MALFORMED = "election-malformed"
    GROUP_UNKNOWN = "group-unknown"
    TRUSTEE_KEY_PROOF_INVALID = "trustee-key-proof-invalid"
    ELECTION_KEY_MISMATCH = "election-key-mismatch"
    CREDENTIAL_DUPLICATE = "credential-duplicate"
    WEIGHT_INVALID = "weight-invalid"
    WEIGHT_TOTAL_TOO_LARGE = "weight-total-too-large"
    # protocol: ballots
    BALLOT_WRONG_ELECTION = "ballot-wrong-election"
    BALLOT_WRONG_HASH = "ballot-wrong-hash"
    BALLOT_CREDENTIAL_UNLISTED = "ballot-credential-unlisted"
    BALLOT_WRONG_SHAPE = "ballot-wrong-shape"
    BALLOT_INDIVIDUAL_PROOF_INVALID = "ballot-individual-proof-invalid"
    BALLOT_OVERALL_PROOF_INVALID = "ballot-overall-proof-invalid"
    BALLOT_BLANK_PROOF_INVALID = "ballot-blank-proof-invalid"
    BALLOT_SIGNATURE_INVALID = "ballot-signature-invalid"
    BALLOT_REPLAYED = "ballot-replayed"
    BALLOT_SECOND = "ballot-second"
    CHOICES_INVALID = "choices-invalid"
    # protocol: archive
    ARCHIVE_TRUNCATED = "archive-truncated"
    ARCHIVE_HEADER_INVALID = "archive-header-invalid"
    ARCHIVE_NAME_NOT_HASH = "archive-name-not-hash"
    ARCHIVE_GRAMMAR = "archive-grammar"
    ARCHIVE_HEIGHT = "archive-height"
    ARCHIVE_PARENT = "archive-parent"
    ARCHIVE_REFERENCE = "archive-reference"
    # protocol: tally
    TALLY_MISMATCH = "tally-mismatch"
    TALLY_COUNT_MISMATCH = "tally-count-mismatch"
    DECRYPTION_PROOF_INVALID = "decryption-proof-invalid"
    DECRYPTION_OWNER_INVALID = "decryption-owner-invalid"
    DECRYPTION_SHAPE = "decryption-shape"
    DECRYPTION_MISSING = "decryption-missing"
    RESULT_MISMATCH = "result-mismatch"
    RESULT_NOT_FOUND = "result-not-found"
    # record: twins, law, history, export
    TWINS_DISAGREE = "twins-disagree"
    RULES_NOT_BOUND = "rules-not-bound"
    RULES_DISAGREE = "rules-disagree"
    OUTCOME_MISMATCH = "outcome-mismatch"
    CHECKPOINT_INVALID = "checkpoint-invalid"
    LOG_BROKEN = "log-broken"
    EXPORT_UNREADABLE = "export-unreadable"
    EXPORT_INCOMPLETE = "export-incomplete"
    # part A: rules and spreadsheets
    # part B: documents
    # part C: booth
    # part D: web
    # part E: set-up
    # part F: services


class Refused(Exception):  # noqa: N818 - reads as what happened: the input was refused
    """Input was refused: `refusal` says by which rule, `context` where (question, row, height ...)."""

    def __init__(self, refusal: Refusal, **context: str | int) -> None:
        super().__init__(refusal.value, context)
        self.refusal = refusal
        self.context = context

    def __str__(self) -> str:
        place = ", ".join(f"{key}={value}" for key, value in self.context.items())
        return f"{self.refusal.value} ({place})" if place else self.refusal.value
