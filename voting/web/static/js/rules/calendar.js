// Periods in calendar days of the estate's own time zone (voting.rules.periods). Moments are seconds since 1970, days
// are counted from 1970-01-01, as both are in UTC.

import { Refused } from "../protocol/refused.js";

const DAY = 86400;
const ZONE = /^[A-Z][A-Za-z0-9_+-]*(?:\/[A-Z][A-Za-z0-9_+-]*)*$/;
const PARTS = ["year", "month", "day", "hour", "minute", "second"];
const padded = (number, length = 2) => String(number).padStart(length, "0");

function formatOf(zone) {
  try {
    if (!ZONE.test(zone)) throw new RangeError(zone);
    const fields = Object.fromEntries(PARTS.map((part) => [part, "numeric"]));
    return new Intl.DateTimeFormat("en-u-ca-iso8601-nu-latn-hc-h23", { timeZone: zone, hourCycle: "h23", ...fields });
  } catch (error) {
    throw new Refused("zone-unknown", { zone: Array.from(zone).slice(0, 50).join("") });
  }
}

// The day of a text like 2026-05-01.
export const dayOf = (text) => Date.parse(`${text}T00:00:00Z`) / 1000 / DAY;

export class Calendar {
  // Throws Refused zone-unknown; rules-malformed for days that are not in order. `holidays` are texts.
  constructor(zone, holidays) {
    this.zone = zone;
    this.holidays = holidays;
    this.format = formatOf(zone);
    this.days = holidays.map(dayOf);
    if (this.days.some((day, index) => index > 0 && day <= this.days[index - 1])) {
      throw new Refused("rules-malformed", { place: "assembly.holidays" });
    }
  }

  // The moment that a clock without a time zone would show as the local one of `moment`.
  wall(moment) {
    const found = new Map(this.format.formatToParts(moment * 1000).map(({ type, value }) => [type, Number(value)]));
    const [year, month, day, hour, minute, second] = PARTS.map((part) => found.get(part));
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  }

  // 2026-05-17 00:00
  shown(moment) {
    const date = new Date(this.wall(moment) * 1000);
    const day = `${padded(date.getUTCFullYear(), 4)}-${padded(date.getUTCMonth() + 1)}-${padded(date.getUTCDate())}`;
    return `${day} ${padded(date.getUTCHours())}:${padded(date.getUTCMinutes())}`;
  }

  day(moment) {
    return Math.floor(this.wall(moment) / DAY);
  }

  // The first moment of a local day. Where clocks are changed at midnight it is told by the time before the change.
  begin(day) {
    const wall = day * DAY;
    const offset = (moment) => this.wall(moment) - moment;
    const [before, after] = [offset(wall - DAY), offset(wall + DAY)];
    if (offset(wall - before) !== before && offset(wall - after) === after) return wall - after;
    return wall - before;
  }

  // 24:00 of a day after so many others, past the holidays that it falls on: others act in this period.
  waiting(start, days) {
    let last = this.day(start) + days;
    while (this.days.includes(last)) last += 1;
    return this.begin(last + 1);
  }

  // The same for whoever must act: holidays do not make it longer.
  deadline(start, days) {
    return this.begin(this.day(start) + days + 1);
  }
}
