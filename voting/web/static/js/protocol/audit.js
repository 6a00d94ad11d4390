// Verify a record: everything that follows from the archives alone (voting.protocol.audit).
//
// 1. Form of each archive (archive.js).
// 2. Setup: the election; trustees' proofs; y is the product of their keys; distinct credentials; weights.
// 3. Ballots: right election; credential listed; every proof and the signature; no replay, and of one credential no
//    more than it may cast.
// 4. Tally: recomputed from the last ballot of each credential, with number and total weight.
// 5. Partial decryptions: owners distinct and in range, every proof; enough of them before the result.
// 6. Result: recomputed.
// 7. Twins: the two archives of one election agree in everything but the weights.
//
// How many ballots a credential may cast is the election's rule, which no archive shows: whoever knows it gives it as
// `most`. Without one (null) any number is accepted, as by the outside tool.

import { readArchive, sameBytes } from "./archive.js";
import { buildTables } from "./ballot.js";
import { syntheticFactors } from "./decryption.js";
import { decodeElection } from "./election.js";
import { decode, integerOf, list, text } from "./encoding.js";
import { placed, Refused } from "./refused.js";
import {
  beyond,
  decodeResult,
  decryptResult,
  encryptedTally,
  lastBallots,
  ownedPartialDecryption,
  sizedTally,
  tallyJson,
  verifyPartialDecryption,
} from "./tally.js";
import { numbered, verifyTrustees } from "./trustees.js";
import { verifyBallot } from "./verify.js";

// Total weight in 0.01 m²: an estate of 100 km². See voting.protocol.audit.
const LARGEST_TOTAL_WEIGHT = 10000000000;
// Bits of a window of the tables that these ballots share: larger ones cost more to make and less to use.
const windowFor = (ballots) => [4, 6].find((bits) => ballots < 4 ** (bits - 2)) || 8;

const credentials = list(text);

// A function that verifies one of about so many ballots: it returns what `verifyBallot` does, or the Refused that
// it throws. Whoever reads a list of them knows at which height each stands.
export function ballotVerifier(electionBody, ballots) {
  const context = decodeElection(electionBody);
  const tables = buildTables(context, windowFor(ballots));
  return (body) => {
    try {
      return verifyBallot(context, tables, body);
    } catch (error) {
      if (error instanceof Refused) return error;
      throw error;
    }
  };
}

// Ballots in order.
export function* oneByOne(electionBody, bodies) {
  const verify = ballotVerifier(electionBody, bodies.length);
  for (const body of bodies) yield verify(body);
}

// Credentials and weights of a public_credentials record, `key` or `key,weight` (spec 4.8). Throws Refused
// element-*, credential-duplicate, weight-invalid or weight-total-too-large.
export function parseCredentials(group, body) {
  const weights = new Map();
  let total = 0;
  decode(credentials, body, "credentials").forEach((entry, index) => {
    const number = index + 1;
    const comma = entry.indexOf(",");
    const credential = comma < 0 ? entry : entry.slice(0, comma);
    group.element(credential, `credential ${number}`);
    if (weights.has(credential)) throw new Refused("credential-duplicate", { number });
    const weight = comma < 0 ? "1" : entry.slice(comma + 1);
    if (!/^[1-9][0-9]{0,10}$/.test(weight)) throw new Refused("weight-invalid", { number });
    weights.set(credential, Number(weight));
    total += Number(weight);
  });
  if (total > LARGEST_TOTAL_WEIGHT) throw new Refused("weight-total-too-large");
  return weights;
}

// Step 2. Throws Refused for the election, the trustees, the credentials, election-key-mismatch.
export function verifySetup(archive) {
  return placed({ height: 0 }, () => {
    const context = decodeElection(archive.setup.election);
    const { group } = context;
    const trustees = verifyTrustees(group, archive.setup.trustees);
    if (group.serialise(trustees.electionKey) !== context.election.public_key) {
      throw new Refused("election-key-mismatch");
    }
    return { context, trustees, weights: parseCredentials(group, archive.setup.credentials) };
  });
}

// Step 3. `verifyAll(electionBody, bodies)` gives what `oneByOne` does, and may be asynchronous.
async function verifyBallots({ weights }, archive, verifyAll, most) {
  const cast = new Map();
  const ballots = [];
  for await (const ballot of verifyAll(archive.setup.election, archive.ballots)) {
    const height = ballots.length + 1;
    if (ballot instanceof Refused) throw new Refused(ballot.refusal, { height, ...ballot.context });
    if (!weights.has(ballot.credential)) throw new Refused("ballot-credential-unlisted", { height });
    const times = (cast.get(ballot.credential) || 0) + 1;
    if (most !== null && times > most) throw new Refused(beyond(most), { height });
    cast.set(ballot.credential, times);
    ballots.push(ballot);
  }
  return ballots;
}

function checkTally({ records, event: { height } }, recomputed) {
  const [body, sizedBody] = recomputed.map((text) => new TextEncoder().encode(text));
  if (!sameBytes(records[0], body)) throw new Refused("tally-mismatch", { height });
  integerOf(decode(sizedTally, records[1], "sized tally").total_weight, "total_weight");
  if (!sameBytes(records[1], sizedBody)) throw new Refused("tally-count-mismatch", { height });
}

