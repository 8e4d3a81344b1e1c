import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { connect } from './client.ts';
import type { Client } from './client.ts';
import { codecs } from './kinds.ts';
import { recordings } from './recorded/kinds.ts';
import type { Recording } from './recorded/recording.ts';
import { stdioPort } from './stdio-port.ts';

// What the original programs were recorded doing, asked of our `original` in another process, on a
// real directory.

const root = join(import.meta.dirname, '../..');
const main = join(root, 'scripts/cli/main.ts');
/** The second holds longer files than most disks do. */
const places = [tmpdir(), '/dev/shm'].filter((place) => fs.existsSync(place));
const scratches = places.map((place) => fs.mkdtempSync(join(place, 'tearproof-stdio-')));

afterAll(() => {
  for (const scratch of scratches) fs.rmSync(scratch, { recursive: true });
});

describe.each(recordings)('the original $kind over stdio', (recording) => {
  it(`agrees with the recorded ${recording.file}`, async () => {
    const file = join(root, 'fixtures', recording.kind, 'recorded', recording.file);
    const lines = fs.readFileSync(file, 'utf8').trimEnd().split('\n');
    const placed = lines.map((line) => ({ line, scratch: roomFor(recording, line) }));
    const homeless = placed.filter(({ scratch }) => scratch === null);
    const { wrong, compared } = await withClient(recording.kind, (client) =>
      fourAtOnce(recording, placed, client),
    );
    const { kind } = recording;
    const agree = lines.length - homeless.length - wrong.length;
    console.info(`over stdio: ${agree} of ${lines.length} ${kind} agree, ${compared} results`);
    for (const { line } of homeless) {
      console.warn(`not tried, no file system here holds its file: ${line.slice(0, 40)}`);
    }
    expect(wrong).toEqual([]);
    expect(lines.length).toBeGreaterThanOrEqual(recording.least);
    // Where memory can be a file system, every file finds room.
    expect(homeless.length).toBe(places.includes('/dev/shm') ? 0 : homeless.length);
    expect(agree).toBe(lines.length - homeless.length);
  }, 120_000);
});

async function withClient<T>(kind: string, use: (client: Client) => Promise<T>): Promise<T> {
  const args = ['driver', '--kind', kind, '--store', 'original'];
  const client = await connect({
    command: [process.execPath, '--import', 'tsx', main, ...args],
    cwd: root,
    startMs: 60_000,
    callMs: 60_000,
  });
  try {
    return await use(client);
  } finally {
    await client.close();
  }
}

/** The first place that can hold the file which a line makes; null where none can. */
function roomFor({ longest }: Recording, line: string): string | null {
  const bytes = longest?.(line) ?? 0;
  return scratches.find((scratch) => holds(scratch, bytes)) ?? null;
}

function holds(scratch: string, bytes: number): boolean {
  const path = join(scratch, 'long');
  const fd = fs.openSync(path, 'w');
  try {
    fs.ftruncateSync(fd, bytes);
    return true;
  } catch {
    return false;
  } finally {
    fs.closeSync(fd);
    fs.rmSync(path);
  }
}

interface Placed {
  readonly line: string;
  readonly scratch: string | null;
}

/** Runs all on the one process, four mixed at any moment, and gives what was wrong. */
async function fourAtOnce(
  recording: Recording,
  all: readonly Placed[],
  client: Client,
): Promise<{ readonly wrong: readonly string[]; readonly compared: number }> {
  const codec = codecs.find((one) => one.kind === recording.kind)!;
  const wrong: string[] = [];
  let next = 0;
  let compared = 0;
  const work = async (): Promise<void> => {
    for (let i = next++; i < all.length; i = next++) {
      const { line, scratch } = all[i]!;
      if (scratch === null) continue;
      const dir = fs.mkdtempSync(join(scratch, 'store-'));
      const port = stdioPort(client, codec, { dir, handle: `${i}.` });
      await recording.run(line, port, dir).then(
        (results) => (compared += results),
        (error: unknown) => wrong.push(`${i}: ${String(error)}`),
      );
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  return { wrong, compared };
}
