// How a code goes on from one page of a voter to the next: in the fragment, `<code>.<pass>`, gone from the address bar
// as soon as the next page runs. The pass says that the second factor was shown in this browser to whoever holds this
// code; the server gave it, and forgets it when the voter leaves.

import { show, showing } from "./booth-screens.js";
import { withoutGaps } from "./letter-entry.js";

const PASSED = /^([^.]*)\.([\w-]+)$/;

// What came in the fragment -> {code, pass}; the pass is "" for a letter that was scanned.
export function passed(fragment) {
  const [, code, pass] = PASSED.exec(fragment) || [null, fragment, ""];
  return { code, pass };
}

// Opens the next page in this one's place, so that no back button comes to a page that has the code; `forget` empties
// this one, in case that the browser keeps it.
export function goTo(address, code, pass, forget) {
  const next = `${address}#${withoutGaps(code)}.${pass}`;
  forget();
  show("loading");
  location.replace(next);
}

// A browser that brings a page back as it was left shows that nobody is in it any more.
window.addEventListener("pageshow", ({ persisted }) => {
  if (persisted && showing() === "loading") show("left");
});
