"""Which HTTP status a refusal has; the words are in `voting.language`."""

from voting.errors import Refusal

_STATUS: dict[str, int] = {
    "sign-in-needed": 401,
    "sign-in-wrong": 401,
    "role-not-allowed": 403,
    "booth-not-entered": 403,
    "trustee-not-entered": 403,
    "invitation-unknown": 403,
    "page-unknown": 404,
    "election-unknown": 404,
    "assembly-unknown": 404,
    "estate-unknown": 404,
    "paper-unknown": 404,
    "ledger-unknown": 404,
    "ledger-entry-unknown": 404,
    "paper-not-yet": 409,
    "voter-unknown": 404,
    "help-unknown": 404,
    "help-done": 409,
    "letter-unknown": 404,
    "challenged-unknown": 404,
    "board-too-short": 404,
    "circle-unknown": 404,
    "trustee-unknown": 404,
    "opening-unknown": 404,
    "receipt-unknown": 404,
    "nominee-unknown": 404,
    "material-unknown": 404,
    "material-place-unknown": 404,
    "opening-decided": 409,
    "opening-answered-before": 409,
    "opening-asked-before": 409,
    "opening-needs-trustees": 403,
    "opening-needs-other-role": 403,
    "link-expired": 410,
    "request-too-large": 413,
    "file-too-large": 413,
    "too-many-requests": 429,
    "sign-in-locked": 429,
    "server-failed": 500,
    "already-voted": 409,
    "ballot-challenged": 409,
    "trustee-sent-before": 409,
    "ceremony-wrong-round": 409,
    "not-yet-open": 409,
    "election-closed": 409,
}


def status_of(refusal: Refusal) -> int:
    """The status of a refusal; 400 unless something more exact can be said."""
    return _STATUS.get(refusal.value, 400)
