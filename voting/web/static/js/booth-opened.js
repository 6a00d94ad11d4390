// After the closing: was my ballot opened? Asked with both factors, as when voting.

import { say, show, writeTracker } from "./booth-screens.js";
import { entryForm, scannedCode } from "./letter-entry.js";

const { uuid, election, addresses } = JSON.parse(document.getElementById("opened").textContent);
const find = (id) => document.getElementById(id);
const form = find("opened-form");
const scanned = scannedCode();

function item(text, answers) {
  const made = document.createElement("li");
  [[text, "asked"], [answers.join(say("separator")) || say("none_chosen"), "answered"]].forEach(([words, name]) => {
    const line = document.createElement("p");
    line.className = name;
    line.textContent = words;
    made.append(line);
  });
  return made;
}

function tell(found) {
  if (!found) {
    show("not-opened");
    return;
  }
  find("opened-time").textContent = found.time;
  find("opened-by").textContent = found.by;
  find("opened-reason").textContent = found.reason;
  writeTracker(find("opened-tracker"), found.tracker);
  find("opened-chosen").replaceChildren(...found.chosen.map(([text, answers]) => item(text, answers)));
  show("was-opened");
}

async function identify(worker, typed) {
  const { publicCredential } = await worker.ask("open", { election, typed });
  await worker.ask("prepare");
  return publicCredential;
}

if (form) entryForm(form, { scanned, purpose: "opened", uuid, addresses, identify, answered: ({ opened }) => tell(opened) });
