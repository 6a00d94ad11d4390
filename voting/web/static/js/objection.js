// An objection with a letter: both factors, what it is about, and the words.

import { complain, say, show } from "./booth-screens.js";
import { entryForm, scannedCode } from "./letter-entry.js";

const { uuid, group, addresses } = JSON.parse(document.getElementById("objection").textContent);
const find = (id) => document.getElementById(id);
const form = find("objection-form");
const scanned = scannedCode();

function written() {
  const chosen = form.querySelector("input[name=about]:checked");
  complain(find("about-fault"), chosen ? "" : say("about_missing"));
  if (!chosen) {
    form.querySelector("input[name=about]").focus();
    return null;
  }
  const text = find("text").value.trim();
  if (text) return { about: chosen.value, text };
  find("text").focus();
  complain(find("text-fault"), say("text_missing"));
  return null;
}

if (form) {
  entryForm(form, {
    scanned,
    purpose: "objection",
    uuid,
    addresses,
    identify: async (worker, typed) => (await worker.ask("identify", { group, uuid, typed })).publicCredential,
    more: written,
    answered({ number }) {
      find("number").textContent = number;
      show("filed");
    },
  });
}
