// The questions: what is chosen, what may not be, and what the review says. The page's own buttons and boxes hold
// the choices; nothing else does until the ballot is sealed.
//
// A screen is a question. What a ballot asks on it is a group of answers: one, or one for each candidate. Where it
// asks for one answer only, the answers are buttons and pressing one is the step on: nobody has to find a second
// button. Candidates, alone or one by one, are ticked, and a button of its own says that the voter is ready.
//
// In the large-print mode the answer only fills its circle, and 下一题 is pressed when the voter has looked at it:
// there no screen changes because of an answer.

import { complain, say } from "./booth-screens.js";

// Milliseconds that the filled circle is seen before the next question comes. A second tap of an unsteady hand
// falls into it and begins it anew, so that it never answers the next question; another answer is a correction.
const PAUSE = 400;

const sections = Array.from(document.querySelectorAll("[data-question]"));
const groups = (section) => Array.from(section.querySelectorAll("[data-asked]"));
const answers = (place) => Array.from(place.querySelectorAll(".choice"));
const box = (answer) => answer.querySelector("input");
const isChosen = (answer) => (box(answer) ? box(answer).checked : answer.getAttribute("aria-pressed") === "true");
const chosen = (place) => answers(place).filter(isChosen);
const isContest = (place) => Boolean(place.querySelector("input[type=checkbox]"));
const label = (answer) => answer.textContent.trim();
const named = (group) => group.querySelector("legend").textContent.trim();

export const count = sections.length;
export const section = (number) => sections[number - 1];
export const isAnswered = (number) => chosen(section(number)).length > 0;
// Whether pressing an answer is the step on.
export const stepsOn = (number) => !box(answers(section(number))[0]);

function press(section, answer) {
  answers(section).forEach((each) => each.setAttribute("aria-pressed", String(each === answer)));
}

function clear(section) {
  section.querySelector("form").reset();
  answers(section).forEach((each) => each.hasAttribute("aria-pressed") && each.setAttribute("aria-pressed", "false"));
}

// `onAnswer(number)` is called when an answer that is the step on has been seen in its circle.
export function watchAnswers(onAnswer) {
  sections.forEach((section, index) => {
    if (!stepsOn(index + 1)) return;
    let seen = 0;
    section.addEventListener("click", ({ target }) => {
      const answer = target.closest(".choice");
      if (!answer) return;
      press(section, answer);
      complain(section.querySelector(".fault-line"), "");
      clearTimeout(seen);
      seen = setTimeout(() => !section.hidden && isChosen(answer) && onAnswer(index + 1), PAUSE);
    });
  });
}

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
    section.addEventListener("reset", () => setTimeout(tell)); // the boxes are empty only after it
    clear(section); // browsers restore marks after a reload; a ballot begins empty
  });
}

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
  sections.flatMap(groups).map((group) => answers(group).map((answer) => (isChosen(answer) ? 1 : 0)));

// What was answered, a line for each group.
export function said(number) {
  const place = section(number);
  if (groups(place).length === 1) {
    const names = chosen(place).map(label);
    return [names.length ? names.join(say("separator")) : say("none_chosen")];
  }
  return groups(place).map((group) => say("each", { name: named(group), choice: chosen(group).map(label).join("") }));
}

export function writeReview() {
  sections.forEach((place, index) => {
    const lines = said(index + 1).map((text) => {
      const line = document.createElement("span");
      line.className = "line";
      line.textContent = text;
      return line;
    });
    document.querySelector(`[data-answer="${index + 1}"]`).replaceChildren(...lines);
  });
}

export function forget() {
  sections.forEach(clear);
  document.querySelectorAll("[data-answer]").forEach((line) => {
    line.textContent = "";
  });
}
