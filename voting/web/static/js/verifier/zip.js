// Reading EXPORT.zip (PKWARE's APPNOTE 6.3), strictly: one list of files, each in one form, whole and checked.
//
// Two files of one name, or a list that leaves bytes unexplained, could show each reader another record; such a
// zip is refused. So are zips beyond 4 GiB, which no record is.

import { Refused } from "../protocol/refused.js";
import { inflate } from "./inflate.js";

export const LARGEST = 4 * 1024 ** 3;
const END = 0x06054b50;
const LISTED = 0x02014b50;
const LOCAL = 0x04034b50;
const ENCRYPTED = 0x1;
const IN_UTF8 = 0x800;

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let i = 0; i < 8; i += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes) {
  let value = 0xffffffff;
  for (let i = 0; i < bytes.length; i += 1) value = CRC[(value ^ bytes[i]) & 0xff] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

class Zip {
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  need(fits) {
    if (!fits) throw new RangeError("not a zip that can be read in one way only");
  }

  u16(at) {
    return this.view.getUint16(at, true);
  }

  u32(at) {
    return this.view.getUint32(at, true);
  }

  slice(start, length) {
    this.need(start + length <= this.bytes.length);
    return this.bytes.subarray(start, start + length);
  }

  // Where the list's end record stands: the last bytes but for its comment.
  end() {
    const last = this.bytes.length - 22;
    for (let at = last; at >= Math.max(0, last - 0xffff); at -= 1) {
      if (this.u32(at) === END && at + 22 + this.u16(at + 20) === this.bytes.length) return at;
    }
    throw new RangeError("no zip");
  }

  *members() {
    const end = this.end();
    const [count, size, start] = [this.u16(end + 10), this.u32(end + 12), this.u32(end + 16)];
    // One disk, and no bytes before, between or after what is listed.
    this.need(this.u32(end + 4) === 0 && this.u16(end + 8) === count && start + size === end);
    let at = start;
    for (let i = 0; i < count; i += 1) {
      this.need(at + 46 <= end && this.u32(at) === LISTED);
      const [flags, method] = [this.u16(at + 8), this.u16(at + 10)];
      const [crc, packed, unpacked] = [this.u32(at + 16), this.u32(at + 20), this.u32(at + 24)];
      const raw = this.slice(at + 46, this.u16(at + 28));
      const name = this.name(raw, flags);
      yield { name, raw, flags, method, crc, packed, unpacked, at: this.u32(at + 42) };
      at += 46 + raw.length + this.u16(at + 30) + this.u16(at + 32);
    }
    this.need(at === end);
  }

  name(raw, flags) {
    const name = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw);
    // Without the flag, bytes beyond ASCII mean something else to each reader.
    this.need(name !== "" && !name.includes("\0") && (flags & IN_UTF8 || /^[\x20-\x7e]*$/.test(name)));
    return name;
  }

  body({ raw, flags, method, crc, packed, unpacked, at }) {
    this.need(!(flags & ENCRYPTED) && at + 30 <= this.bytes.length && this.u32(at) === LOCAL);
    const own = this.slice(at + 30, this.u16(at + 26));
    this.need(own.length === raw.length && own.every((byte, index) => byte === raw[index]));
    this.need(this.u16(at + 8) === method);
    const content = this.slice(at + 30 + raw.length + this.u16(at + 28), packed);
    this.need(method === 8 || packed === unpacked);
    const body = method === 8 ? inflate(content, unpacked) : content;
    this.need(crc32(body) === crc);
    return body;
  }
}

// The files in `bytes`, a Map from name to bytes; those of which `belongs(name)` is false stand there empty, and
// folders do not. Throws Refused export-unreadable; `what` is the zip's own name.
export function unzip(bytes, what, belongs) {
  try {
    const zip = new Zip(bytes);
    const listed = [...zip.members()].filter(({ name }) => !name.endsWith("/"));
    zip.need(new Set(listed.map(({ name }) => name)).size === listed.length);
    zip.need(listed.reduce((sum, { unpacked }) => sum + unpacked, 0) <= LARGEST);
    zip.need(listed.every(({ method }) => method === 0 || method === 8));
    return new Map(listed.map((each) => [each.name, belongs(each.name) ? zip.body(each) : new Uint8Array(0)]));
  } catch (error) {
    throw new Refused("export-unreadable", { what });
  }
}
