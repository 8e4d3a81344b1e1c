import * as fs from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomFrom } from '../../faults/random.ts';
import { makeWorkFolder, type WorkFolder } from '../remote/work.ts';
import { kindNamed } from '../subjects.ts';
import { connect, type Client } from '../wire/client.ts';
import { codecs } from '../wire/codecs.ts';
import { PortFault } from '../wire/fault.ts';
import { readBeside, type Beside } from './beside.ts';
import { liveClausesOf } from './judge.ts';
import { liveReaderOf } from './readers.ts';
import { plantedBeside } from './testing-planted.ts';

const root = join(import.meta.dirname, '../..');
const python = ['python3', join(root, 'ports/python/driver.py')];
const driver = fileURLToPath(new URL('./testing-driver.ts', import.meta.url));
const slow = [process.execPath, '--import', 'tsx', driver];
const patience = { timeout: 120_000 };

let work: WorkFolder;
let starters: readonly Client[] = [];
let ours: readonly Client[] = [];
beforeAll(async () => {
  work = makeWorkFolder();
  const [a, b, c, d] = await Promise.all(
    [python, python, slow, slow].map((command) =>
      connect({ command, cwd: root, startMs: 60_000, callMs: 60_000 }),
    ),
  );
  [starters, ours] = [
    [a!, b!],
    [c!, d!],
  ];
}, patience.timeout);
afterAll(async () => {
  await Promise.all([...starters, ...ours].map((one) => one.close()));
  work.remove();
}, patience.timeout);

/** A history in one process, read by another one; the folder's name is told to both. */
async function beside(
  kindName: string,
  [writes, reads]: readonly Client[],
  name: string,
  operations = 14,
): Promise<Beside> {
  const own = join(work.dir, `${name}.${kindName}`);
  fs.mkdirSync(own);
  const kind = kindNamed(kindName);
  const codec = codecs.find((one) => one.kind === kindName)!;
  const clauses = liveClausesOf(kind);
  const reader = liveReaderOf(kindName)!;
  const pair = { kind, codec, reader, clauses, writes: writes!, reads: reads! };
  const random = randomFrom('3').fork(name);
  return readBeside(pair, { work: own, random, operations, leansOn: kind.leans?.[0] });
}

const brokenIn = ({ cases }: Beside): readonly string[] => [
  ...new Set(
    cases.flatMap(({ judged }) =>
      judged.flatMap(({ clause, findings }) => findings.map(({ say }) => `${clause.id} ${say}`)),
    ),
  ),
];

/** Those with a rollback over several segments: others have no moments between. */
const histories: Readonly<Record<string, readonly number[]>> = {
  'forgets-intent': [6, 22, 23, 44, 72, 96, 9, 29, 31, 45, 51, 90],
};

/** The clauses that some histories break; whether the moment is met is left to chance. */
async function brokenBeside(
  kind: string,
  pair: readonly Client[],
  id: string,
  clause: string,
): Promise<readonly string[]> {
  const broken = new Set<string>();
  for (const n of histories[id] ?? [0, 1, 2, 3, 4, 5]) {
    for (const one of brokenIn(await beside(kind, pair, `${id}.${n}`))) {
      broken.add(one.split(' ')[0]!);
    }
    if (broken.has(clause)) break;
  }
  return [...broken];
}

const overlappedIn = ({ cases }: Beside): number => cases.filter((one) => one.overlapped).length;

describe('a reader in another process', () => {
  it('of the port in Python sees what the log was while it was read', patience, async () => {
    const seen = await beside('session-store-v2', starters, 'python', 30);
    expect(brokenIn(seen)).toEqual([]);
    expect(overlappedIn(seen)).toBeGreaterThan(0);
    expect(Math.max(...seen.cases.map(({ shown }) => shown))).toBeGreaterThan(1);
  });

  it.each(['session-store-v2', 'wal-segment'])(
    'of our %s sees the same of a slow writer, within most of its operations',
    patience,
    async (kind) => {
      const seen = await beside(kind, ours, 'safe');
      expect(brokenIn(seen)).toEqual([]);
      expect(overlappedIn(seen)).toBeGreaterThan(5);
    },
  );

  it('breaks WAL-S9-4 where it dies of half a frame', patience, async () => {
    const [writes, reads] = ours;
    const died = (): never => {
      throw new PortFault('died', 'the port died by SIGSEGV');
    };
    const dying: Client = { ...reads!, call: async () => died() };
    const broken = brokenIn(await beside('wal-segment', [writes!, dying], 'dies'));
    expect(broken).toContain('WAL-S9-4 replay: died: the port died by SIGSEGV');
  });

  // Each once, in memory every one of them is met in both kinds.
  const planted = plantedBeside.flatMap(({ id, clauses }, i) => {
    const all = Object.entries(clauses);
    const [kind, clause] = all[i % all.length]!;
    return id === 'dies-of-half' ? [] : [{ id, kind, clause }];
  });
  it.each(planted)('breaks $clause where it $id', patience, async ({ id, kind, clause }) => {
    const broken = await brokenBeside(kind, ours, id, clause);
    expect(broken).toContain(clause);
  });
});
