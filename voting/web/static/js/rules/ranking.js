// Who is elected of those over the threshold, by the published rule, and the lot that anybody can draw again
// (voting.rules.ranking, lot, committee).

import { sha256Hex } from "../protocol/encoding.js";
import { Refused } from "../protocol/refused.js";

const DIGEST = /^[0-9a-f]{64}$/;
const hexOf = (text) => sha256Hex(new TextEncoder().encode(text));

// The seed in hex, of the closing digest (64 hex digits). Throws Refused lot-seed-missing without it.
export function lotSeed(closing, question) {
  if (!DIGEST.test(closing)) throw new Refused("lot-seed-missing", { question });
  return hexOf(`lot|${closing}|${question}`);
}

// The names in the order in which they are drawn, whatever the order in which they are given.
export function drawn(seed, names) {
  const numbers = new Map(names.map((name) => [name, hexOf(`${seed}|${name}`)]));
  return [...names].sort((left, right) => (numbers.get(left) < numbers.get(right) ? -1 : 1));
}

function keyOf(ranking, { heads, areaDm2 }, [headsCast, areaCast]) {
  if (ranking === "owners-then-run-off") return [BigInt(heads)];
  if (ranking === "shares-then-area-then-lot" && areaCast > 0) {
    // The sum of both shares over their common denominator.
    return [BigInt(heads) * BigInt(areaCast) + BigInt(areaDm2) * BigInt(headsCast), BigInt(areaDm2)];
  }
  return [BigInt(heads), BigInt(areaDm2)];
}

const same = (left, right) => left.length === right.length && left.every((part, index) => part === right[index]);

// Below zero where `left` is the larger of two lists of equal length.
function descending(left, right) {
  const at = left.findIndex((part, index) => part !== right[index]);
  if (at < 0) return 0;
  return left[at] > right[at] ? -1 : 1;
}

// Those who have a place, and the equals at the last place when there are more of them than places.
function firstOf(ranked, keys, places) {
  const seated = ranked.slice(0, Number(places));
  const last = seated[seated.length - 1];
  if (seated.length === 0 || ranked.length <= places || !same(keys.get(ranked[seated.length]), keys.get(last))) {
    return [seated, []];
  }
  const level = (name) => same(keys.get(name), keys.get(last));
  return [seated.filter((name) => !level(name)), ranked.filter(level)];
}

// {ranked, elected, tie, alternates, alternatesTie, lot, seed}: `over` is [{name, heads, areaDm2}] in the order of
// the ballot, `cast` who took part in heads and in 0.01 m² (0: not counted).
export function elect({ id, ranking, seats, alternates: places }, over, cast, closing) {
  let keys = new Map(over.map((each) => [each.name, keyOf(ranking, each, cast)]));
  let ranked = [...keys.keys()].sort((left, right) => descending(keys.get(left), keys.get(right)));
  let [lot, seed] = [[], ""];
  const equals = (name) => ranked.filter((other) => same(keys.get(name), keys.get(other))).length > 1;
  if (ranking === "shares-then-area-then-lot" && ranked.some(equals)) {
    seed = lotSeed(closing, id);
    const order = drawn(seed, ranked);
    lot = order.filter(equals);
    const before = keys;
    ranked = [...ranked].sort(
      (left, right) => descending(before.get(left), before.get(right)) || order.indexOf(left) - order.indexOf(right),
    );
    keys = new Map(ranked.map((name, place) => [name, [BigInt(-place)]]));
  }
  const [elected, tie] = firstOf(ranked, keys, seats);
  // While the last seat is open, nobody knows who is left over.
  const rest = tie.length > 0 ? [] : ranked.filter((name) => !elected.includes(name));
  const [alternates, alternatesTie] = firstOf(rest, keys, places);
  return { ranked, elected, tie, alternates, alternatesTie, lot, seed };
}

// Whether there is a committee, sitting members included.
export function stands({ size, seats, sitting, least, stands_incomplete: incomplete }, elected) {
  const [whole, members] = [size || seats, sitting + elected];
  return members >= whole || (incomplete && members >= least && 2 * members > whole);
}
