// A receipt in the fragment of a link, and the board that must go on from it.
//
// The link is `…/e/<uuid>/check#receipt=<tracker>.<height>.<time>.<owners event>.<area event>.<signature>`, bytes
// in unpadded base64url. It carries everything that the server signed (`voting.services.receipts`), so that a
// photograph alone proves what was promised, whatever the server says later.

import { Refused } from "./refused.js";
import { hex, sha256 } from "./sha256.js";
import { signatureValid } from "./signature.js";

const FORM = new RegExp(
  "^([\\w-]{43})\\.([1-9][0-9]{0,9})\\.([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)" +
    "\\.([\\w-]{43})\\.([\\w-]{43})\\.([\\w-]{86})$",
);
const fromUrl = (text) => text.replace(/-/g, "+").replace(/_/g, "/");
const hexOf = (text) => hex(Uint8Array.from(atob(fromUrl(text)), (character) => character.charCodeAt(0)));
const base64 = (digits) => btoa(String.fromCharCode(...digits.match(/../g).map((pair) => parseInt(pair, 16)))).replace(/=+$/, "");

// `text` is what follows `receipt=`. Throws Refused receipt-malformed.
export function readReceipt(uuid, text) {
  const found = FORM.exec(text);
  if (!found) throw new Refused("receipt-malformed");
  const [, tracker, height, time, owners, area, signature] = found;
  return {
    uuid,
    tracker: fromUrl(tracker),
    height: Number(height),
    owners_event: hexOf(owners),
    area_event: hexOf(area),
    time,
    signature: hexOf(signature),
  };
}

// Throws Refused receipt-signature-invalid unless the holder of `receiptKey` (rules.json) signed the receipt.
export function verifyReceipt(receipt, receiptKey) {
  const { area_event, height, owners_event, time, tracker, uuid } = receipt;
  // Canonical JSON has its keys sorted.
  const signed = JSON.stringify({ area_event, height, owners_event, time, tracker, uuid });
  if (!signatureValid(receiptKey, receipt.signature, new TextEncoder().encode(signed))) {
    throw new Refused("receipt-signature-invalid");
  }
}

// The board from the receipt's place on. Hashes are computed here, link by link, from what the events say.
export class Chain {
  constructor(receipt) {
    this.receipt = receipt;
    this.height = receipt.height - 1;
    this.heads = null;
    this.ballots = 0; // that came after the receipt's
    this.replacedBy = null; // the height of a later ballot of the same voter, by the server's word until the count
  }

  // `parents` {owners, area}: the hashes of the event before the next one, as an answer of the server's says. Those
  // before the receipt's are believed because the receipt pins what is computed from them.
  begin({ owners, area }) {
    if (this.heads === null) this.heads = { owners, area };
  }

  // The next event, {type, owners, area}: payloads in hex or null. Throws Refused receipt-not-on-board.
  follow({ type, owners, area }) {
    this.height += 1;
    const { height, heads, receipt } = this;
    const after = (parent, payload) => {
      const event = { parent, height, type };
      if (payload !== null) event.payload = payload;
      return hex(sha256(JSON.stringify(event)));
    };
    this.heads = { owners: after(heads.owners, owners), area: after(heads.area, area) };
    if (height > receipt.height) {
      if (type === "Ballot") this.ballots += 1;
      return;
    }
    const same =
      type === "Ballot" &&
      base64(owners) === receipt.tracker &&
      area === owners &&
      this.heads.owners === receipt.owners_event &&
      this.heads.area === receipt.area_event;
    if (!same) throw new Refused("receipt-not-on-board", { height });
  }

  // Whether it has come to what the server signs today. Throws Refused board-not-a-continuation.
  finish(checkpoint) {
    const same =
      this.heads !== null &&
      checkpoint.uuid === this.receipt.uuid &&
      checkpoint.height === this.height &&
      checkpoint.owners === this.heads.owners &&
      checkpoint.area === this.heads.area;
    if (!same) throw new Refused("board-not-a-continuation", { height: this.height });
  }
}
