// Making parts of a page. Text is always text: nothing that was read from a file becomes markup.

const SVG = "http://www.w3.org/2000/svg";

function made(node, attributes, children) {
  Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
  node.append(...children);
  return node;
}

export const element = (tag, attributes = {}, ...children) =>
  made(document.createElement(tag), attributes, children);

export const drawing = (tag, attributes = {}, ...children) =>
  made(document.createElementNS(SVG, tag), attributes, children);

// A measure as a bar: how much of the whole, and the line that has to be reached. No colour says yes or no.
// `line` is a threshold {numerator, denominator}.
export function bar({ label, name = label, words, part, whole, line, under = "" }) {
  const width = whole === 0 ? 0 : Math.floor((part * 1000) / whole);
  const at = Math.floor((1000 * line.numerator) / line.denominator);
  const upright = (kind) => drawing("line", { class: kind, x1: at, y1: 0, x2: at, y2: 30 });
  return element(
    "figure",
    { class: "bar" },
    element("figcaption", {}, element("strong", {}, label), " ", element("span", { class: "number" }, words)),
    drawing(
      "svg",
      { viewBox: "0 0 1000 30", preserveAspectRatio: "none", role: "img", "aria-label": `${name} ${words}` },
      drawing("rect", { class: "track", x: 0, y: 5, width: 1000, height: 20 }),
      drawing("rect", { class: "fill", x: 0, y: 5, width, height: 20 }),
      upright("line-edge"),
      upright("line"),
    ),
    ...(under === "" ? [] : [element("p", {}, under)]),
  );
}
