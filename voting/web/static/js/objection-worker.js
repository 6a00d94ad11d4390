// The credential of a letter, for a signature and nothing else: before voting opens there is no election to open.

import { parseTyped, secretExponent } from "./protocol/credential.js";
import { groupNamed } from "./protocol/group.js";
import { signMessage } from "./protocol/message.js";
import { answerWith } from "./worker-acts.js";

const WINDOW = 5; // bits; the table serves two powers only

let generator = null;
let secret = null;

answerWith({
  // {group, uuid, typed} -> the public credential.
  identify({ group: name, uuid, typed }) {
    const credential = parseTyped(typed);
    const group = groupNamed(name);
    generator = group.fixedBase(group.g, WINDOW, () => {});
    secret = secretExponent(group, uuid, credential);
    return { publicCredential: group.serialise(group.power(group.g, secret)) };
  },
  // {message} -> {challenge, response}.
  sign({ message }) {
    return signMessage(generator, secret, message);
  },
});
