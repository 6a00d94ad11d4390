"""Every error raised on purpose, as one closed list.

A `Refusal` names what was wrong; its sentences for people are in `voting.language`. Code raises
`Refused(Refusal.X, place=...)`; nothing else is raised for bad input, and no `ValueError` leaks out of a
verifier. Context values are shown to people: never put a credential, a choice, a phone or an identity
number there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
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
    # protocol: threshold
    SEED_MALFORMED = "seed-malformed"
    THRESHOLD_OUT_OF_RANGE = "threshold-out-of-range"
    THRESHOLD_SHAPE = "threshold-shape"
    CERTIFICATE_INVALID = "certificate-invalid"
    CERTIFICATE_CONTEXT = "certificate-context"
    CERTIFICATE_DUPLICATE = "certificate-duplicate"
    CERTIFICATE_NOT_FOUND = "certificate-not-found"
    COMMITMENT_INVALID = "commitment-invalid"
    COMMITMENT_LENGTH = "commitment-length"
    COMMITMENT_NOT_BOUND = "commitment-not-bound"
    MESSAGE_UNREADABLE = "message-unreadable"
    MESSAGE_SENDER_INVALID = "message-sender-invalid"
    MESSAGE_RECIPIENT_INVALID = "message-recipient-invalid"
    SHARE_INVALID = "share-invalid"
    OWN_POLYNOMIAL_DIFFERS = "own-polynomial-differs"
    VERIFICATION_KEY_MISMATCH = "verification-key-mismatch"
    VERIFICATION_KEY_SIGNATURE_INVALID = "verification-key-signature-invalid"
    CIRCLE_UNSIGNED = "circle-unsigned"
    TRUSTEE_NOT_IN_ELECTION = "trustee-not-in-election"
    DECRYPTION_TOO_FEW = "decryption-too-few"
    DECRYPTION_TOO_EARLY = "decryption-too-early"
    DECRYPTED_BEFORE = "decrypted-before"
    PRIVATE_KEY_MISSING = "private-key-missing"
    PRIVATE_KEY_THERE = "private-key-there"
    # protocol: one ballot opened
    OPENED_OTHER_BALLOT = "opened-other-ballot"
    OPENED_OWNER_INVALID = "opened-owner-invalid"
    OPENED_NO_CHOICE = "opened-no-choice"
    OPENED_CHOICES_MISMATCH = "opened-choices-mismatch"
    # record: twins, law, history, export
    TWINS_DISAGREE = "twins-disagree"
    RULES_NOT_BOUND = "rules-not-bound"
    RULES_DISAGREE = "rules-disagree"
    OUTCOME_MISMATCH = "outcome-mismatch"
    CHECKPOINT_INVALID = "checkpoint-invalid"
    CHECKPOINT_NOT_A_PREFIX = "checkpoint-not-a-prefix"
    LOG_BROKEN = "log-broken"
    LOG_DISAGREES = "log-disagrees"
    LOG_NOT_A_PREFIX = "log-not-a-prefix"
    EXPORT_FILE_DIFFERS = "export-file-differs"
    EXPORT_UNREADABLE = "export-unreadable"
    EXPORT_INCOMPLETE = "export-incomplete"
    # part A: rules and spreadsheets
    AGENDA_MALFORMED = "agenda-malformed"
    AGENDA_FIELD_MISSING = "agenda-field-missing"
    AGENDA_FIELD_UNKNOWN = "agenda-field-unknown"
    AGENDA_TEXT_MISSING = "agenda-text-missing"
    AGENDA_TEXT_TOO_LONG = "agenda-text-too-long"
    AGENDA_TEXT_UNPRINTABLE = "agenda-text-unprintable"
    AGENDA_TOO_MANY = "agenda-too-many"
    AGENDA_NAME_TWICE = "agenda-name-twice"
    AGENDA_NAME_SEPARATOR = "agenda-name-separator"
    AGENDA_ID_MALFORMED = "agenda-id-malformed"
    AGENDA_KIND_UNKNOWN = "agenda-kind-unknown"
    AGENDA_MATTER_UNKNOWN = "agenda-matter-unknown"
    AGENDA_QUESTIONS_MISSING = "agenda-questions-missing"
    AGENDA_CANDIDATES_MISSING = "agenda-candidates-missing"
    AGENDA_SEATS = "agenda-seats"
    AGENDA_AT_MOST = "agenda-at-most"
    AGENDA_SCOPE_EMPTY = "agenda-scope-empty"
    AGENDA_SECRECY_UNKNOWN = "agenda-secrecy-unknown"
    AGENDA_TIME_UNREADABLE = "agenda-time-unreadable"
    AGENDA_CLOSES_BEFORE_OPENING = "agenda-closes-before-opening"
    RULES_MALFORMED = "rules-malformed"
    ROLL_EMPTY = "roll-empty"
    TOTALS_IMPOSSIBLE = "totals-impossible"
    AREA_MISSING = "area-missing"
    AREA_UNREADABLE = "area-unreadable"
    AREA_NOT_POSITIVE = "area-not-positive"
    AREA_TOO_FINE = "area-too-fine"
    AREA_TOO_LARGE = "area-too-large"
    REGISTER_HEADER_NOT_FOUND = "register-header-not-found"
    REGISTER_COLUMN_MISSING = "register-column-missing"
    REGISTER_COLUMN_AMBIGUOUS = "register-column-ambiguous"
    REGISTER_MAPPING_INVALID = "register-mapping-invalid"
    REGISTER_EMPTY = "register-empty"
    CHOICES_COLUMN_MISSING = "choices-column-missing"
    CHOICES_COLUMN_UNKNOWN = "choices-column-unknown"
    CHOICES_COLUMN_TWICE = "choices-column-twice"
    CHOICES_UNIT_MISSING = "choices-unit-missing"
    CHOICES_UNIT_TWICE = "choices-unit-twice"
    CHOICES_ROW_TOO_LONG = "choices-row-too-long"
    CHOICES_UNIT_UNKNOWN = "choices-unit-unknown"
    CHOICES_VOTER_TWICE = "choices-voter-twice"
    CHOICE_UNKNOWN = "choice-unknown"
    CHOICE_TWICE = "choice-twice"
    CHOICES_TOO_FEW = "choices-too-few"
    CHOICES_TOO_MANY = "choices-too-many"
    FILE_EMPTY = "file-empty"
    FILE_TOO_LARGE = "file-too-large"
    FILE_TYPE_UNKNOWN = "file-type-unknown"
    FILE_OLD_FORMAT = "file-old-format"
    FILE_UNREADABLE = "file-unreadable"
    FILE_UNPACKS_TOO_LARGE = "file-unpacks-too-large"
    FILE_ENCODING_UNKNOWN = "file-encoding-unknown"
    FILE_CSV_MALFORMED = "file-csv-malformed"
    FILE_TOO_MANY_ROWS = "file-too-many-rows"
    FILE_TOO_MANY_COLUMNS = "file-too-many-columns"
    FILE_CELL_TOO_LONG = "file-cell-too-long"
    FILE_SEVERAL_SHEETS = "file-several-sheets"
    # part B: documents
    LETTER_CHARACTER_MISSING = "letter-character-missing"
    NOTICE_CHARACTER_MISSING = "notice-character-missing"
    # part C: booth
    RECEIPT_MALFORMED = "receipt-malformed"
    RECEIPT_SIGNATURE_INVALID = "receipt-signature-invalid"
    RECEIPT_NOT_ON_BOARD = "receipt-not-on-board"
    BOARD_TOO_SHORT = "board-too-short"
    BOARD_NOT_A_CONTINUATION = "board-not-a-continuation"
    BALLOT_CHALLENGED = "ballot-challenged"
    CHALLENGED_UNKNOWN = "challenged-unknown"
    OPENING_LENGTH = "opening-length"
    OPENING_INVALID = "opening-invalid"
    # part D: web
    SIGN_IN_NEEDED = "sign-in-needed"
    ROLE_NOT_ALLOWED = "role-not-allowed"
    BOOTH_NOT_ENTERED = "booth-not-entered"
    PAGE_UNKNOWN = "page-unknown"
    REQUEST_TOO_LARGE = "request-too-large"
    REQUEST_UNREADABLE = "request-unreadable"
    FORM_EXPIRED = "form-expired"
    TOO_MANY_REQUESTS = "too-many-requests"
    SERVER_FAILED = "server-failed"
    FILE_MISSING = "file-missing"
    PASSPHRASES_DIFFER = "passphrases-differ"
    ACT_NOT_NOW = "act-not-now"
    TIME_UNREADABLE = "time-unreadable"
    NUMBER_UNREADABLE = "number-unreadable"
    # part E: set-up
    DATA_FOLDER_UNUSABLE = "data-folder-unusable"
    PORT_UNUSABLE = "port-unusable"
    KEY_FILE_UNUSABLE = "key-file-unusable"
    DATABASE_UNAVAILABLE = "database-unavailable"
    DEMO_DAMAGED = "demo-damaged"
    BACKUP_NOT_SQLITE = "backup-not-sqlite"
    INPUT_UNREADABLE = "input-unreadable"
    OUTPUT_EXISTS = "output-exists"
    OUTPUT_UNWRITABLE = "output-unwritable"
    PASSWORDS_DIFFER = "passwords-differ"
    # part F: services
    CONFIG_MISSING = "config-missing"
    CONFIG_MALFORMED = "config-malformed"
    ACCOUNT_NAME_INVALID = "account-name-invalid"
    ACCOUNT_UNKNOWN = "account-unknown"
    ACCOUNT_NAME_TAKEN = "account-name-taken"
    PASSWORD_TOO_SHORT = "password-too-short"  # noqa: S105
    SIGN_IN_WRONG = "sign-in-wrong"
    SIGN_IN_LOCKED = "sign-in-locked"
    ESTATE_NAME_INVALID = "estate-name-invalid"
    ESTATE_NAME_TAKEN = "estate-name-taken"
    ESTATE_UNKNOWN = "estate-unknown"
    REGISTER_HAS_PROBLEMS = "register-has-problems"
    REGISTER_MISSING = "register-missing"
    AGENDA_ESTATE_DIFFERS = "agenda-estate-differs"
    WINDOW_INVALID = "window-invalid"
    WINDOW_OVER = "window-over"
    ELECTION_UNKNOWN = "election-unknown"
    ELECTION_WRONG_PHASE = "election-wrong-phase"
    CREDENTIALS_NOT_ISSUED = "credentials-not-issued"
    CREDENTIALS_ALREADY_ISSUED = "credentials-already-issued"
    PASSPHRASE_TOO_SHORT = "passphrase-too-short"  # noqa: S105
    CREDENTIAL_FILE_WRONG_PASSPHRASE = "credential-file-wrong-passphrase"  # noqa: S105
    CREDENTIAL_FILE_WRONG_ELECTION = "credential-file-wrong-election"
    CREDENTIAL_FILE_DAMAGED = "credential-file-damaged"
    CREDENTIAL_FILE_OUTDATED = "credential-file-outdated"
    REASON_MISSING = "reason-missing"
    VOTER_UNKNOWN = "voter-unknown"
    OPENING_TOO_EARLY = "opening-too-early"
    CLOSING_TOO_EARLY = "closing-too-early"
    NOT_YET_OPEN = "not-yet-open"
    ELECTION_CLOSED = "election-closed"
    LINK_EXPIRED = "link-expired"
    CHALLENGE_INVALID = "challenge-invalid"
    CHALLENGE_EXPIRED = "challenge-expired"
    CREDENTIAL_UNKNOWN = "credential-unknown"
    CREDENTIAL_REPLACED = "credential-replaced"
    CREDENTIAL_LOCKED = "credential-locked"
    CREDENTIAL_NOT_YOURS = "credential-not-yours"
    SECOND_FACTOR_WRONG = "second-factor-wrong"
    SECOND_FACTOR_LOCKED = "second-factor-locked"
    ALREADY_VOTED = "already-voted"
    BOARD_BUSY = "board-busy"
    ATTACHMENT_MISSING = "attachment-missing"
    ATTACHMENT_TOO_LARGE = "attachment-too-large"
    ATTACHMENT_KIND_UNKNOWN = "attachment-kind-unknown"
    RECEIPT_UNKNOWN = "receipt-unknown"
    VOTER_HAS_NOT_VOTED = "voter-has-not-voted"
    OPENING_FORBIDDEN = "opening-forbidden"
    OPENING_NEEDLESS = "opening-needless"
    OPENING_ASKED_BEFORE = "opening-asked-before"
    OPENING_UNKNOWN = "opening-unknown"
    OPENING_DECIDED = "opening-decided"
    OPENING_NEEDS_TRUSTEES = "opening-needs-trustees"
    OPENING_NEEDS_OTHER_ROLE = "opening-needs-other-role"
    OPENING_ANSWERED_BEFORE = "opening-answered-before"
    SHARE_OF_OTHER_BALLOT = "share-of-other-ballot"
    SHARE_OF_BALLOTS_MISSING = "share-of-ballots-missing"
    # record: the auditors' part
    OPENING_AGAINST_RULES = "opening-against-rules"
    OPENING_NOT_APPROVED = "opening-not-approved"
    OPENING_NOT_LOGGED = "opening-not-logged"
    OPENING_MISSING = "opening-missing"
    OPENING_BALLOT_UNKNOWN = "opening-ballot-unknown"
    OPENING_VOTER_DIFFERS = "opening-voter-differs"
    SECOND_FACTOR_MISSING = "second-factor-missing"
    # services: the circle of trustees
    CIRCLE_UNKNOWN = "circle-unknown"
    CIRCLE_EXISTS = "circle-exists"
    CIRCLE_SIZE = "circle-size"
    CIRCLE_THRESHOLD = "circle-threshold"
    CIRCLE_NOT_READY = "circle-not-ready"
    CIRCLE_CHANGED = "circle-changed"
    CIRCLE_GROUP_FIXED = "circle-group-fixed"
    TRUSTEE_NAME_INVALID = "trustee-name-invalid"
    TRUSTEE_UNKNOWN = "trustee-unknown"
    TRUSTEE_NOT_ENTERED = "trustee-not-entered"
    TRUSTEE_SENT_BEFORE = "trustee-sent-before"
    INVITATION_UNKNOWN = "invitation-unknown"
    CEREMONY_BEGINS_AGAIN = "ceremony-begins-again"
    CEREMONY_WRONG_ROUND = "ceremony-wrong-round"
    SHARE_REFUSED = "share-refused"


class Refused(Exception):  # noqa: N818 - reads as what happened: the input was refused
    """Input was refused: `refusal` says by which rule, `context` where (question, row, height ...)."""

    def __init__(self, refusal: Refusal, **context: str | int) -> None:
        super().__init__(refusal.value, context)
        self.refusal = refusal
        self.context = context

    def at(self, **place: str | int) -> "Refused":
        """The same refusal with more of the place; what it already says of its place stands."""
        return Refused(self.refusal, **(place | self.context))

    def __reduce__(self) -> "tuple[object, ...]":
        # Keyword arguments are lost when an exception travels between processes, unless said so.
        return _remade, (self.refusal, self.context)

    def __str__(self) -> str:
        place = ", ".join(f"{key}={value}" for key, value in self.context.items())
        return f"{self.refusal.value} ({place})" if place else self.refusal.value


@contextmanager
def placed(**place: str | int) -> Iterator[None]:
    """Whatever is refused inside says this place, too."""
    try:
        yield
    except Refused as refused:
        raise refused.at(**place) from refused


def _remade(refusal: Refusal, context: dict[str, str | int]) -> Refused:
    return Refused(refusal, **context)
