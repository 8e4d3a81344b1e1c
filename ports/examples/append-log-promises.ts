// An append-only log that imports `node:fs/promises` itself, as most do: the file `entries` holds a
// line an entry, CRC-32C in hexadecimal, a space, the payload in base64.
import { crc32c } from '@node-rs/crc32';
import { constants } from 'node:fs';
import { open, rm, writeFile, type FileHandle } from 'node:fs/promises';

/**
 * Opens or creates the log in the directory `dir`. An append with durability `none` survives the
 * death of the process, with `entry` a power cut; `sync` makes everything before it survive one.
 */
export async function openPromisesLog(dir: string, durability: 'none' | 'entry' = 'none') {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(`${dir}/entries`, flags, 0o600);
  let end = await repair(file, dir);
  await syncPath(dir); // A new log's name is durable before any acknowledgement rests on it.

  /** After a failed write or sync nobody knows what is on disk: the handle is done. */
  let broken = false;
  /** One after the other, however many callers there are. */
  let last: Promise<unknown> = Promise.resolve();
  function inTurn<T>(action: () => Promise<T>): Promise<T> {
    const turn = last.then(async () => {
      if (broken) throw Object.assign(new Error('reopen the log to go on'), { code: 'poisoned' });
      broken = true;
      const answer = await action();
      broken = false;
      return answer;
    });
    last = turn.catch(() => {});
    return turn;
  }

  return {
    append: (payload: Uint8Array): Promise<void> =>
      inTurn(async () => {
        const line = lineOf(payload);
        // A write may take less than it was given.
        for (let done = 0; done < line.length;) {
          const { bytesWritten } = await file.write(line, done, line.length - done, end + done);
          done += bytesWritten;
        }
        if (durability === 'entry') await file.sync();
        end += line.length;
      }),
    sync: (): Promise<void> => inTurn(() => file.sync()),
    read: async (): Promise<Uint8Array[]> => entriesOf(await contentOf(file)).payloads,
    close: (): Promise<void> => file.close(),
  };
}

/** Cuts what does not verify, and answers where the next entry goes. */
async function repair(file: FileHandle, dir: string): Promise<number> {
  const content = await contentOf(file);
  const { end } = entriesOf(content);
  if (end < content.length) {
    // Nothing is cut before it lies beside the log, durably: it may be all that explains a crash.
    const tail = content.subarray(end);
    const aside = `${dir}/torn-${end}-${crc32c(tail)}`;
    await rm(aside, { force: true }); // Half of it may stand there since a crash at this place.
    await writeFile(aside, tail, { flag: 'wx', flush: true });
    await syncPath(dir);
    await file.truncate(end);
    await file.sync();
  }
  return end;
}

async function contentOf(file: FileHandle): Promise<Buffer> {
  const content = Buffer.alloc((await file.stat()).size);
  for (let done = 0; done < content.length;) {
    const { bytesRead } = await file.read(content, done, content.length - done, done);
    if (bytesRead === 0) return content.subarray(0, done);
    done += bytesRead;
  }
  return content;
}

function lineOf(payload: Uint8Array): Buffer {
  const text = Buffer.from(payload).toString('base64');
  return Buffer.from(`${crc32c(text).toString(16).padStart(8, '0')} ${text}\n`);
}

/** The payloads up to the first line that does not verify, and where that begins. */
function entriesOf(content: Buffer): { readonly payloads: Uint8Array[]; readonly end: number } {
  const payloads: Uint8Array[] = [];
  for (let at = 0; ;) {
    const cut = content.indexOf('\n', at);
    const line = content.subarray(at, cut + 1);
    const payload = Buffer.from(line.subarray(9, -1).toString('latin1'), 'base64');
    if (cut === -1 || !lineOf(payload).equals(line)) return { payloads, end: at };
    payloads.push(payload);
    at = cut + 1;
  }
}

async function syncPath(path: string): Promise<void> {
  const file = await open(path, constants.O_RDONLY);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
