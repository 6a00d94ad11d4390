// The questions: what is chosen, what may not be, and what the review says. The page's own radio buttons and
// boxes hold the choices; nothing else does until the ballot is sealed.
//
// A screen is a question. What a ballot asks on it is a group of buttons: one, or one for each candidate.

import { complain, say } from "./booth-screens.js";

const sections = Array.from(document.querySelectorAll("[data-question]"));
const groups = (section) => Array.from(section.querySelectorAll("[data-asked]"));
const inputs = (place) => Array.from(place.querySelectorAll("input"));
const chosen = (place) => inputs(place).filter((input) => input.checked);
const isContest = (place) => inputs(place)[0].type === "checkbox";
const label = (input) => input.closest("label").textContent.trim();
const named = (group) => group.querySelector("legend").textContent.trim();

export const count = sections.length;

// A contest's counter, and the refusal of one choice too many.
export function watchLimits(limits) {
  sections.forEach((section, index) => {
    const fault = section.querySelector(".fault-line");
    const limit = limits[index];
    const tell = () => {
      if (!isContest(section)) return;
      section.querySelector(".chosen").textContent = say("chosen", { count: chosen(section).length, limit });
    };
    section.addEventListener("change", ({ target }) => {
      const over = isContest(section) && chosen(section).length > limit;
      if (over) target.checked = false;
      complain(fault, over ? say("too_many", { limit }) : "");
      tell();
    });
    section.querySelector("form").reset(); // browsers restore marks after a reload; a ballot begins empty
    tell();
  });
}

export const section = (number) => sections[number - 1];

// Whether a question may be left; says why not.
export function answered(number) {
  const place = section(number);
  if (isContest(place)) return true;
  const open = groups(place).find((group) => chosen(group).length !== 1);
  if (!open) return true;
  const alone = groups(place).length === 1;
  complain(place.querySelector(".fault-line"), alone ? say("choose_one") : say("choose_each", { name: named(open) }));
  if (!alone) open.scrollIntoView({ block: "center" });
  return false;
}

// For each group a list of 0 and 1, in the order of its answers.
export const choices = () =>
  sections.flatMap(groups).map((group) => inputs(group).map((input) => (input.checked ? 1 : 0)));

function reviewed(place) {
  if (groups(place).length === 1) {
    const names = chosen(place).map(label);
    return [names.length ? names.join(say("separator")) : say("none_chosen")];
  }
  return groups(place).map((group) => say("each", { name: named(group), choice: chosen(group).map(label).join("") }));
}

export function writeReview() {
  sections.forEach((place, index) => {
    const lines = reviewed(place).map((text) => {
      const line = document.createElement("span");
      line.className = "line";
      line.textContent = text;
      return line;
    });
    document.querySelector(`[data-answer="${index + 1}"]`).replaceChildren(...lines);
  });
}

export function forget() {
  sections.forEach((place) => place.querySelector("form").reset());
  document.querySelectorAll("[data-answer]").forEach((line) => {
    line.textContent = "";
  });
}
