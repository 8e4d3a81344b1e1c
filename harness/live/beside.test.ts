import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomFrom } from '../../faults/random.ts';
import { makeWorkFolder, type WorkFolder } from '../remote/work.ts';
import { kindNamed } from '../subjects.ts';
import type { Json, JsonObject } from '../wire/ascii.ts';
import { connect, type Client } from '../wire/client.ts';
import { codecs } from '../wire/codecs.ts';
import { readBeside, type Beside } from './beside.ts';
import { liveReaderOf } from './readers.ts';

const name = 'session-store-v2';
const command = ['python3', join(import.meta.dirname, '../../ports/python/driver.py')];
const patience = { timeout: 120_000 };

let work: WorkFolder;
let writes: Client;
let reads: Client;
beforeAll(async () => {
  work = makeWorkFolder();
  [writes, reads] = await Promise.all([connect({ command }), connect({ command })]);
}, patience.timeout);
afterAll(async () => {
  await Promise.all([writes.close(), reads.close()]);
  work.remove();
}, patience.timeout);

/** A history in one process of the Python port, read by another one. */
async function beside(seed: string, reading: Client): Promise<Beside> {
  const own = join(work.dir, seed);
  fs.mkdirSync(own);
  const codec = codecs.find((one) => one.kind === name)!;
  const pair = {
    kind: kindNamed(name),
    codec,
    reader: liveReaderOf(name)!,
    writes,
    reads: reading,
  };
  const random = randomFrom('3').fork(seed);
  return readBeside(pair, { work: own, random, operations: 20 });
}

/** A process whose answers to `all` are changed on their way. */
const changing = (change: (frames: readonly Json[]) => readonly Json[]): Client => ({
  ...reads,
  call: async (method, params) => {
    const reply = await reads.call(method, params);
    if (!method.endsWith('/all') || reply.is === 'error') return reply;
    const { frames, ...rest } = reply.result as JsonObject & { frames: readonly Json[] };
    return { ...reply, result: { ...rest, frames: [...change(frames)] } };
  },
});

describe('a reader in another process', () => {
  it('sees what the log was while it was read', patience, async () => {
    const seen = await beside('whole', reads);
    expect(seen.findings).toEqual([]);
    expect(seen.overlapped).toBeGreaterThan(5);
    expect(seen.shown).toBeGreaterThan(5);
  });

  it.each<[string, string, (frames: readonly Json[]) => readonly Json[]]>([
    ['lags behind', 'lost_acked', (frames) => frames.slice(0, -1)],
    ['passes one over', 'gap', (frames) => frames.filter((_, i) => i !== frames.length - 2)],
    ['shows one twice', 'duplicate', (frames) => [...frames, ...frames.slice(-1)]],
    ['reads backwards', 'reordered', (frames) => frames.toReversed()],
    ['shows half of one', 'torn_visible', (frames) => frames.map(halved)],
  ])('is found where it %s: %s', patience, async (_how, anomaly, change) => {
    const { findings } = await beside(anomaly, changing(change));
    expect(findings.map((one) => one.anomaly)).toContain(anomaly);
  });
});

function halved(frame: Json): Json {
  const payload = '"half of it';
  return { ...(frame as JsonObject), payload };
}
