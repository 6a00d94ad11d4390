// What the page says, in the reader's language. The texts are those of voting.language and voting.documents.verdicts,
// put into the page when it is made; `catalogue` is those of one language.

const PART = /^(.+?)(?:(?:\[| )(\d+)\]?)?$/;

// A text with its %(name)s filled in.
export const said = (text, values = {}) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name]);

// A place in words (voting.language._named); as it stands when a part of it has no name.
function named(place, { places, colon }) {
  const words = [];
  for (const part of place.replace(/^agenda\./, "").split(/\.|, /)) {
    const found = PART.exec(part);
    const name = found && found[2] ? `${found[1]}[]` : part;
    if (!Object.prototype.hasOwnProperty.call(places, name)) return place;
    words.push(places[name].replace("{number}", found && found[2] ? found[2] : ""));
  }
  return words.join(colon);
}

const MOMENT = /^([0-9]{4})-(0[1-9]|1[0-2])-([0-9]{2}) ([0-9]{2}:[0-9]{2})$/;

// A time at the estate's clocks as people read it (voting.language.moment); anything else as it stands.
export function timed(value, { moment, months }) {
  const found = MOMENT.exec(value);
  if (!found) return value;
  const [, year, month, day, time] = found;
  const parts = { year, month: months[Number(month) - 1], day: String(Number(day)), time };
  return moment.replace(/\{(\w+)\}/g, (_, name) => parts[name]);
}

// What a person reads of a refusal (voting.language.sentence); what was not said of the place reads as a dash.
export function sentence(catalogue, { refusal, place: { log, ...place } }) {
  if (log !== undefined) {
    // Of an assembly's log, whose refusals are those of its acts: they know nothing of logs and lines.
    const prefix = catalogue.in_assembly_log.replace("{line}", place.line === undefined ? "—" : place.line);
    return prefix + sentence(catalogue, { refusal, place });
  }
  const context = new Map();
  Object.entries(place).forEach(([name, given]) => {
    let value = String(given);
    const words = catalogue.words[name];
    if (["place", "field", "measure", "what"].includes(name)) value = named(value, catalogue);
    else if (words !== undefined && Object.prototype.hasOwnProperty.call(words, value)) value = words[value];
    if (typeof given === "string") value = timed(value, catalogue).replace(/、/g, catalogue.comma);
    if (value !== "") context.set(name, value);
  });
  const text = catalogue.sentences[refusal] || refusal;
  return text.replace(/\{(\w+)\}/g, (_, name) => (context.has(name) ? context.get(name) : "—"));
}

// 12,345, of a number or its digits.
export const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

// Square metres from units of 0.01 m²: 1326050 is 13,260.50.
export const metres = (dm2) => `${grouped(Math.floor(dm2 / 100))}.${String(dm2 % 100).padStart(2, "0")}`;

// Units of 0.01 m² from the decimal text of an outcome.
export const dm2Of = (text) => Number(text.replace(".", ""));

// A percentage with two places, rounded down so that it never claims a line that was not reached.
export function share(part, whole) {
  const points = whole === 0 ? 0 : Number((BigInt(part) * BigInt(10000)) / BigInt(whole));
  return `${Math.floor(points / 100)}.${String(points % 100).padStart(2, "0")}%`;
}

// The least number that reaches a threshold {numerator, denominator, strict} of `whole`.
export const least = (whole, { numerator, denominator, strict }) =>
  strict
    ? Math.floor((whole * numerator) / denominator) + 1
    : Math.ceil((whole * numerator) / denominator);
