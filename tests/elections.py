"""Small elections made with the protocol alone: for the tests of board, audit and the outside tool."""

from dataclasses import dataclass

from voting.protocol import credentials, tally, trustees
from voting.protocol.ballot import encrypt_ballot, verify_ballot
from voting.protocol.board import Link, archive_parts, make_link, owned, setup_records
from voting.protocol.election import Election, ElectionContext, Question, decode_election, new_uuid
from voting.protocol.encoding import encode
from voting.protocol.group import BELENIOS_2048, Group
from voting.protocol.trustees import TrusteeKey

TIMESTAMP = 1_795_437_634
QUESTIONS = (
    Question(answers=("同意", "反对", "弃权"), min=1, max=1, question='是否同意"甲"?\\'),
    Question(answers=("甲", "乙", "丙", "丁"), min=0, max=2, question="选举"),
    Question(answers=("a", "b"), blank=True, min=1, max=1, question="Blank allowed"),
)
CHOICES = [
    [[1, 0, 0], [1, 0, 1, 0], [0, 1, 0]],
    [[0, 1, 0], [0, 0, 0, 0], [1, 0, 0]],
    [[0, 0, 1], [0, 1, 1, 0], [0, 0, 1]],
]


@dataclass(frozen=True)
class SmallElection:
    """Everything that was made, secrets included."""

    context: ElectionContext
    key: TrusteeKey
    credentials: tuple[str, ...]
    weights: dict[str, int]  # public credential -> 0.01 m²
    ballots: tuple[bytes, ...]

    def public_credentials(self, weighted: bool) -> bytes:
        return encode(sorted(f"{key},{weight}" if weighted else key for key, weight in self.weights.items()))

    def links(self, weighted: bool) -> list[Link]:
        trustees_body = trustees.trustees_json([self.key.public])
        setup = setup_records(self.context.body, trustees_body, self.public_credentials(weighted))
        links = [make_link(None, "Setup", setup)]
        for ballot in self.ballots:
            links.append(make_link(links[-1], "Ballot", (ballot,)))
        links.append(make_link(links[-1], "EndBallots"))
        weights = self.weights if weighted else dict.fromkeys(self.weights, 1)
        verified = [verify_ballot(self.context, ballot) for ballot in self.ballots]
        sums, number, total = tally.encrypted_tally(self.context, verified, weights)
        records = tally.tally_json(self.context.group, sums, number, total)
        links.append(make_link(links[-1], "EncryptedTally", records))
        share = tally.partial_decryption(self.context, sums, self.key.secret)
        links.append(make_link(links[-1], "PartialDecryption", owned(1, share)))
        public = self.context.group.element(self.key.public.public_key, "")
        factors = tally.verify_partial_decryption(self.context, sums, public, share, 1)
        counts = tally.decrypt_result(self.context, sums, factors, total)
        links.append(make_link(links[-1], "Result", (tally.result_json(counts),)))
        return links

    def archive(self, weighted: bool) -> bytes:
        return archive(self.links(weighted))


def archive(links: list[Link]) -> bytes:
    return b"".join(archive_parts(TIMESTAMP, links))


def rechained(links: list[Link]) -> list[Link]:
    """The same records in a chain made anew: what an attacker who holds the server would do."""
    made: list[Link] = []
    for link in links:
        made.append(make_link(made[-1] if made else None, link.event.type, link.records))
    return made


def small_election(
    weights: tuple[int, ...] = (8862, 14210, 6248),
    choices: list[list[list[int]]] | None = None,
    questions: tuple[Question, ...] = QUESTIONS,
    group: Group = BELENIOS_2048,
) -> SmallElection:
    key = trustees.generate_trustee_key(group)
    election = Election(
        description=f"rules sha256:{'0' * 64}",
        name="测试 / é “引号”",
        group=group.name,
        public_key=key.public.public_key,
        questions=questions,
        uuid=new_uuid(),
    )
    context = decode_election(encode(election))
    private = tuple(credentials.generate() for _ in weights)
    public = [credentials.public_credential(group, election.uuid, credential) for credential in private]
    ballots = tuple(
        encrypt_ballot(context, credential, choice)
        for credential, choice in zip(private, CHOICES if choices is None else choices, strict=False)
    )
    return SmallElection(context, key, private, dict(zip(public, weights, strict=True)), ballots)
