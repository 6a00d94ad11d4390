// Checkpoints (voting.services.checkpoint): one signed text that pins both boards, the rules and the log.

import { Refused } from "../protocol/refused.js";
import { signatureValid } from "../protocol/signature.js";

const HEX = "[0-9a-f]{64}";
const FORM = new RegExp(
  "^(?<body>owners-voting checkpoint v1\\n(?<uuid>[1-9A-HJ-NP-Za-km-z]{14,64})\\n(?<height>0|[1-9][0-9]{0,9})\\n" +
    `(?<owners>${HEX})\\n(?<area>${HEX})\\n(?<rules>${HEX})\\n(?<log>${HEX})\\n` +
    "(?<time>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)\\n)" +
    `\\ned25519 (?<key>${HEX}) (?<signature>[0-9a-f]{128})\\n$`,
);

// {uuid, height, owners, area, rules, log, time} of the text of a checkpoint; `receiptKey` is that of rules.json.
// Throws Refused checkpoint-invalid.
export function readCheckpoint(text, receiptKey) {
  const found = FORM.exec(text);
  if (found === null || found.groups.key !== receiptKey) throw new Refused("checkpoint-invalid");
  const { body, key, signature, height, ...pinned } = found.groups;
  if (!signatureValid(key, signature, new TextEncoder().encode(body))) throw new Refused("checkpoint-invalid");
  return { ...pinned, height: Number(height) };
}
