// An append-only log as somebody would really write it: the file `log` holds frames of length
// (4 bytes), CRC-32C of length and payload (4 bytes) and payload, little-endian.
import { crc32c } from '@node-rs/crc32';
import { constants } from 'node:fs';

type Fs = typeof import('node:fs');

/**
 * Opens or creates the log in the directory `dir`. An append with durability `none` survives the
 * death of the process, with `entry` a power cut; `sync` makes everything before it survive one.
 * `fs` is `node:fs` or shaped like it.
 */
export function openLog(fs: Fs, dir: string, durability: 'none' | 'entry' = 'none') {
  const path = `${dir}/log`;
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const fd = fs.openSync(path, flags, 0o600);
  const found = fs.readFileSync(path);
  let end = 0;
  for (const payload of payloads(found)) end += 8 + payload.length;
  if (end < found.length) {
    // Nothing is cut before it lies beside the log, durably: it may be all that explains a crash.
    const tail = found.subarray(end);
    const aside = `${dir}/torn-${end}-${crc32c(tail)}`;
    fs.rmSync(aside, { force: true }); // Half of it may stand there since a crash at this place.
    fs.writeFileSync(aside, tail, { flag: 'wx' });
    syncPath(fs, aside);
    syncPath(fs, dir);
    fs.ftruncateSync(fd, end);
    fs.fsyncSync(fd);
  }
  syncPath(fs, dir); // A new log's name is durable before any acknowledgement rests on it.

  /** After a failed write or sync nobody knows what is on disk: the handle is done. */
  let broken = false;
  function orBroken(action: () => void): void {
    if (broken) throw Object.assign(new Error('reopen the log to go on'), { code: 'poisoned' });
    broken = true;
    action();
    broken = false;
  }

  return {
    append: (payload: Uint8Array): void =>
      orBroken(() => {
        const frame = frameOf(payload);
        // A write may take less than it was given.
        for (let done = 0; done < frame.length;) {
          done += fs.writeSync(fd, frame, done, frame.length - done, end + done);
        }
        if (durability === 'entry') fs.fsyncSync(fd);
        end += frame.length;
      }),
    sync: (): void => orBroken(() => fs.fsyncSync(fd)),
    read: (): Uint8Array[] => [...payloads(fs.readFileSync(path))],
    close: (): void => fs.closeSync(fd),
  };
}

function frameOf(payload: Uint8Array): Buffer {
  const frame = Buffer.concat([Buffer.alloc(8), payload]);
  frame.writeUInt32LE(payload.length, 0);
  frame.writeUInt32LE(checksum(frame), 4);
  return frame;
}

/** Covers the length too: over the payload alone, the zeros of a hole would be valid entries. */
function checksum(frame: Buffer): number {
  return crc32c(frame.subarray(8), crc32c(frame.subarray(0, 4)));
}

/** The payloads of a log's bytes, up to the first frame that does not verify. */
function* payloads(log: Buffer): Generator<Uint8Array> {
  for (let at = 0; at + 8 <= log.length;) {
    const bytes = 8 + log.readUInt32LE(at);
    if (at + bytes > log.length) return;
    const frame = log.subarray(at, at + bytes);
    if (frame.readUInt32LE(4) !== checksum(frame)) return;
    yield frame.subarray(8);
    at += bytes;
  }
}

function syncPath(fs: Fs, path: string): void {
  const fd = fs.openSync(path, constants.O_RDONLY);
  fs.fsyncSync(fd);
  fs.closeSync(fd);
}
