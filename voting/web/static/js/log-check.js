// One line of a log, checked in the browser: its digest, the line before it, and the server's signature
// (voting.services.log_lines). The page is the server's own: verify.html is the one that needs not be believed.

import { sha256Hex } from "./protocol/encoding.js";
import { signaturesBy } from "./protocol/signature.js";

const SIGNED = /,"signature":"([0-9a-f]{128})"(,"time":"[^"]*"\})$/;
const PREVIOUS = /,"previous":"([0-9a-f]{64})","seq":/;
const BEFORE_THE_FIRST = "0".repeat(64);

for (const list of document.querySelectorAll("[data-log-key]")) {
  const words = JSON.parse(list.dataset.words);
  const heads = new Map();
  let valid = null;
  for (const { dataset } of list.querySelectorAll("[data-check-line]")) {
    heads.set(`${dataset.chain} ${dataset.seq}`, dataset.head);
  }
  const check = ({ checkLine: line, chain, seq, head }) => {
    const before = seq === "1" ? BEFORE_THE_FIRST : heads.get(`${chain} ${Number(seq) - 1}`);
    const previous = PREVIOUS.exec(line);
    if (sha256Hex(line) !== head || previous === null || previous[1] !== before) return "broken";
    const signed = SIGNED.exec(line);
    if (signed === null) return "unsigned";
    if (valid === null) valid = signaturesBy(list.dataset.logKey);
    const text = `owners-voting log v1\n${chain}\n${line.replace(SIGNED, "$2")}`;
    return valid(signed[1], new TextEncoder().encode(text)) ? "holds" : "broken";
  };
  for (const button of list.querySelectorAll("[data-check-line]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      button.parentElement.querySelector("[role=status]").textContent = words[check(button.dataset)];
    });
  }
}
