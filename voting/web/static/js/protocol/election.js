// The election structure (spec 4.9, 4.10), read strictly: what a verifier and a trustee take a record's word for.

import { BASE58 } from "./credential.js";
import { decode, flag, integer, list, object, text } from "./encoding.js";
import { groupNamed } from "./group.js";
import { Refused } from "./refused.js";
import { fingerprint } from "./sha256.js";

const question = object(
  { answers: list(text), blank: flag, min: integer, max: integer, question: text },
  ["blank"],
);
const structure = object(
  {
    version: integer,
    description: text,
    name: text,
    group: text,
    public_key: text,
    questions: list(question),
    uuid: text,
    administrator: text,
    credential_authority: text,
  },
  ["administrator", "credential_authority"],
);

// How many ciphertexts an answer has.
export const widthOf = ({ answers, blank }) => answers.length + (blank ? 1 : 0);

export const isUuid = (uuid) =>
  uuid.length >= 14 && uuid.length <= 64 && Array.from(uuid).every((character) => BASE58.includes(character));

// Like `openElection`, which trusts its text, from `body` as bytes or text; the fingerprint is of exactly these.
// Throws Refused json-*, group-unknown, election-malformed or what the public key's decoding refuses.
export function decodeElection(body) {
  const election = decode(structure, body, "election");
  const group = groupNamed(election.group);
  const key = group.element(election.public_key, "public_key");
  const check = (fits, place) => {
    if (!fits) throw new Refused("election-malformed", { place });
  };
  check(election.version === 1, "version");
  check(isUuid(election.uuid), "uuid");
  check(election.questions.length > 0, "questions");
  election.questions.forEach(({ answers, min, max }, index) => {
    const fits = answers.length > 0 && min >= 0 && min <= max && max <= answers.length;
    check(fits, `question ${index + 1}`);
  });
  return { election, group, hash: fingerprint(body), key };
}
