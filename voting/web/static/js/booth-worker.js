// Everything that takes long, away from the page: deriving the credential's exponent, the window tables (while
// the voter is still reading) and the sealing of the ballot. The private credential lives here and in the
// address that was scanned, and leaves neither.
//
// Asked {id, act, ...}; answers {id, value} or {id, refused: {refusal, context}} or {id, failed}, and on the way
// {id, progress: [done, total]}.

import { buildTables, encryptBallot, openElection, tracker } from "./protocol/ballot.js";
import { parseTyped, secretExponent } from "./protocol/credential.js";
import { signMessage } from "./protocol/message.js";
import { Refused } from "./protocol/refused.js";

// Bits of a window: seven take half the time and memory of eight to prepare, and a tenth more to seal.
const WINDOW = 7;

let context = null;
let credential = null;
let secret = null;
let tables = null;

const acts = {
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
    const body = encryptBallot(context, tables, credential, choices, { progress });
    return { body, tracker: tracker(body) };
  },
};

self.addEventListener("message", ({ data }) => {
  const { id, act } = data;
  try {
    const value = acts[act](data, (done, total) => self.postMessage({ id, progress: [done, total] }));
    self.postMessage({ id, value });
  } catch (error) {
    if (!(error instanceof Refused)) {
      self.postMessage({ id, failed: true });
      return;
    }
    self.postMessage({ id, refused: { refusal: error.refusal, context: error.context } });
  }
});
