// Both factors of a letter's holder: the code, scanned or typed, which stays in the worker, and the digits. What is
// sent is a signature over a fresh challenge, the digits, and whatever the page adds.

import { post } from "./booth-requests.js";
import { complain, say } from "./booth-screens.js";
import { WorkerLine } from "./worker-line.js";

const find = (id) => document.getElementById(id);

// A code as it was typed, without what only helps the eye.
export const withoutGaps = (text) => text.replace(/[\s\-\u2010\u2011\u2013\u2014\uFF0D]/g, "");
const characters = (text) => Array.from(withoutGaps(text)).length;

// The code that came in the address's fragment, which no browser sends anywhere; it leaves the address bar at once.
export function scannedCode() {
  const scanned = location.hash.slice(1);
  history.replaceState(null, "", location.pathname + location.search);
  return scanned;
}

// What is wrong with a typed code: which group, or how long it is.
export const mistyped = (typed, group) =>
  group ? say("mistyped_group", { group }) : say("mistyped_length", { count: characters(typed) });

// The digits as the server reads them; "" after saying that there are none that could be right.
export function typedDigits(field, fault) {
  const digits = field.value.normalize("NFKC").replace(/\s/g, "").toUpperCase();
  if (/^(\d{3}[\dX]|\d{6})$/.test(digits)) return digits;
  field.focus();
  complain(fault, say("digits_missing"));
  return "";
}

// Signs a challenge for `purpose` and posts it with `entry` (the digits, and what the page adds). The answer is
// that of `post`.
export async function present(worker, purpose, { uuid, publicCredential, page, challenge, to }, entry) {
  const fresh = await post(challenge, "{}", { page });
  if (!fresh.value) return fresh;
  const proof = await worker.ask("sign", { message: `${purpose}|${uuid}|${fresh.value.challenge}` });
  const shown = { public_credential: publicCredential, challenge: fresh.value.challenge, proof, ...entry };
  return post(to, JSON.stringify(shown), { page });
}

// A form with both factors on one screen (resident/_entry.html). `identify(worker, typed)` answers with the public
// credential; `more()` with what else is sent, or null after saying what is missing; `answered(value)` shows it.
// Returns the worker.
export function entryForm(form, { scanned, purpose, uuid, addresses, identify, more = () => ({}), answered }) {
  const button = form.querySelector("button");
  const failed = () => complain(find("digits-fault"), say("failed"));
  const worker = new WorkerLine(addresses.worker, failed);
  if (scanned) find("code-field").hidden = true;
  if (!worker.works) failed();

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.getAttribute("aria-disabled") === "true" || !worker.works) return;
    const typed = find("code-field").hidden ? scanned : find("code").value;
    form.querySelectorAll(".fault-line").forEach((line) => complain(line, ""));
    const added = more();
    const digits = added && typedDigits(find("digits"), find("digits-fault"));
    if (!digits) return;
    const idle = button.textContent;
    button.setAttribute("aria-disabled", "true");
    button.textContent = say("checking");
    try {
      const publicCredential = await identify(worker, typed);
      const { page, challenge, to } = addresses;
      const answer = await present(worker, purpose, { uuid, publicCredential, page, challenge, to }, { digits, ...added });
      if (answer.value) answered(answer.value);
      else complain(find("digits-fault"), answer.refused ? answer.refused.sentence : answer.sentence || say("no_signal"));
    } catch ({ refusal, context }) {
      find("code-field").hidden = false;
      if (refusal === "credential-mistyped") complain(find("code-fault"), mistyped(typed, context && context.group));
      else failed();
    }
    button.removeAttribute("aria-disabled");
    button.textContent = idle;
    find("digits").value = "";
  });
  return worker;
}