function checkResult({ records }, { election }, result) {
  decodeResult(records[0], election.questions).forEach((said, question) =>
    said.forEach((claimed, choice) => {
      if (claimed !== result[question][choice]) {
        throw new Refused("result-mismatch", { question: question + 1, choice: choice + 1 });
      }
    }),
  );
}

function checkEnough(trustees, shares, height) {
  numbered(trustees).forEach(([quorum, numbers]) => {
    const absent = numbers.filter((owner) => !shares.has(owner));
    if (numbers.length - absent.length < quorum.threshold) {
      throw new Refused("decryption-missing", { height, trustee: absent[0] });
    }
  });
}

// Steps 4 to 6, as far as the archive goes; `result` is null while it is unfinished.
export function verifyTally({ context, trustees, weights }, archive, ballots) {
  const sums = encryptedTally(context, ballots, weights);
  const { tally, number, total } = sums;
  const shares = new Map();
  let result = null;
  archive.links.forEach((link) => {
    const { height, type } = link.event;
    placed({ height }, () => {
      if (type === "EncryptedTally") {
        checkTally(link, tallyJson(context.group, sums));
      } else if (type === "PartialDecryption") {
        const { owner } = decode(ownedPartialDecryption, link.records[1], "owned partial decryption");
        if (owner < 1 || owner > trustees.keys.length || shares.has(owner)) {
          throw new Refused("decryption-owner-invalid", { height, trustee: owner });
        }
        shares.set(owner, verifyPartialDecryption(context, tally, trustees.keys[owner - 1], link.records[0], owner));
      } else if (type === "Result") {
        checkEnough(trustees, shares, height);
        result = decryptResult(context, tally, syntheticFactors(context.group, trustees, shares), total);
        checkResult(link, context, result);
      }
    });
  });
  return {
    archive,
    context,
    trustees,
    weights,
    ballots: ballots.length,
    verified: ballots,
    counted: lastBallots(ballots),
    numTallied: number,
    totalWeight: total,
    result,
  };
}

// Steps 1 to 6 for one archive (bytes).
export async function verifyArchive(body, verifyAll = oneByOne, most = null) {
  const archive = readArchive(body);
  const setup = verifySetup(archive);
  return verifyTally(setup, archive, await verifyBallots(setup, archive, verifyAll, most));
}

// Two lists are equal, or the first difference is named: by the number in a list, a ballot's height.
function checkEach(place, unit, owners, area, same = (left, right) => left === right) {
  const shorter = Math.min(owners.length, area.length);
  let first = 0;
  while (first < shorter && same(owners[first], area[first])) first += 1;
  if (first === shorter && owners.length === area.length) return;
  // Ballots and numbers count from 1; so do heights, but for the Setup at 0, which both archives have.
  throw new Refused("twins-disagree", { place, [unit]: first + (place === "length" ? 0 : 1) });
}

function checkSame(place, same) {
  if (!same) throw new Refused("twins-disagree", { place });
}

const entries = (archive) => decode(credentials, archive.setup.credentials, "credentials");

// Like `parseCredentials`, for a list whose every entry says its weight.
function weightedCredentials(group, archive) {
  const weights = parseCredentials(group, archive.setup.credentials);
  entries(archive).forEach((entry, index) => {
    if (!entry.includes(",")) throw new Refused("weight-invalid", { number: index + 1 });
  });
  return weights;
}

// Steps 1 to 7 for the two archives (bytes) of one election; the ballots, being the same, are verified once.
// What is found in one of the two alone is refused with `measure`: owners or area.
export async function verifyTwins(ownersBody, areaBody, verifyAll = oneByOne, most = null) {
  const owners = placed({ measure: "owners" }, () => readArchive(ownersBody));
  const area = placed({ measure: "area" }, () => readArchive(areaBody));
  checkSame("timestamp", owners.timestamp === area.timestamp);
  checkSame("election", sameBytes(owners.setup.election, area.setup.election));
  checkSame("trustees", sameBytes(owners.setup.trustees, area.setup.trustees));
  checkEach("ballots", "height", owners.ballots, area.ballots, sameBytes);
  const types = (archive) => archive.links.map(({ event: { type } }) => type);
  checkEach("length", "height", types(owners), types(area));
  const setup = verifySetup(owners);
  const areaWeights = placed({ measure: "area", height: 0 }, () => weightedCredentials(setup.context.group, area));
  checkEach("credentials", "number", [...setup.weights.keys()], [...areaWeights.keys()]);
  entries(owners).forEach((entry, index) => {
    if (entry.includes(",")) throw new Refused("twins-disagree", { place: "weights of owners", number: index + 1 });
  });
  const ballots = await verifyBallots(setup, owners, verifyAll, most);
  return {
    owners: placed({ measure: "owners" }, () => verifyTally(setup, owners, ballots)),
    area: placed({ measure: "area" }, () => verifyTally({ ...setup, weights: areaWeights }, area, ballots)),
  };
}
