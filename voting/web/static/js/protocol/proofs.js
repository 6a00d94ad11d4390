// Disjunctive proofs of spec 4.12 (interval membership) and 4.13 (possibly-blank votes), which are one:
// "one of these ciphertexts holds this value", with a challenge over all the commitments.
//
// A branch to prove is {r, excess}: the ciphertext is (g^r, y^r·g^m) and the branch claims m = M, so
// excess = m − M, and it is zero in the true branch. Because the prover knows r, no power here has a base
// other than g or y, and two window tables serve the whole ballot:
//   α^c = g^(r·c)   and   (β/g^M)^c = y^(r·c)·g^(excess·c).

const pairs = (group, commitments) =>
  commitments.map(([a, b]) => `${group.serialise(a)},${group.serialise(b)}`).join(",");

// `tables` is {g, y}. `prefix` is all of the hash's text before the commitments, e.g. `prove|S|α,β`.
// `scalar()` draws random exponents, two for each branch.
export function proveOneOf(tables, prefix, branches, truth, scalar) {
  const { g, y } = tables;
  const { group } = g;
  const proofs = [];
  const commitments = branches.map(({ r, excess }) => {
    const challenge = scalar();
    const response = scalar();
    proofs.push({ challenge, response });
    // A simulated branch. In the true one challenge and response are replaced below, and this exponent is its
    // random w: every branch takes the same steps, whichever is true.
    const exponent = response + r * challenge;
    const b = y.power(exponent);
    return [g.power(exponent), group.multiply(b, g.power(BigInt(excess) * challenge))];
  });
  const { r } = branches[truth];
  const w = proofs[truth].response + r * proofs[truth].challenge;
  const others = proofs.reduce((sum, proof, index) => (index === truth ? sum : sum + proof.challenge), BigInt(0));
  const challenge = group.reduce(group.hash(`${prefix}|${pairs(group, commitments)}`) - others);
  proofs[truth] = { challenge, response: group.reduce(w - r * challenge) };
  return proofs.map((proof) => ({
    challenge: proof.challenge.toString(),
    response: proof.response.toString(),
  }));
}

// A branch to verify is {alpha, beta, value}; `proofs` holds one {challenge, response} for each, as text.
// True if the equations hold; throws Refused if a scalar is not one.
export function holdsOneOf(tables, prefix, branches, proofs, place) {
  const { g, y } = tables;
  const { group } = g;
  let sum = BigInt(0);
  const commitments = branches.map(({ alpha, beta, value }, index) => {
    const challenge = group.scalar(proofs[index].challenge, place);
    const response = group.scalar(proofs[index].response, place);
    sum += challenge;
    const a = group.multiply(g.power(response), group.power(alpha, challenge));
    const shifted = group.multiply(y.power(response), g.power(-BigInt(value) * challenge));
    return [a, group.multiply(shifted, group.power(beta, challenge))];
  });
  return group.hash(`${prefix}|${pairs(group, commitments)}`) === group.reduce(sum);
}
