"""The key ceremony, as its trustees see it: three rounds, each ended by the last trustee's message.

1. `certificates`: each sends its certificate. 2. `polynomials`: each deals; nobody sees what the others dealt
before all have. 3. `outputs`: each is given what was dealt to it, and sends its public key. The last output
makes the circle `ready`: its parameters are made and verified whole.

What is posted is decoded strictly and verified with no transaction open, against the circle as it was read.
It is stored only if the circle is still exactly that one, and read again otherwise: of two trustees who are
the last at the same instant, the second finds that it is the last. Nothing here is secret: what is dealt is
sealed to its recipients.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from voting.errors import Refusal, Refused
from voting.protocol.certificates import (
    Circle,
    Context,
    SignedMessage,
    check_certificate,
    check_certificates,
)
from voting.protocol.encoding import decode, encode
from voting.protocol.group import Element, group_named
from voting.protocol.pedersen import ThresholdParameters
from voting.protocol.threshold import (
    Input,
    Output,
    Polynomial,
    check_output,
    check_polynomial,
    make_inputs,
    make_parameters,
)
from voting.rules.agenda import agenda_from_json
from voting.services import log
from voting.services.board import setup_bodies
from voting.services.circles import Invited, certificates_of, circle_row, held_draft, invited_trustee
from voting.services.phases import found, require
from voting.services.site import Site
from voting.services.views import Act, Phase, Round
from voting.store import trustees as rows
from voting.store.elections import ElectionRow
from voting.store.trustees import CircleRow, Message, TrusteeRow

Sent = TypeVar("Sent")

MOST_RACES = 100  # messages of others that may come between reading the circle and storing one
_MESSAGE: dict[Round, Message] = {
    Round.CERTIFICATES: "certificate",
    Round.POLYNOMIALS: "polynomial",
    Round.OUTPUTS: "output",
}
_NEXT = {
    Round.CERTIFICATES: Round.POLYNOMIALS,
    Round.POLYNOMIALS: Round.OUTPUTS,
    Round.OUTPUTS: Round.READY,
}


@dataclass(frozen=True)
class Progress:
    """What everybody may know of a trustee."""

    number: int
    name: str
    certificate: bool
    polynomial: bool
    output: bool
    share: bool


@dataclass(frozen=True)
class OpenedElection:
    """The exact texts that stand in the record, for the trustee to find its key in, and the rules that every
    ballot signs: what may be seen of a single one."""

    election_json: str
    trustees_json: str
    rules_json: str


@dataclass(frozen=True)
class Own:
    """What this trustee sent."""

    certificate: SignedMessage | None
    polynomial: Polynomial | None
    output: Output | None


@dataclass(frozen=True)
class CeremonyState:
    """Everything that a trustee's page needs, with the fields of messages in the order of the specification.

    `certificates` is None until all are in, `input` until all have dealt, `parameters` until the circle is
    ready, `election` until it was opened. `shares_needed` is how many more shares the count needs; `share`
    whether this trustee's is in.
    """

    uuid: str
    title: str
    estate: str
    group: str
    phase: str
    secrecy: str
    number: int
    name: str
    size: int
    threshold: int
    round: str
    trustees: tuple[Progress, ...]
    certificates: tuple[SignedMessage, ...] | None
    input: Input | None
    own: Own
    parameters: ThresholdParameters | None
    election: OpenedElection | None
    shares_needed: int
    share: bool


def state(site: Site, uuid: str, invited: Invited) -> CeremonyState:
    """Where the ceremony stands for a trustee.

    Refuses ELECTION_UNKNOWN, CIRCLE_UNKNOWN and TRUSTEE_NOT_ENTERED.
    """
    with site.store.read() as tx:
        row = found(tx, uuid)
        circle = circle_row(tx, uuid)
        own = invited_trustee(circle, invited)
        shares = rows.shares(tx, uuid)
        opened = (*setup_bodies(tx, uuid)[:2], row.rules or b"") if row.phase != Phase.DRAFT else None
    polynomials = _polynomials(circle)
    return CeremonyState(
        uuid=uuid,
        title=row.title,
        estate=row.estate,
        group=row.group_name,
        phase=row.phase,
        secrecy=agenda_from_json(json.loads(row.agenda)).secrecy,
        number=own.number,
        name=own.name,
        size=circle.size,
        threshold=circle.threshold,
        round=circle.round,
        trustees=tuple(
            Progress(
                each.number,
                each.name,
                each.certificate is not None,
                each.polynomial is not None,
                each.output is not None,
                each.number in shares,
            )
            for each in circle.trustees
        ),
        certificates=certificates_of(circle),
        input=make_inputs(_circle(row, circle), polynomials)[own.number - 1] if polynomials else None,
        own=Own(
            _decoded(SignedMessage, own.certificate, "certificate"),
            _decoded(Polynomial, own.polynomial, "polynomial"),
            _decoded(Output, own.output, "output"),
        ),
        parameters=_decoded(ThresholdParameters, circle.parameters, "trustees"),
        election=OpenedElection(*(body.decode() for body in opened)) if opened else None,
        shares_needed=max(0, circle.threshold - len(shares)),
        share=own.number in shares,
    )


def post_certificate(site: Site, uuid: str, invited: Invited, body: bytes, now: datetime) -> None:
    """Take a trustee's certificate.

    Refuses what `check_certificate` refuses, CERTIFICATE_DUPLICATE, and like every post here: CIRCLE_UNKNOWN,
    TRUSTEE_NOT_ENTERED, ELECTION_WRONG_PHASE, CEREMONY_WRONG_ROUND, and TRUSTEE_SENT_BEFORE when another
    message of this round came from this trustee. The same again is accepted.
    """
    certificate = decode(SignedMessage, body, "certificate")

    def check(row: ElectionRow, circle: CircleRow, own: TrusteeRow) -> None:
        group = group_named(row.group_name)
        context = Context(group.name, circle.size, circle.threshold, own.number)
        keys = check_certificate(group, certificate, context, own.number)
        known: set[Element] = set()
        for each in circle.trustees:
            if each.certificate is not None:
                other = decode(SignedMessage, each.certificate, "certificate")
                theirs = Context(group.name, circle.size, circle.threshold, each.number)
                known.update(check_certificate(group, other, theirs, each.number))
        if keys.verification == keys.encryption or known.intersection(keys):
            raise Refused(Refusal.CERTIFICATE_DUPLICATE, trustee=own.number)

    _post(site, uuid, invited, Round.CERTIFICATES, body, now, check)


def post_polynomial(site: Site, uuid: str, invited: Invited, body: bytes, now: datetime) -> None:
    """Take what a trustee deals. Refuses what `check_polynomial` refuses, and like `post_certificate`."""
    polynomial = decode(Polynomial, body, "polynomial")

    def check(row: ElectionRow, circle: CircleRow, own: TrusteeRow) -> None:
        check_polynomial(_circle(row, circle), own.number, polynomial)

    _post(site, uuid, invited, Round.POLYNOMIALS, body, now, check)


def post_output(site: Site, uuid: str, invited: Invited, body: bytes, now: datetime) -> None:
    """Take a trustee's public key; the last one makes the circle ready.

    Refuses what `check_output` refuses, for the last one what `make_parameters` refuses, and like
    `post_certificate`.
    """
    output = decode(Output, body, "output")

    def check(row: ElectionRow, circle: CircleRow, own: TrusteeRow) -> bytes | None:
        verified, polynomials = _circle(row, circle), _polynomials(circle)
        check_output(verified, polynomials, own.number, output)
        bodies = [body if each is own else each.output for each in circle.trustees]
        outputs = [decode(Output, each, "output") for each in bodies if each is not None]
        if len(outputs) < circle.size:
            return None
        return encode(make_parameters(verified, polynomials, outputs))

    _post(site, uuid, invited, Round.OUTPUTS, body, now, check)


def _post(
    site: Site,
    uuid: str,
    invited: Invited,
    round_: Round,
    body: bytes,
    now: datetime,
    check: Callable[[ElectionRow, CircleRow, TrusteeRow], bytes | None],
) -> None:
    message = _MESSAGE[round_]
    for _ in range(MOST_RACES):
        with site.store.read() as tx:
            row = found(tx, uuid)
            circle = circle_row(tx, uuid)
        own = invited_trustee(circle, invited)
        sent = getattr(own, message)
        if sent is not None:
            if sent == body:
                return
            raise Refused(Refusal.TRUSTEE_SENT_BEFORE)
        require(row, Act.CEREMONY, Phase.DRAFT)
        if circle.round != round_:
            raise Refused(Refusal.CEREMONY_WRONG_ROUND)
        parameters = check(row, circle, own)
        with site.store.write() as tx:
            if held_draft(tx, uuid, Act.CEREMONY).group_name != row.group_name:
                continue
            if rows.circle(tx, uuid) != circle:
                continue
            rows.keep(tx, uuid, own.number, message, body, now)
            log.append(site, tx, uuid, own.name, f"trustee-sent-{message}", {"trustee": own.number}, now)
            if all(each is own or getattr(each, message) is not None for each in circle.trustees):
                rows.move_round(tx, uuid, round_, _NEXT[round_], parameters)
        return
    raise Refused(Refusal.BOARD_BUSY)


def _circle(row: ElectionRow, circle: CircleRow) -> Circle:
    """The verified circle, once all certificates are in."""
    return check_certificates(group_named(row.group_name), certificates_of(circle) or (), circle.threshold)


def _polynomials(circle: CircleRow) -> tuple[Polynomial, ...]:
    """What everybody dealt; nothing until all have."""
    bodies = [each.polynomial for each in circle.trustees if each.polynomial is not None]
    if len(bodies) < circle.size:
        return ()
    return tuple(decode(Polynomial, body, "polynomial") for body in bodies)


def _decoded(kind: type[Sent], body: bytes | None, what: str) -> Sent | None:
    return None if body is None else decode(kind, body, what)
