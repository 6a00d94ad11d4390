// Everything that takes long, away from the page: deriving the credential's exponent, the window tables (while
// the voter is still reading) and the sealing of the ballot. The private credential lives here and in the
// address that was scanned, and leaves neither.

import { buildTables, encryptBallot, openElection, tracker } from "./protocol/ballot.js";
import { writtenOpening } from "./protocol/challenged.js";
import { parseTyped, secretExponent } from "./protocol/credential.js";
import { signMessage } from "./protocol/message.js";
import { answerWith } from "./worker-acts.js";

// Bits of a window: seven take half the time and memory of eight to prepare, and a tenth more to seal.
const WINDOW = 7;

let context = null;
let credential = null;
let secret = null;
let tables = null;
let randomness = []; // of the last sealed ballot, until it is opened or sealed again

answerWith({
  // {election: the exact text of election.json, typed} -> the public credential.
  open({ election, typed }) {
    credential = parseTyped(typed);
    context = openElection(election);
    const { group } = context;
    secret = secretExponent(group, context.election.uuid, credential);
    return { publicCredential: group.serialise(group.power(group.g, secret)) };
  },
  // Asked for right after `open`: there is time while the voter finds the digits.
  prepare(asked, progress) {
    tables = buildTables(context, WINDOW, progress);
    return {};
  },
  // {message} -> {challenge, response}.
  sign({ message }) {
    return signMessage(tables.g, secret, message);
  },
  // {choices} -> {body, tracker}.
  seal({ choices }, progress) {
    randomness = [];
    const unsafeKeep = (secrets) => randomness.push(...secrets);
    const body = encryptBallot(context, tables, credential, choices, { progress, unsafeKeep });
    return { body, tracker: tracker(body) };
  },
  // What opens the last sealed ballot: asked for only once the server has promised never to take that ballot.
  open_sealed() {
    const opening = writtenOpening(randomness);
    randomness = [];
    return { opening };
  },
});
