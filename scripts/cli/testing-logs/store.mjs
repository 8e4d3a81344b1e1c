// The log of a port that `tearproof init --lang node` made, written: what its driver serves.
import * as fs from 'node:fs';

export class Refused extends Error {
  constructor(code, message = code) {
    super(message);
    this.code = code;
  }
}
export class Todo extends Error {}

export class Log {
  constructor(directory, { eachAppendIsDurable }) {
    this.eachAppendIsDurable = eachAppendIsDurable;
    const flags = fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_NOFOLLOW;
    this.fd = fs.openSync(`${directory}/log`, flags, 0o600);
    this.end = 0;
    for (const entry of this.read()) this.end += frame(entry).length;
    fs.ftruncateSync(this.fd, this.end);
  }
  append(payload) {
    this.end += fs.writeSync(this.fd, frame(payload), 0, null, this.end);
    if (this.eachAppendIsDurable) this.sync();
  }
  sync() {
    fs.fsyncSync(this.fd);
  }
  read() {
    const data = Buffer.alloc(fs.fstatSync(this.fd).size);
    fs.readSync(this.fd, data, 0, data.length, 0);
    const entries = [];
    for (let at = 0; at + 8 <= data.length;) {
      const length = data.readUInt32LE(at + 4);
      const entry = data.subarray(at + 8, at + 8 + length);
      if (!frame(entry).equals(data.subarray(at, at + 8 + length))) break;
      entries.push(entry);
      at += 8 + length;
    }
    return entries;
  }
  close() {
    fs.closeSync(this.fd);
  }
  abandon() {
    fs.closeSync(this.fd);
  }
}

function frame(payload) {
  const framed = Buffer.concat([Buffer.alloc(8), payload]);
  framed.writeUInt32LE(payload.length, 4);
  framed.writeUInt32LE(checksum(framed.subarray(4)), 0);
  return framed;
}

/** CRC-32 of the length and the payload. */
function checksum(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
