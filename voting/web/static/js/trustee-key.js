// A trustee's own side of an election (voting.services.trustee): the key file, and decrypting once.
//
// The key file is that of the command `voting trustee`: either program reads the other's. It remembers what it
// opened, so that it never opens two different sums of one election and measure: their difference could be one
// voter's choice. A single ballot it opens only where the rules, which every ballot signed, allow it, and remembers
// that, too.

import { oneByOne, verifyTwins } from "./protocol/audit.js";
import { indexOf, keyring, newSeed } from "./protocol/certificates.js";
import { parseTyped } from "./protocol/credential.js";
import { decode, dictionary, encode, integer, list, object, oneOf, sha256Hex, text } from "./protocol/encoding.js";
import { groupNamed } from "./protocol/group.js";
import { parse } from "./protocol/json.js";
import { Refused } from "./protocol/refused.js";
import { checkCast, encryptedTally, lastBallots, partialDecryption, partialDecryptionShape, tallyJson } from "./protocol/tally.js";
import { openPrivateKey } from "./protocol/threshold.js";
import { numbered } from "./protocol/trustees.js";
import { mostBallots, rulesAgenda } from "./rules/document.js";

const MEASURES = ["owners", "area"];

const keyFile = object(
  {
    kind: oneOf("trustee-key"),
    group: text,
    seed: text,
    private_key: text,
    decrypted: dictionary(dictionary(text)),
    opened: dictionary(dictionary(text)),
  },
  ["private_key", "opened"],
);

export const share = object(
  {
    kind: oneOf("trustee-share"),
    uuid: text,
    owner: integer,
    owners: partialDecryptionShape,
    area: partialDecryptionShape,
    ballots: list(partialDecryptionShape),
  },
  ["ballots"],
);

export const ballotShare = object({
  kind: oneOf("ballot-share"),
  uuid: text,
  owner: integer,
  tracker: text,
  decryption: partialDecryptionShape,
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

const inOrder = ({ kind, group, seed, private_key: privateKey, decrypted, opened }) => ({
  kind,
  group,
  seed,
  ...(privateKey === undefined ? {} : { private_key: privateKey }),
  decrypted,
  ...(opened === undefined ? {} : { opened }),
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

// The verified records by measure and their ballots. `archives` are {owners, area}, bytes; `verifying(done, total)`
// counts ballots.
async function verified(archives, verifying) {
  const ballots = [];
  async function* watched(election, bodies) {
    for await (const ballot of oneByOne(election, bodies)) {
      ballots.push(ballot);
      verifying(ballots.length, bodies.length);
      yield ballot;
    }
  }
  const twins = await verifyTwins(archives.owners, archives.area, watched);
  return { twins, ballots };
}

// {owner, context, sums, heads, key}: whose key it is in a verified record, what it would open, and the key file
// that remembers it.
function prepared(key, secret, { twins, ballots }, uuid) {
  const { context, trustees } = twins.owners;
  if (context.group.name !== key.group || context.election.uuid !== uuid) {
    throw new Refused("trustee-not-in-election");
  }
  const owner = ownNumber(trustees, key, secret);
  const before = { ...key.decrypted[uuid] };
  const [heads, sums] = [{}, {}];
  for (const measure of MEASURES) {
    const { archive, weights } = twins[measure];
    const end = archive.links.find(({ event }) => event.type === "EndBallots");
    if (!end) throw new Refused("decryption-too-early");
    heads[measure] = end.hash;
    sums[measure] = encryptedTally(context, ballots, weights);
    const digest = sha256Hex(tallyJson(context.group, sums[measure])[0]);
    if (before[measure] === undefined) before[measure] = digest;
    if (before[measure] !== digest) throw new Refused("decrypted-before");
  }
  return { owner, context, sums, heads, key: { ...key, decrypted: { ...key.decrypted, [uuid]: before } } };
}

// What the rules that an election names say of single ballots, once nobody is found to have cast more of these than
// they allow. Throws Refused rules-not-bound, rules-malformed, ballot-second and ballot-third with the height.
function boundSecrecy(rules, { election }, ballots) {
  if (election.description !== `rules sha256:${sha256Hex(rules)}`) throw new Refused("rules-not-bound");
  const said = parse(rules);
  checkCast(ballots, mostBallots(rulesAgenda(said)));
  return said.get("secrecy");
}

// Verify the record and compute its sums, of which this key opens its part: nothing is opened yet. Returns what
// `opened` needs, with `ballots`, how many count, and by measure `heads`, the hash of the event that ended
// them, to be compared with the published ones. `rules` is the text of rules.json. Refuses what verification
// refuses, private-key-missing, trustee-not-in-election, circle-unsigned, decryption-too-early before the end of the
// ballots, rules-not-bound, and decrypted-before when other sums of the same election were opened.
export async function examined(key, archives, uuid, rules, verifying = () => {}) {
  const secret = await secretOf(key);
  const record = await verified(archives, verifying);
  const made = prepared(key, secret, record, uuid);
  const tallies = MEASURES.map((measure) => made.sums[measure].tally);
  const secrecy = boundSecrecy(rules, made.context, record.ballots);
  const counted = lastBallots(record.ballots);
  if (secrecy === "open") tallies.push(...counted.map(({ answers }) => answers));
  return { ...made, secret, uuid, secrecy, tallies, ballots: counted.length };
}

// {share, key}: the sums opened with this key, and each ballot that counts where the rules say that the auditors see them all;
// and the key file to keep. `decrypting(done, total)` counts ciphertexts.
export function opened({ key, secret, owner, context, uuid, secrecy, tallies }, decrypting = () => {}) {
  const total = tallies.length * tallies[0].reduce((all, row) => all + row.length, 0);
  let before = 0;
  const [owners, area, ...ballots] = tallies.map((tally) => {
    const progress = (done, all) => {
      decrypting(before + done, total);
      if (done === all) before += all;
    };
    return partialDecryption(context, tally, secret, { progress });
  });
  const share = { kind: "trustee-share", uuid, owner, owners, area };
  return { share: secrecy === "open" ? { ...share, ballots } : share, key };
}

// This key's share of the ballot whose tracker is `wanted`, {share, key}; the key file remembers which and why. The
// record is verified whole first, and must be the one whose sums this key opens or has opened: so the ballot is one
// that was cast. Refuses what `decrypt` refuses, opening-forbidden and opening-needless by the election's rules,
// reason-missing, receipt-unknown when no such ballot is on the board, and opening-superseded for one that its voter has
// replaced: what somebody chose before is nobody's business.
export async function approve(key, archives, uuid, rules, { wanted, reason }, { verifying = () => {} } = {}) {
  const said = reason.trim();
  if (!said) throw new Refused("reason-missing");
  const secret = await secretOf(key);
  const record = await verified(archives, verifying);
  const { owner, context, key: kept } = prepared(key, secret, record, uuid);
  const secrecy = boundSecrecy(rules, context, record.ballots);
  if (secrecy === "secret") throw new Refused("opening-forbidden");
  if (secrecy === "open") throw new Refused("opening-needless");
  const ballot = record.ballots.find(({ tracker }) => tracker === wanted);
  if (!ballot) throw new Refused("receipt-unknown");
  if (!lastBallots(record.ballots).includes(ballot)) throw new Refused("opening-superseded");
  const decryption = partialDecryption(context, ballot.answers, secret);
  const made = { kind: "ballot-share", uuid, owner, tracker: wanted, decryption };
  const before = kept.opened || {};
  const opened = { ...before, [uuid]: { ...before[uuid], [wanted]: said } };
  return { share: made, key: { ...kept, opened } };
}
