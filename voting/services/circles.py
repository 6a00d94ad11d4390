"""The circle of trustees beside the server: set up in a draft, dissolved and invited anew before opening.

A trustee comes in with an invitation: 22 Base58 characters in a link's fragment, of which only the SHA-256 is
kept. A new invitation voids the old one, and every session that came of it. Whoever writes here or in
`ceremony` holds the election's row first, so that the circle cannot change while the election is opened.
"""

import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from voting.errors import Refusal, Refused
from voting.protocol.certificates import SignedMessage, check_code, new_seed
from voting.protocol.encoding import decode
from voting.protocol.pedersen import ThresholdParameters
from voting.rules.agenda import agenda_from_json
from voting.rules.secrecy import Secrecy
from voting.services import log
from voting.services.phases import found, require
from voting.services.site import Actor, Site
from voting.services.views import Act, CircleView, Invitation, Phase, Round, TrusteeView
from voting.store import elections as election_rows
from voting.store import trustees as rows
from voting.store.elections import ElectionRow
from voting.store.engine import Transaction
from voting.store.trustees import CircleRow, TrusteeRow

MOST_TRUSTEES = 20  # a ceremony's work grows with the square of their number
LONGEST_NAME = 20  # characters
_MANY_DIGITS = re.compile(r"(?:\d[ -]?){7}")


@dataclass(frozen=True)
class Invited:
    """Who came in: the trustee's number, and a mark that only this invitation has."""

    number: int
    mark: str


def set_up_circle(
    site: Site, uuid: str, names: Sequence[str], threshold: int, actor: Actor, now: datetime
) -> tuple[Invitation, ...]:
    """Name the trustees of a draft, `threshold` of whom must decrypt; returns their invitations, once.

    The names are public. Refuses ELECTION_WRONG_PHASE, CIRCLE_EXISTS, CIRCLE_SIZE(most),
    CIRCLE_THRESHOLD(size) and TRUSTEE_NAME_INVALID(number, longest).
    """
    cleaned = _names(names)
    if not 1 <= threshold <= len(cleaned):
        raise Refused(Refusal.CIRCLE_THRESHOLD, size=len(cleaned))
    invitations = tuple(Invitation(number, name, new_seed()) for number, name in enumerate(cleaned, 1))
    with site.store.write() as tx:
        held_draft(tx, uuid, Act.CIRCLE)
        if rows.circle(tx, uuid) is not None:
            raise Refused(Refusal.CIRCLE_EXISTS)
        invited = {each.name: _kept(each.token) for each in invitations}
        rows.add_circle(tx, uuid, threshold, invited, now)
        details = {"trustees": list(cleaned), "threshold": threshold}
        log.append(site, tx, uuid, actor.name, "circle-set-up", details, now)
    return invitations


def dissolve_circle(site: Site, uuid: str, actor: Actor, now: datetime) -> None:
    """Give the circle of a draft up; every invitation is void.

    Refuses ELECTION_WRONG_PHASE and CIRCLE_UNKNOWN.
    """
    with site.store.write() as tx:
        held_draft(tx, uuid, Act.CIRCLE)
        circle = circle_row(tx, uuid)
        rows.delete_circle(tx, uuid)
        details = {"trustees": [each.name for each in circle.trustees], "round": circle.round}
        log.append(site, tx, uuid, actor.name, "circle-dissolved", details, now)


def invite_anew(
    site: Site, uuid: str, number: int, actor: Actor, now: datetime, *, begin_again: bool = False
) -> Invitation:
    """A new invitation for one trustee; the old one, and whoever came in with it, is out.

    In a draft, a trustee whose certificate is in takes the whole ceremony back to its beginning, because a
    new person has a new key: refused as CEREMONY_BEGINS_AGAIN(name) unless `begin_again`. From the opening on
    the keys stand and only the way in is new; after the count, too, where single ballots can still be asked
    for. Refuses CIRCLE_UNKNOWN, TRUSTEE_UNKNOWN, and ELECTION_WRONG_PHASE after the count of any other.
    """
    token = new_seed()
    with site.store.write() as tx:
        election_rows.hold(tx, uuid)
        row = found(tx, uuid)
        require(row, Act.CIRCLE, *inviting(agenda_from_json(json.loads(row.agenda)).secrecy))
        trustee = _numbered(circle_row(tx, uuid), number)
        restarts = row.phase == Phase.DRAFT and trustee.certificate is not None
        if restarts and not begin_again:
            raise Refused(Refusal.CEREMONY_BEGINS_AGAIN, name=trustee.name)
        if restarts:
            rows.begin_again(tx, uuid)
        rows.invite(tx, uuid, number, _kept(token))
        details = {"trustee": number, "name": trustee.name, "begins_again": restarts}
        log.append(site, tx, uuid, actor.name, "trustee-invited-anew", details, now)
    return Invitation(number, trustee.name, token)


def inviting(secrecy: Secrecy) -> tuple[Phase, ...]:
    """The phases in which a trustee can still be wanted."""
    later = (Phase.COUNTED, Phase.PUBLISHED) if secrecy is Secrecy.CONFIDENTIAL else ()
    return (Phase.DRAFT, Phase.OPEN, Phase.CLOSED, *later)


