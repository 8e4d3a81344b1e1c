import * as fs from 'node:fs';

const flushBytes = 1024 * 1024;

/** A file that is written from its beginning to its end. */
export interface Writer {
  write(bytes: Uint8Array): void;
  /** Writes what is held, syncs and closes. */
  close(): void;
}

/** Creates a file that must not be there, and writes to it in large pieces. */
export function openWriter(path: string): Writer {
  const fd = fs.openSync(path, 'wx', 0o600);
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  const flush = (): void => {
    const bytes = Buffer.concat(held);
    for (let done = 0; done < bytes.length;) done += fs.writeSync(fd, bytes, done);
    held = [];
    heldBytes = 0;
  };
  return {
    write(bytes) {
      held.push(bytes);
      heldBytes += bytes.length;
      if (heldBytes >= flushBytes) flush();
    },
    close() {
      flush();
      fs.fsyncSync(fd);
      fs.closeSync(fd);
    },
  };
}

/** Makes the names in a directory durable, where the system can. */
export function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const fd = fs.openSync(path, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}
