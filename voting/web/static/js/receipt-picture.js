// The receipt as a picture to keep: drawn on a canvas from what the page shows, so that it looks the same on every
// phone and can be printed. It says nothing of what was chosen.

import { drawQr, qrModules } from "./qr.js";

const WIDTH = 720; // pixels; a QR code of 77 modules then has nine pixels for each
const EDGE = 48;
const SANS = '"PingFang SC", "HarmonyOS Sans SC", "Noto Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif';
const SONG = '"Songti SC", "Noto Serif SC", "Noto Serif CJK SC", SimSun, serif';
const MONO = 'ui-monospace, Consolas, "Noto Sans Mono", "Liberation Mono", monospace';

// Lines of `text` that fit, broken where they must; a word of letters stays whole.
function lines(brush, text, width) {
  const pieces = text.match(/[\w.,:;'’()-]+\s*|[\s\S]/g) || [];
  const found = [""];
  pieces.forEach((piece) => {
    const longer = found[found.length - 1] + piece;
    if (found[found.length - 1] && brush.measureText(longer.trimEnd()).width > width) found.push(piece);
    else found[found.length - 1] = longer;
  });
  return found.map((line) => line.trim());
}

// `receipt` {tracker, check}; `words` {title, election, label, facts: [text], note}. -> the address of a PNG.
export function receiptPicture(receipt, words) {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  const brush = canvas.getContext("2d");
  const rows = qrModules([receipt.check], "M");
  const groups = receipt.tracker.match(/.{1,4}/g);
  const tracker = [groups.slice(0, 4), groups.slice(4, 8), groups.slice(8)].map((part) => part.join("  "));
  // Twice: the height is known after the first time.
  for (const paint of [false, true]) {
    let y = EDGE;
    const write = (text, size, family, gap, colour = "#22262b") => {
      brush.font = `${size}px ${family}`;
      brush.textAlign = "center";
      brush.fillStyle = colour;
      lines(brush, text, WIDTH - 2 * EDGE).forEach((line) => {
        y += size * 1.35;
        if (paint) brush.fillText(line, WIDTH / 2, y - size * 0.3);
      });
      y += gap;
    };
    if (paint) {
      brush.fillStyle = "#fff";
      brush.fillRect(0, 0, WIDTH, canvas.height);
      brush.strokeStyle = "#857c6c";
      brush.lineWidth = 3;
      brush.setLineDash([12, 8]);
      brush.strokeRect(12, 12, WIDTH - 24, canvas.height - 24);
    }
    write(words.title, 52, SONG, 4, "#a5322a");
    write(words.election, 30, SONG, 24);
    write(words.label, 26, SANS, 4);
    tracker.forEach((line) => write(line, 34, MONO, 0));
    y += 20;
    words.facts.forEach((fact) => write(fact, 30, SANS, 4));
    y += 12;
    const room = WIDTH - 2 * EDGE;
    const side = Math.floor(room / (rows.length + 8)) * (rows.length + 8);
    if (paint) drawQr(brush, rows, Math.floor((WIDTH - side) / 2), y, side);
    y += side;
    write(words.note, 26, SANS, EDGE - 12);
    if (!paint) canvas.height = Math.ceil(y);
  }
  return canvas.toDataURL("image/png");
}
