"""A circle of trustees behind the services: three people with key files of their own."""

from dataclasses import dataclass, field

from tests.assembly import Assembly
from voting.protocol.certificates import check_certificates, make_certificate
from voting.protocol.encoding import encode
from voting.protocol.threshold import make_output, make_polynomial
from voting.services import ceremony, circles, record, shares
from voting.services.ceremony import CeremonyState
from voting.services.circles import Invited
from voting.services.trustee import KeyFile, Share, decrypt, new_key, with_output
from voting.services.views import Invitation

NAMES = ("丁一", "方二", "石三")


@dataclass
class Trustee:
    """One person: the invitation, and the key file that the server never sees."""

    assembly: Assembly
    invitation: Invitation
    key: KeyFile = field(init=False)
    invited: Invited = field(init=False)

    def __post_init__(self) -> None:
        self.key = new_key(self.assembly.group.name)
        self.enter()

    def enter(self) -> None:
        """Come in with the invitation."""
        site, uuid = self.assembly.site, self.assembly.uuid
        self.invited = circles.trustee_by_token(site, uuid, self.invitation.token)

    @property
    def state(self) -> CeremonyState:
        return ceremony.state(self.assembly.site, self.assembly.uuid, self.invited)

    def certificate(self) -> bytes:
        """The message of the first round."""
        state = self.state
        made = make_certificate(self.key.in_group, self.key.keys, state.size, state.threshold, state.number)
        return encode(made)

    def polynomial(self) -> bytes:
        """The message of the second round; a new one each time."""
        certificates = self.state.certificates
        assert certificates is not None
        return encode(make_polynomial(check_certificates(self.key.in_group, certificates), self.key.keys))

    def output(self) -> bytes:
        """The message of the third round; the key file has the private key from now on."""
        state = self.state
        assert state.certificates is not None
        assert state.input is not None
        circle = check_certificates(self.key.in_group, state.certificates)
        made = make_output(circle, self.key.keys, state.input)
        self.key = with_output(self.key, made)
        return encode(made)

    def send(self, message: str, body: bytes | None = None) -> None:
        """Make (unless given) and post the message of one round."""
        post = getattr(ceremony, f"post_{message}")
        made = getattr(self, message)() if body is None else body
        post(self.assembly.site, self.assembly.uuid, self.invited, made, self.assembly.now)

    def share(self) -> Share:
        """What this trustee opens of the closed election."""
        archives = record.sealed_archives(self.assembly.site, self.assembly.uuid)
        return decrypt(self.key, archives).share

    def send_share(self, share: Share | None = None) -> None:
        """Open and send."""
        made = self.share() if share is None else share
        site, uuid = self.assembly.site, self.assembly.uuid
        shares.post_share(site, uuid, self.invited, encode(made), self.assembly.closes_at)


def set_up(assembly: Assembly, threshold: int = 2, names: tuple[str, ...] = NAMES) -> list[Trustee]:
    """The trustees of a draft, invited."""
    invitations = circles.set_up_circle(
        assembly.site, assembly.uuid, names, threshold, assembly.actor, assembly.now
    )
    return [Trustee(assembly, each) for each in invitations]


def hold(trustees: list[Trustee]) -> list[Trustee]:
    """The whole ceremony."""
    for message in ("certificate", "polynomial", "output"):
        for trustee in trustees:
            trustee.send(message)
    return trustees
