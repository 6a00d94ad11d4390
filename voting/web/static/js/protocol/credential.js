// Credentials: what a voter types or scans, and the exponent derived from it.
//
// A credential is 22 Base58 characters (about 129 bits) written XXXXX-XXXXXX-XXXXX-XXXXXX. In print four
// check characters follow, one for each group, so that a slip of the finger is found in its group. They are
// outside the credential and never hashed into the exponent.

import { Refused } from "./refused.js";
import { integer, sha256 } from "./sha256.js";

export const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const LENGTHS = [5, 6, 5, 6];
const SEPARATORS = /[\s\-\u2010\u2011\u2013\u2014\uFF0D]+/g;

// The check character of group number 1 to 4.
export function checkCharacter(number, group) {
  const digest = sha256(`check|${number}|${group}`);
  return BASE58[Number(integer(digest.subarray(0, 4)) % BigInt(58))];
}

// As on paper: the credential and a fifth group of check characters.
export function printed(credential) {
  const groups = credential.split("-");
  return `${credential}-${groups.map((group, index) => checkCharacter(index + 1, group)).join("")}`;
}

// Which group (1 to 4) holds the first character that Base58 does not have; 0 if it is a check character.
function firstForeignGroup(characters) {
  const position = Array.from(characters).findIndex((character) => !BASE58.includes(character));
  return [5, 11, 16, 22].findIndex((end) => position < end) + 1;
}

// The credential in what a person typed, with or without check characters, dashes and spaces. Throws Refused
// credential-mistyped with `group`: the number of the wrong group, or 0 when the length is wrong.
export function parseTyped(text) {
  const characters = text.replace(SEPARATORS, "");
  const length = Array.from(characters).length;
  if (length !== 22 && length !== 26) throw new Refused("credential-mistyped", { group: 0 });
  if (!Array.from(characters).every((character) => BASE58.includes(character))) {
    throw new Refused("credential-mistyped", { group: firstForeignGroup(characters) });
  }
  const groups = [];
  let start = 0;
  LENGTHS.forEach((size) => {
    groups.push(characters.slice(start, start + size));
    start += size;
  });
  Array.from(characters.slice(start)).forEach((check, index) => {
    if (checkCharacter(index + 1, groups[index]) !== check) {
      throw new Refused("credential-mistyped", { group: index + 1 });
    }
  });
  return groups.join("-");
}

// The secret exponent: SHA-256 twice, 512 bits modulo q; the dashes are part of what is hashed.
export function secretExponent(group, uuid, credential) {
  const half = (part) => sha256(`derive_credential|${uuid}|${part}|${credential}`);
  return ((integer(half(0)) << BigInt(256)) | integer(half(1))) % group.q;
}

// The public credential as text. `generator` is the table of g.
export function publicCredential(generator, group, uuid, credential) {
  return group.serialise(generator.power(secretExponent(group, uuid, credential)));
}
