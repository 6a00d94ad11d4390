// How a trustee keeps the key: a file to save, a sheet to print, and what this browser may remember, which is
// nothing secret: the public key that was sent, and which sums were opened.

import { say } from "./booth-screens.js";
import { qrImage, qrModules } from "./qr.js";

const find = (id) => document.getElementById(id);
const all = (selector) => Array.from(document.querySelectorAll(selector));

let address = null; // of the key file, in this page's memory
let saved = false; // the newest file was downloaded
let printed = false;
let changed = false; // a key that was kept has become more

// Groups of characters that an eye can hold, with spaces between for whoever copies them.
export function writeGroups(place, parts) {
  const groups = parts.map((part) => {
    const group = document.createElement("span");
    group.textContent = part;
    return group;
  });
  place.replaceChildren(...groups.flatMap((group, i) => (i ? [" ", group] : [group])));
}

function fileAt(text, type) {
  return URL.createObjectURL(new Blob([text], { type }));
}

// Offers `{file, printed}` of the worker. `sheet`: a new key, to be printed as well; `isChanged`: one that was kept
// already has something to add.
export function offer({ file, printed: seed }, state, { sheet = false, changed: isChanged = false } = {}) {
  if (address) URL.revokeObjectURL(address);
  address = fileAt(file, "application/json");
  changed = isChanged;
  saved = false;
  ["download-key", "download-again"].forEach((id) => {
    find(id).href = address;
    find(id).download = say("file_name", { number: state.number, uuid: state.uuid });
  });
  if (!sheet) return;
  printed = false;
  find("key-sheet-name").textContent = say("sheet_name", { number: state.number, name: state.name });
  find("key-sheet-code").src = qrImage(qrModules([seed], "M"), 10);
  all("[data-seed]").forEach((place) => writeGroups(place, seed.split("-")));
  showSheet(true);
}

// While there is one, it is what the browser prints.
function showSheet(there) {
  find("key-sheet").hidden = !there;
  find("content").classList.toggle("with-sheet", there);
}

export function forgetSheet() {
  showSheet(false);
  find("key-sheet-code").removeAttribute("src");
  all("[data-seed]").forEach((place) => place.replaceChildren());
}

export function forget() {
  forgetSheet();
  if (address) URL.revokeObjectURL(address);
  address = null;
  ["download-key", "download-again"].forEach((id) => find(id).removeAttribute("href"));
}

// Whether the key was saved in one way or another, whether a changed one is offered, and not yet taken.
export const kept = () => saved || printed;
export const updated = () => changed;
export const unsaved = () => changed && !saved;

["download-key", "download-again"].forEach((id) =>
  find(id).addEventListener("click", () => {
    saved = true;
  }),
);
find("print-key").addEventListener("click", () => {
  printed = true;
  window.print();
});
// Copying by hand is a way, too.
all("details").forEach((part) =>
  part.addEventListener("toggle", () => {
    if (part.open && part.querySelector("[data-seed]")) printed = true;
  }),
);

// The text of the QR code in a photograph, or "" where there is none.
export async function scanned(photo) {
  try {
    const image = await createImageBitmap(photo);
    const found = await new window.BarcodeDetector({ formats: ["qr_code"] }).detect(image);
    return found.length ? found[0].rawValue : "";
  } catch (error) {
    return "";
  }
}

// ---- what this browser remembers ----

const NAME = "trustee";

// A browser that keeps nothing, or kept something else, knows nothing.
function remembered() {
  try {
    return JSON.parse(localStorage.getItem(NAME)) || {};
  } catch (error) {
    return {};
  }
}

function remember(uuid, more) {
  const before = remembered();
  try {
    localStorage.setItem(NAME, JSON.stringify({ ...before, [uuid]: { ...before[uuid], ...more } }));
  } catch (error) {
    // The key file remembers it as well.
  }
}

export const rememberKey = (uuid, verification) => remember(uuid, { verification });
export const verificationOf = (uuid) => (remembered()[uuid] || {}).verification || null;

// By election, as a key file has it.
export const rememberDecrypted = (uuid, decrypted) => remember(uuid, { decrypted: decrypted[uuid] });
export function decryptedBefore(uuid) {
  const { decrypted } = remembered()[uuid] || {};
  return decrypted ? { [uuid]: decrypted } : {};
}

// ---- files for the program at a terminal ----

function link(href, name, words) {
  const made = document.createElement("a");
  made.className = "button second small";
  made.href = href;
  made.download = name;
  made.textContent = words;
  return made;
}

let offered = []; // addresses of such files in this page's memory

function linkTo(text, name, words) {
  offered.push(fileAt(text, "application/json"));
  return link(offered[offered.length - 1], name, words);
}

// Everything public that the next step needs, in one file.
function roundLink({ uuid, number, size, threshold, group, certificates, input }) {
  const given = { kind: "trustee-round", uuid, group, size, threshold, number };
  if (certificates) given.certificates = certificates;
  if (input) given.input = input;
  return linkTo(`${JSON.stringify(given)}\n`, "round.json", say("download_round"));
}

// What is carried to a computer without a network: for the ceremony's steps, or (`closed`) for decrypting.
export function linksFor(state, { owners, area }, closed) {
  offered.forEach((each) => URL.revokeObjectURL(each));
  offered = [];
  if (!closed) return [roundLink(state)];
  return [
    link(owners, "owners.bel", say("download_owners")),
    link(area, "area.bel", say("download_area")),
    linkTo(state.election.rules_json, "rules.json", say("download_rules")),
  ];
}
