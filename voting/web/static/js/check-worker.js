// What the check page computes: the receipt's signature, the board's links, what the server signs now.

import { buildTables, openElection, tracker } from "./protocol/ballot.js";
import { openedChoices } from "./protocol/challenged.js";
import { Chain, readReceipt, verifyReceipt } from "./protocol/receipt.js";
import { Refused } from "./protocol/refused.js";
import { hex, sha256 } from "./protocol/sha256.js";
import { verifyBallot } from "./protocol/verify.js";
import { readCheckpoint } from "./verifier/checkpoint.js";
import { answerWith } from "./worker-acts.js";

let chain = null;
let key = "";
let checkpoint = null;

answerWith({
  // {uuid, election, rules, text} -> the receipt, signed with the key of the rules that every ballot signs.
  receipt({ uuid, election, rules, text }) {
    const bound = JSON.parse(election).description === `rules sha256:${hex(sha256(rules))}`;
    if (!bound) throw new Refused("rules-not-bound");
    key = JSON.parse(rules).receipt_key;
    const receipt = readReceipt(uuid, text);
    verifyReceipt(receipt, key);
    chain = new Chain(receipt);
    return receipt;
  },
  // {text} -> the height that the server signs now.
  checkpoint({ text }) {
    checkpoint = readCheckpoint(text, key);
    return checkpoint;
  },
  // {part}: an answer of the server's -> the height come to.
  follow({ part }) {
    chain.begin(part.parents);
    for (const [type, owners, area = owners] of part.events) {
      if (chain.height === checkpoint.height) break; // newer than what was signed a moment ago
      chain.follow({ type, owners, area });
    }
    const own = (part.replaced || []).find(([earlier]) => earlier === chain.receipt.height);
    if (own && own[1] <= checkpoint.height) [, chain.replacedBy] = own;
    return chain.height;
  },
  // {election, body, expected, opening} -> {questions, choices} of an opened ballot, all computed from its bytes.
  opened({ election, body, expected, opening }, progress) {
    if (tracker(body) !== expected) throw new Refused("challenged-unknown");
    const context = openElection(election);
    const tables = buildTables(context, 5, progress);
    const choices = openedChoices(context, tables, verifyBallot(context, tables, body), opening);
    return { questions: context.election.questions, choices };
  },
  // -> {since, replacedBy}: how many ballots came after the receipt's, and which of them replaces it, or null.
  finish() {
    chain.finish(checkpoint);
    return { since: chain.ballots, replacedBy: chain.replacedBy };
  },
});
