// One screen at a time: showing, focus, the browser's own back button, and words with their blanks filled in.

const words = JSON.parse(document.getElementById("words").textContent);
const screens = new Map();
document.querySelectorAll("[data-screen]").forEach((section) => screens.set(section.dataset.screen, section));

let current = "loading";

// Buttons stay at the thumb unless, with large letters on a small window, they would take the page's room.
if (typeof ResizeObserver === "function") {
  const room = new ResizeObserver((entries) => {
    entries.forEach(({ target }) => target.classList.toggle("stays", target.offsetHeight < 0.3 * innerHeight));
  });
  document.querySelectorAll("[data-stays]").forEach((buttons) => room.observe(buttons));
}

export const showing = () => current;

// A sentence of the server's, `{name}` replaced.
export function say(name, values = {}) {
  if (typeof words[name] !== "string") return words[name];
  return words[name].replace(/\{(\w+)\}/g, (blank, key) => values[key]);
}

// `how`: "push" (back returns to the screen before), "replace" (it does not), "stay" (the browser went itself).
export function show(name, how = "replace") {
  screens.forEach((section, key) => {
    section.hidden = key !== name;
  });
  current = name;
  if (how === "push") history.pushState({ screen: name }, "");
  if (how === "replace") history.replaceState({ screen: name }, "");
  window.dispatchEvent(new Event("screenchange"));
  const heading = screens.get(name).querySelector("h1");
  window.scrollTo(0, 0);
  // Screen readers and keyboards begin at the top of the new screen.
  if (heading) heading.focus({ preventScroll: true });
}

// What is wrong, where it can be seen; an empty text takes it away.
export function complain(line, text) {
  line.textContent = text;
  if (text) line.scrollIntoView({ block: "nearest" });
}

// A 回执号 in groups that an eye can hold; the gaps are drawn, so that copied text has none.
export function writeTracker(place, tracker) {
  place.textContent = "";
  tracker.match(/.{1,4}/g).forEach((part) => {
    const group = document.createElement("span");
    group.textContent = part;
    place.append(group);
  });
}

// `leaving(to)` is asked when the browser's back or forward button wants another screen: it answers with the
// screen to show, or null to stay.
export function onHistory(leaving) {
  window.addEventListener("popstate", ({ state }) => {
    const target = state && screens.has(state.screen) ? leaving(state.screen) : null;
    if (target === current) return;
    if (target) show(target, "stay");
    else history.pushState({ screen: current }, "");
  });
}
