// The questions: what is chosen, what may not be, and what the review says. The page's own radio buttons and
// boxes hold the choices; nothing else does until the ballot is sealed.

import { complain, say } from "./booth-screens.js";

const sections = Array.from(document.querySelectorAll("[data-question]"));
const inputs = (section) => Array.from(section.querySelectorAll("input"));
const chosen = (section) => inputs(section).filter((input) => input.checked);
const isContest = (section) => inputs(section)[0].type === "checkbox";
const label = (input) => input.closest("label").textContent.trim();

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
  if (isContest(place) || chosen(place).length === 1) return true;
  complain(place.querySelector(".fault-line"), say("choose_one"));
  return false;
}

// For each question a list of 0 and 1, in the order of its answers.
export const choices = () => sections.map((place) => inputs(place).map((input) => (input.checked ? 1 : 0)));

export function writeReview() {
  sections.forEach((place, index) => {
    const names = chosen(place).map(label);
    const line = document.querySelector(`[data-answer="${index + 1}"]`);
    line.textContent = names.length ? names.join(say("separator")) : say("none_chosen");
  });
}

export function forget() {
  sections.forEach((place) => place.querySelector("form").reset());
  document.querySelectorAll("[data-answer]").forEach((line) => {
    line.textContent = "";
  });
}