def trustee_by_token(site: Site, uuid: str, token: str) -> Invited:
    """Whose invitation this is; all are compared, in constant time.

    Refuses ELECTION_UNKNOWN, CIRCLE_UNKNOWN and INVITATION_UNKNOWN.
    """
    with site.store.read() as tx:
        found(tx, uuid)
        circle = circle_row(tx, uuid)
    kept, whose = _kept(token), None
    for trustee in circle.trustees:
        if hmac.compare_digest(trustee.token_sha256, kept):
            whose = trustee
    if whose is None:
        raise Refused(Refusal.INVITATION_UNKNOWN)
    return Invited(whose.number, mark(whose))


def require_invited(site: Site, uuid: str, invited: Invited) -> None:
    """Refuses ELECTION_UNKNOWN, CIRCLE_UNKNOWN and TRUSTEE_NOT_ENTERED."""
    with site.store.read() as tx:
        found(tx, uuid)
        invited_trustee(circle_row(tx, uuid), invited)


def mark(trustee: TrusteeRow) -> str:
    """What a session remembers of an invitation: it says nothing of the token, and changes with it."""
    return sha256(f"mark|{trustee.token_sha256}".encode()).hexdigest()


def invited_trustee(circle: CircleRow, invited: Invited) -> TrusteeRow:
    """The trustee who came in. Refuses TRUSTEE_NOT_ENTERED when its invitation is void."""
    for trustee in circle.trustees:
        if trustee.number == invited.number and hmac.compare_digest(mark(trustee), invited.mark):
            return trustee
    raise Refused(Refusal.TRUSTEE_NOT_ENTERED)


def held_draft(tx: Transaction, uuid: str, act: Act) -> ElectionRow:
    """The election's row, held, while it is a draft. Refuses ELECTION_UNKNOWN, ELECTION_WRONG_PHASE."""
    election_rows.hold(tx, uuid)
    row = found(tx, uuid)
    require(row, act, Phase.DRAFT)
    return row


def circle_row(tx: Transaction, uuid: str) -> CircleRow:
    """The election's circle. Refuses CIRCLE_UNKNOWN."""
    circle = rows.circle(tx, uuid)
    if circle is None:
        raise Refused(Refusal.CIRCLE_UNKNOWN)
    return circle


def certificates_of(circle: CircleRow) -> tuple[SignedMessage, ...] | None:
    """Every certificate, by number; None until all are in."""
    bodies = [each.certificate for each in circle.trustees if each.certificate is not None]
    if len(bodies) < circle.size:
        return None
    return tuple(decode(SignedMessage, body, "certificate") for body in bodies)


def circle_view(tx: Transaction, uuid: str) -> CircleView | None:
    """The circle as pages show it, or None."""
    circle = rows.circle(tx, uuid)
    if circle is None:
        return None
    shares = rows.shares(tx, uuid)
    certificates = certificates_of(circle)
    return CircleView(
        threshold=circle.threshold,
        round=Round(circle.round),
        trustees=tuple(
            TrusteeView(
                each.number,
                each.name,
                each.certificate_at,
                each.polynomial_at,
                each.output_at,
                shares[each.number].received_at if each.number in shares else None,
            )
            for each in circle.trustees
        ),
        check_code=None if certificates is None else check_code(certificates),
    )


def ready_parameters(tx: Transaction, uuid: str) -> ThresholdParameters | None:
    """What is published of the circle; None without one. Refuses CIRCLE_NOT_READY(names)."""
    view, circle = circle_view(tx, uuid), rows.circle(tx, uuid)
    if view is None or circle is None:
        return None
    if circle.parameters is None:
        raise Refused(Refusal.CIRCLE_NOT_READY, names="、".join(view.waited_for))
    return decode(ThresholdParameters, circle.parameters, "trustees")


def require_group(tx: Transaction, row: ElectionRow, group_name: str) -> None:
    """Refuses CIRCLE_GROUP_FIXED when a circle makes its key in another group."""
    if group_name != row.group_name and rows.circle(tx, row.uuid) is not None:
        raise Refused(Refusal.CIRCLE_GROUP_FIXED)


def _names(names: Sequence[str]) -> tuple[str, ...]:
    """The names in one line each. They are public and logged: no telephone or identity number among them."""
    if not 1 <= len(names) <= MOST_TRUSTEES:
        raise Refused(Refusal.CIRCLE_SIZE, most=MOST_TRUSTEES)
    cleaned: list[str] = []
    for number, name in enumerate(names, 1):
        text = " ".join(name.split())
        if (
            not 1 <= len(text) <= LONGEST_NAME
            or not text.isprintable()
            or _MANY_DIGITS.search(text)
            or text in cleaned
        ):
            raise Refused(Refusal.TRUSTEE_NAME_INVALID, number=number, longest=LONGEST_NAME)
        cleaned.append(text)
    return tuple(cleaned)


def _numbered(circle: CircleRow, number: int) -> TrusteeRow:
    for trustee in circle.trustees:
        if trustee.number == number:
            return trustee
    raise Refused(Refusal.TRUSTEE_UNKNOWN)


def _kept(token: str) -> str:
    # What a stranger sends may hold half a surrogate pair, which has no UTF-8.
    return sha256(token.encode(errors="surrogatepass")).hexdigest()
