// What stands on the screen, read aloud by the browser, a paragraph at a time: the one being read is marked, and
// a button to stop is always in sight. Offered only where the browser has a voice for the page's language.

const BLOCKS = "h1, h2, h3, p, li, dt, dd, label, legend, summary, button, th, td, figcaption, a.button";
const english = document.documentElement.lang === "en";
const offers = document.querySelectorAll("[data-read]");
const bar = document.querySelector("[data-reading]");

const speaks = typeof window.speechSynthesis === "object" && typeof window.SpeechSynthesisUtterance === "function";
let current = null; // the block being read

// Mandarin before the other voices that call themselves Chinese.
function voice() {
  const named = speechSynthesis.getVoices().map((each) => [each.lang.replace("_", "-").toLowerCase(), each]);
  const wanted = english ? ["en-gb", "en-us", "en"] : ["zh-cn", "cmn", "zh"];
  for (const start of wanted) {
    const found = named.find(([name]) => name.startsWith(start));
    if (found) return found[1];
  }
  return null;
}

const visible = (element) => element.getClientRects().length > 0;

// The innermost blocks that can be seen, in order; numbers that only eyes compare are left out.
function blocks() {
  const place = document.querySelector("[data-screen]:not([hidden])") || document.querySelector("main");
  return Array.from(place.querySelectorAll(BLOCKS)).filter(
    (element) =>
      visible(element) &&
      !element.closest("[data-unread]") &&
      !Array.from(element.querySelectorAll(BLOCKS)).some(visible) &&
      element.innerText.trim(), // not what is folded away, or said in the other size of letters only
  );
}

function mark(element) {
  if (current) current.classList.remove("being-read");
  current = element;
  if (!current) return;
  current.classList.add("being-read");
  current.scrollIntoView({ block: "nearest" });
}

export function stopReading() {
  if (!speaks || bar.hidden) return;
  speechSynthesis.cancel();
  mark(null);
  bar.hidden = true;
}

function read() {
  stopReading();
  bar.hidden = false;
  const chosen = voice();
  const all = blocks();
  all.forEach((element, index) => {
    const words = new SpeechSynthesisUtterance(element.innerText.replace(/\s+/g, " ").trim());
    if (chosen) words.voice = chosen;
    words.lang = chosen ? chosen.lang : english ? "en" : "zh-CN";
    words.rate = 0.9;
    words.onstart = () => mark(element);
    if (index === all.length - 1) words.onend = stopReading;
    speechSynthesis.speak(words);
  });
  if (!all.length) stopReading();
}

function offer() {
  const can = voice() !== null;
  offers.forEach((button) => {
    button.hidden = !can;
  });
}

if (speaks && bar) {
  offers.forEach((button) => button.addEventListener("click", read));
  bar.querySelector("button").addEventListener("click", () => {
    stopReading();
    offers[0].focus();
  });
  speechSynthesis.cancel();
  offer();
  if (speechSynthesis.addEventListener) speechSynthesis.addEventListener("voiceschanged", offer);
  window.addEventListener("pagehide", stopReading);
  window.addEventListener("screenchange", stopReading);
}
