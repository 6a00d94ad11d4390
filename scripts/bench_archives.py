"""Archives to measure with: any number of ballots of three motions and a contest, closed and counted."""

import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

import msgspec
from gmpy2 import mpz  # type: ignore[import-untyped]

from voting.protocol import credentials, tally, trustees
from voting.protocol.ballot import Ballot, encrypt_ballot
from voting.protocol.board import Link, archive_parts, make_link, owned, setup_records
from voting.protocol.election import Election, ElectionContext, Question, decode_election, new_uuid
from voting.protocol.encoding import encode
from voting.protocol.group import ED25519, Element, group_named
from voting.protocol.proofs import Pair
from voting.protocol.stack import combined, nothing, weighted_sum
from voting.protocol.tally import Tally
from voting.services.cores import spread_over

QUESTIONS = (
    *(
        Question(answers=("同意", "反对", "弃权"), min=1, max=1, question=f"是否同意事项{number}？")
        for number in (1, 2, 3)
    ),
    Question(answers=tuple("甲乙丙丁戊己庚"), min=0, max=5, question="选举业主委员会委员"),
)
CHOICES = (
    [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1, 1, 1, 0, 0]],
    [[0, 1, 0], [1, 0, 0], [1, 0, 0], [0, 0, 1, 0, 0, 1, 1]],
    [[1, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 0, 0, 0, 0, 0]],
)
ANSWERS = sum(question.width for question in QUESTIONS)
TIMESTAMP = 1_795_437_634
_AT_A_TIME = 16


@dataclass(frozen=True)
class Made:
    """Where an archive stands: `full` to its result, `closed` to the end of its ballots, `open` before."""

    folder: Path
    size: int

    @property
    def _kept(self) -> dict[str, str]:
        kept: dict[str, str] = json.loads((self.folder / "made.json").read_text(encoding="utf-8"))
        return kept

    @property
    def election(self) -> ElectionContext:
        """The election, ready."""
        return decode_election(self._kept["election"].encode())

    @property
    def credential(self) -> str:
        """A voter's private code."""
        return self._kept["credential"]

    def archive(self, kind: str) -> Path:
        """The one file in the folder of that kind."""
        return next((self.folder / kind).glob("*.bel"))


@lru_cache(maxsize=1)
def _context(election: bytes) -> ElectionContext:
    return decode_election(election)


Voter = tuple[int, str, int]  # number, code, weight


def _public(uuid: str, group: str, private: Sequence[str]) -> list[str]:
    return [credentials.public_credential(group_named(group), uuid, each) for each in private]


def _cast(election: bytes, voters: Sequence[Voter]) -> tuple[list[bytes], Tally]:
    """Their ballots and the sum of them by weight."""
    ready = _context(election)
    bodies = [encrypt_ballot(ready, code, CHOICES[number % len(CHOICES)]) for number, code, _ in voters]
    answers = [_answers(ready, body) for body in bodies]
    return bodies, weighted_sum(ready, answers, [weight for _, _, weight in voters])


def _answers(election: ElectionContext, body: bytes) -> Tally:
    ballot = msgspec.json.decode(body, type=Ballot)

    def element(text: str) -> Element:
        # Made here a moment ago: membership need not be checked.
        known: Any = election.group.candidate(text, "") if election.group is ED25519 else mpz(text)
        return known  # type: ignore[no-any-return]

    return tuple(
        tuple(Pair(element(each.alpha), element(each.beta)) for each in answer.choices)
        for answer in ballot.answers
    )


def _some(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    source = iter(items)
    return iter(lambda: tuple(islice(source, _AT_A_TIME)), ())


def make(work: Path, group_name: str, size: int, processes: int) -> Made:
    """An archive by area with so many voters, who all cast; made when it is not there yet."""
    made = Made(work / f"{group_name}-{size}", size)
    if (made.folder / "made.json").exists():
        return made
    group, spread = group_named(group_name), spread_over(processes)
    key = trustees.generate_trustee_key(group)
    description = Election(
        description="-",
        name="测量",
        group=group_name,
        public_key=key.public.public_key,
        questions=QUESTIONS,
        uuid=new_uuid(),
    )
    election = decode_election(encode(description))
    private = [credentials.generate() for _ in range(size)]
    weights = [4000 + secrets.randbelow(12_000) for _ in private]
    keys = chain.from_iterable(spread(partial(_public, description.uuid, group_name), _some(private)))
    roll = encode([f"{public},{weight}" for public, weight in zip(keys, weights, strict=True)])
    setup = setup_records(election.body, trustees.trustees_json([key.public]), roll)
    name = f"{description.uuid}.bel"
    for kind in ("open", "closed", "full"):
        (made.folder / kind).mkdir(parents=True, exist_ok=True)
    last = make_link(None, "Setup", setup)
    (made.folder / "open" / name).write_bytes(b"".join(archive_parts(TIMESTAMP, [last])))
    sums = nothing(election)
    voters: list[Voter] = list(zip(range(size), private, weights, strict=True))
    with (made.folder / "closed" / name).open("wb") as closed:

        def write(link: Link) -> Link:
            # Each call begins with the archive's own header, which only the first needs.
            header, *parts = archive_parts(TIMESTAMP, [link])
            closed.writelines(parts if link.event.height else [header, *parts])
            return link

        write(last)
        for bodies, more in spread(partial(_cast, election.body), _some(voters)):
            sums = combined(group, sums, more)
            for body in bodies:
                last = write(make_link(last, "Ballot", (body,)))
        last = write(make_link(last, "EndBallots"))
    (made.folder / "full" / name).write_bytes((made.folder / "closed" / name).read_bytes())
    total = sum(weights)
    share = tally.partial_decryption(election, sums, key.secret)
    public = group.element(key.public.public_key, "")
    factors = tally.verify_partial_decryption(election, sums, public, share, 1)
    result = tally.result_json(tally.decrypt_result(election, sums, factors, total))
    with (made.folder / "full" / name).open("ab") as full:
        for kind, records in (
            ("EncryptedTally", tally.tally_json(group, sums, size, total)),
            ("PartialDecryption", owned(1, share)),
            ("Result", (result,)),
        ):
            last = make_link(last, kind, records)  # type: ignore[arg-type]
            full.writelines(list(archive_parts(TIMESTAMP, [last]))[1:])
    kept = {"election": election.body.decode(), "credential": private[0]}
    (made.folder / "made.json").write_text(json.dumps(kept), encoding="utf-8")
    return made
