// The page that a receipt's QR code opens. All that is believed here is computed here (check-worker.js): the
// signature of the receipt, the place on the board, and every link from there to what the server signs now.
//
// This file holds no cryptography, so that an old phone can still read it and be told what to do.

import { say, show, writeTracker } from "./booth-screens.js";
import { WorkerLine } from "./worker-line.js";

const { uuid, election, rules, addresses } = JSON.parse(document.getElementById("check").textContent);
const find = (id) => document.getElementById(id);
const line = new WorkerLine(addresses.worker, () => show("too-old"));

const OFFLINE = { refusal: "offline", context: {} };

async function get(address, kind) {
  try {
    const response = await fetch(address, { cache: "no-store", headers: { Accept: "application/json" } });
    if (response.status === 429 || response.status >= 500) throw OFFLINE;
    return await response[kind]();
  } catch (error) {
    throw OFFLINE;
  }
}

// In the form that people here read, whatever the phone's own clock and zone.
function shownTime(iso) {
  const options = { timeZone: "Asia/Shanghai", dateStyle: "long", timeStyle: "short" };
  return new Intl.DateTimeFormat(document.documentElement.lang, options).format(new Date(iso));
}

async function checkReceipt(text) {
  let receipt = null;
  try {
    receipt = await line.ask("receipt", { uuid, election, rules, text });
    const checkpoint = await line.ask("checkpoint", { text: await get(addresses.checkpoint, "text") });
    let height = receipt.height - 1;
    while (height < checkpoint.height) {
      const part = await get(`${addresses.events}?from=${height + 1}`, "json");
      if (part.refusal) throw { refusal: part.refusal, context: { height: height + 1 } };
      if (!part.events.length) throw { refusal: "board-too-short", context: { height: height + 1 } };
      height = await line.ask("follow", { part });
    }
    good(receipt, checkpoint, await line.ask("finish"));
  } catch ({ refusal, context }) {
    if (refusal === OFFLINE.refusal) show("offline");
    else if (["receipt-malformed", "receipt-signature-invalid"].includes(refusal)) show("unsigned");
    else if (refusal) missing(receipt, refusal, context);
    else show("too-old");
  }
}

function good(receipt, checkpoint, since) {
  writeTracker(find("good-tracker"), receipt.tracker);
  find("good-height").textContent = say("nth", { height: receipt.height });
  find("good-time").textContent = shownTime(receipt.time);
  find("good-since").textContent = since ? say("since_some", { count: since }) : say("since_none");
  find("good-seal").textContent = checkpoint.owners.slice(0, 12).match(/.{4}/g).join(" ");
  show("good");
}

function missing(receipt, refusal, { height }) {
  if (receipt) writeTracker(find("missing-tracker"), receipt.tracker);
  find("missing-where").textContent = height ? `${refusal} · ${height}` : refusal;
  show("missing");
}

function begin() {
  const receipt = /^#receipt=(.+)$/.exec(location.hash);
  show("loading");
  if (!line.works) show("too-old");
  else if (receipt) checkReceipt(receipt[1]);
  else show("empty");
}

find("again").addEventListener("click", begin);
window.addEventListener("hashchange", begin);
begin();
