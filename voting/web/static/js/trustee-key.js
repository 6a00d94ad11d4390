// A trustee's own side of an election (voting.services.trustee): the key file, and decrypting once.
//
// The key file is that of the command `voting trustee`: either program reads the other's. It remembers what it
// opened, so that it never opens two different sums of one election and measure: their difference could be one
// voter's choice.

import { oneByOne, verifyTwins } from "./protocol/audit.js";
import { indexOf, keyring, newSeed } from "./protocol/certificates.js";
import { parseTyped } from "./protocol/credential.js";
import { decode, dictionary, encode, integer, object, oneOf, sha256Hex, text } from "./protocol/encoding.js";
import { groupNamed } from "./protocol/group.js";
import { Refused } from "./protocol/refused.js";
import { encryptedTally, partialDecryption, partialDecryptionShape, tallyJson } from "./protocol/tally.js";
import { openPrivateKey } from "./protocol/threshold.js";
import { numbered } from "./protocol/trustees.js";

const keyFile = object(
  {
    kind: oneOf("trustee-key"),
    group: text,
    seed: text,
    private_key: text,
    decrypted: dictionary(dictionary(text)),
  },
  ["private_key"],
);

export const share = object({
  kind: oneOf("trustee-share"),
  uuid: text,
  owner: integer,
  owners: partialDecryptionShape,
  area: partialDecryptionShape,
});

export const newKey = (group) => ({ kind: "trustee-key", group: group.name, seed: newSeed(), decrypted: {} });

// Throws Refused json-*, group-unknown, seed-malformed.
export function readKey(body) {
  const key = decode(keyFile, body.trim(), "key");
  keyring(groupNamed(key.group), key.seed);
  return key;
}

// As it is saved.
export const writtenKey = (key) => `${encode(inOrder(key))}\n`;

const inOrder = ({ kind, group, seed, private_key: privateKey, decrypted }) => ({
  kind,
  group,
  seed,
  ...(privateKey === undefined ? {} : { private_key: privateKey }),
  decrypted,
});

// The key of what stands on the sheet, typed or scanned. Throws Refused credential-mistyped with the group of
// characters that is wrong.
export const keyFromSheet = (group, typed) => ({
  ...newKey(group),
  seed: parseTyped(typed).replace(/-/g, ""),
});

// The key file with the private key that the ceremony gave it. Throws Refused private-key-there when it has
// another one, which would be lost with all that it must still open.
export async function withOutput(key, output) {
  const group = groupNamed(key.group);
  const keys = keyring(group, key.seed);
  const secret = await openPrivateKey(group, keys, output.private_key);
  if (key.private_key === undefined) return { ...key, private_key: output.private_key };
  if ((await openPrivateKey(group, keys, key.private_key)) !== secret) throw new Refused("private-key-there");
  return key;
}

// The private key. Throws Refused private-key-missing.
export async function secretOf(key) {
  if (key.private_key === undefined) throw new Refused("private-key-missing");
  const group = groupNamed(key.group);
  return openPrivateKey(group, keyring(group, key.seed), key.private_key);
}

// The owner's number of this key, in a circle whose members signed for each other, this one included. Throws
// Refused trustee-not-in-election, circle-unsigned.
export function ownNumber(trustees, key, secret) {
  const group = groupNamed(key.group);
  const own = group.serialise(group.generator.power(secret));
  for (const [quorum, owners] of numbered(trustees)) {
    if (quorum.circle === null || !quorum.keys.some((each) => group.serialise(each) === own)) continue;
    if (!quorum.signed) throw new Refused("circle-unsigned");
    try {
      return owners[indexOf(quorum.circle, keyring(group, key.seed)) - 1];
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      break; // somebody else's circle, with this trustee's public key put into it
    }
  }
  throw new Refused("trustee-not-in-election");
}

// Verify the record and open its sums with this key. `archives` are {owners, area}, bytes; `verifying(done,
// total)` counts ballots, `decrypting(done, total)` ciphertexts. Returns {share, key, ballots, heads}: the share
// with the key file to keep, how many ballots were counted and, by measure, the hash of the event that ended
// them, to be compared with the published one. Refuses what verification refuses, private-key-missing,
// trustee-not-in-election, circle-unsigned, decryption-too-early before the end of the ballots, and
// decrypted-before when other sums of the same election were opened.
export async function decrypt(key, archives, uuid, { verifying = () => {}, decrypting = () => {} } = {}) {
  const secret = await secretOf(key);
  const ballots = [];
  async function* watched(election, bodies) {
    for await (const ballot of oneByOne(election, bodies)) {
      ballots.push(ballot);
      verifying(ballots.length, bodies.length);
      yield ballot;
    }
  }
  const twins = await verifyTwins(archives.owners, archives.area, watched);
  const { context, trustees } = twins.owners;
  if (context.group.name !== key.group || context.election.uuid !== uuid) {
    throw new Refused("trustee-not-in-election");
  }
  const owner = ownNumber(trustees, key, secret);
  const before = { ...key.decrypted[uuid] };
  const made = { kind: "trustee-share", uuid, owner };
  const heads = {};
  const sums = {};
  for (const measure of ["owners", "area"]) {
    const { archive, weights } = twins[measure];
    const end = archive.links.find(({ event }) => event.type === "EndBallots");
    if (!end) throw new Refused("decryption-too-early");
    heads[measure] = end.hash;
    sums[measure] = encryptedTally(context, ballots, weights);
    const digest = sha256Hex(tallyJson(context.group, sums[measure])[0]);
    if (before[measure] === undefined) before[measure] = digest;
    if (before[measure] !== digest) throw new Refused("decrypted-before");
  }
  const total = 2 * sums.owners.tally.reduce((all, row) => all + row.length, 0);
  for (const [half, measure] of ["owners", "area"].entries()) {
    const progress = (done) => decrypting((half * total) / 2 + done, total);
    made[measure] = partialDecryption(context, sums[measure].tally, secret, { progress });
  }
  const kept = { ...key, decrypted: { ...key.decrypted, [uuid]: before } };
  return { share: made, key: kept, ballots: ballots.length, heads };
}
