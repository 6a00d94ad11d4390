// Points in time as ISO 8601 writes them with an offset: 2026-05-01T09:00:00+08:00.

const WRITTEN = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,6})?)?(?:Z|([-+])(\d\d):(\d\d))$/;

// Seconds since 1970 of such a text, or null. Fractions of a second are dropped: nothing is decided by them.
export function secondsOf(text) {
  const found = WRITTEN.exec(text);
  if (found === null) return null;
  const [year, month, day, hour, minute, second] = found.slice(1, 7).map((part) => Number(part || 0));
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (year < 1 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const [hours, minutes] = [Number(found[8] || 0), Number(found[9] || 0)];
  if (hour > 23 || minute > 59 || second > 59 || hours > 23 || minutes > 59) return null;
  const offset = (found[7] === "-" ? -60 : 60) * (60 * hours + minutes);
  const seconds = date.getTime() / 1000 + 3600 * hour + 60 * minute + second - offset;
  // Years 1 to 9999, in UTC as well.
  return seconds < -62135596800 || seconds >= 253402300800 ? null : seconds;
}

const padded = (number, length = 2) => String(number).padStart(length, "0");

// 2026-05-01T08:00:00, in UTC.
export function inUtc(seconds) {
  const date = new Date(seconds * 1000);
  const day = [padded(date.getUTCFullYear(), 4), padded(date.getUTCMonth() + 1), padded(date.getUTCDate())];
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map((part) => padded(part));
  return `${day.join("-")}T${time.join(":")}`;
}
