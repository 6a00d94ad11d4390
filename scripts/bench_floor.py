"""The floor of verifying: the group operations that no verifier of a ballot can leave out, and nothing else.

For each ciphertext: both elements decoded, their squarings made ready where powers share them, membership.
For each branch of a proof: a power of either element, one of g and one of y by tables, two products, and
where it claims another value than 0 one product more, with a power of g more where squarings are shared.
For each question: its ciphertexts multiplied, and the product made ready for its overall proof.
For the credential: membership, in the roll and in the ballot; for its signature a power, one of g, a product.
For the tally: the ciphertexts raised to weights of 14 bits and multiplied, 32 ballots at a time.
"""

import secrets
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle
from time import perf_counter, process_time

from voting.protocol.election import Question
from voting.protocol.group import Base, Group, group_named
from voting.protocol.proofs import Key

AT_A_TIME = 32  # ballots for one sum


def one_ballot(key: Key, questions: Sequence[Question]) -> Callable[[], None]:
    """The operations of one ballot but for the tally's; no question may be left blank."""
    group = key.group
    element = group.generator.power(secrets.randbelow(int(group.q)))
    text = group.serialise(element)
    # So many that a processor's caches do not hold the tables' entries for all of them.
    exponents = cycle([secrets.randbelow(int(group.q)) for _ in range(4999)])

    def branches(alpha: Base, beta: Base, values: Sequence[int]) -> None:
        for value in values:
            challenge, response = next(exponents), next(exponents)
            group.multiply(key.g.power(response), alpha.power(challenge))
            group.multiply(key.y.power(response), key.claim(beta, value, challenge))

    def act() -> None:
        group.element(text, "")
        group.element(text, "")
        group.multiply(key.g.power(next(exponents)), group.power(element, next(exponents)))
        for question in questions:
            pairs = [
                (group.decoded_base(text, ""), group.decoded_base(text, "")) for _ in range(question.width)
            ]
            for alpha, beta in pairs:
                branches(alpha, beta, (0, 1))
            for _ in range(2 * (question.width - 1)):
                group.multiply(element, element)
            values = question.overall_values
            branches(group.base(element, len(values)), group.base(element, len(values)), values)

    return act


def tally_of(group: Group, questions: Sequence[Question]) -> Callable[[], None]:
    """The tally's operations for AT_A_TIME ballots."""
    elements = [group.generator.power(secrets.randbelow(int(group.q))) for _ in range(AT_A_TIME)]
    weights = [4000 + secrets.randbelow(12_000) for _ in elements]

    def act() -> None:
        for question in questions:
            for _ in range(2 * question.width):
                group.product(elements, weights)

    return act


def _bare(group_name: str, questions: Sequence[Question], ballots: int) -> tuple[float, float, float]:
    group = group_named(group_name)
    key = Key(group, group.table(group.generator.power(secrets.randbelow(int(group.q)))))
    ballot, tally = one_ballot(key, questions), tally_of(group, questions)
    ballot()
    begun, used = perf_counter(), process_time()
    for number in range(ballots):
        ballot()
        if number % AT_A_TIME == 0:
            tally()
    return begun, perf_counter(), process_time() - used


def floor(group: str, questions: Sequence[Question], ballots: int, processes: int) -> tuple[float, float]:
    """Seconds of wall and of processor time for so many ballots on so many processes at once."""
    share = -(-ballots // processes)
    with ProcessPoolExecutor(processes) as pool:
        futures = [pool.submit(_bare, group, questions, share) for _ in range(processes)]
        runs = [future.result() for future in futures]
    scale = ballots / (share * processes)
    wall = max(end for _, end, _ in runs) - min(begun for begun, _, _ in runs)
    return wall * scale, sum(used for *_, used in runs) * scale
