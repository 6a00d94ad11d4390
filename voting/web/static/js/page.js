// What every page shares. Nothing here is needed: each link and form works without it.

import { stopReading } from "./read-aloud.js";

// Inside WeChat nothing can be saved, printed or opened beside: what would only disappoint is not offered.
const inWeChat = /MicroMessenger/i.test(navigator.userAgent);
document.documentElement.classList.toggle("wechat", inWeChat);

// Larger text at once, without loading the page again: a voter may be half-way through. The size is a cookie and
// says nothing of anybody.
const LARGEST = 3;
const switches = document.querySelectorAll("a[data-senior]");
const steps = document.querySelectorAll("a[data-step]");

function setSize(size) {
  const root = document.documentElement;
  root.classList.toggle("senior", size > 0);
  root.dataset.size = size;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `senior=${size}; Max-Age=31536000; Path=/; SameSite=Lax${secure}`;
  switches.forEach((link) => {
    const label = link.querySelector("span") || link;
    label.textContent = size ? link.dataset.off : link.dataset.on;
    if (link.dataset.offer !== undefined) link.hidden = size > 0;
  });
  steps.forEach((link) => {
    const next = size + Number(link.dataset.step);
    link.hidden = size === 0 || next < 1 || next > LARGEST;
  });
  window.dispatchEvent(new Event("sizechange"));
}

// The address needs not go on saying it: links that are passed on should carry nobody's glasses.
const asked = new URLSearchParams(location.search);
if (["senior", "large", "lang"].filter((name) => asked.has(name)).length) {
  ["senior", "large", "lang"].forEach((name) => asked.delete(name));
  const query = asked.toString();
  history.replaceState(history.state, "", location.pathname + (query ? `?${query}` : "") + location.hash);
}

const size = () => Number(document.documentElement.dataset.size) || 0;

switches.forEach((link) =>
  link.addEventListener("click", (event) => {
    event.preventDefault();
    setSize(size() ? 0 : 1);
  }),
);
steps.forEach((link) =>
  link.addEventListener("click", (event) => {
    event.preventDefault();
    setSize(size() + Number(link.dataset.step));
    // The link that was pressed may be gone at the end of the scale.
    if (link.hidden) switches[0].focus();
  }),
);

// The other language opens at the same place.
for (const link of document.querySelectorAll("a[data-keep-fragment]")) {
  link.addEventListener("click", () => {
    stopReading();
    link.hash = location.hash;
  });
}

for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = inWeChat || typeof window.print !== "function";
  button.addEventListener("click", () => window.print());
}

for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue; // plain http: the text can still be selected
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.copied;
  });
}
