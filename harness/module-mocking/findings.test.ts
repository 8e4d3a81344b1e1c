import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { root, runProject, type Ran } from './testing-project.ts';

const example = (name: string): string => readFileSync(join(root, 'ports/examples', name), 'utf8');

/** A text with one place changed; it must stand there once. */
function edited(text: string, find: string, replace: string): string {
  expect(text.split(find)).toHaveLength(2);
  return text.replace(find, replace);
}

/** Logs that import `node:fs` or `node:fs/promises`: one that is right, two with a bug each. */
function logs(): Record<string, string> {
  const sync = `${example('append-log.ts')}
import nodeFs from 'node:fs';
export const openIt = (dir: string, durability?: 'none' | 'entry') => openLog(nodeFs, dir, durability);
`;
  const later = `${example('append-log-promises.ts')}
export const openIt = openPromisesLog;
`;
  const unsynced = /if \(durability === 'entry'\) (?:await )?\w+\.\w*[sS]ync\(\w*\);/;
  const without = (text: string): string => edited(text, unsynced.exec(text)?.[0] ?? '', '');
  const counted = 'for (const payload of payloads(found)) end += 8 + payload.length;';
  const repaired = 'await repair(file, dir)';
  return {
    'sync-right.ts': sync,
    'sync-unsynced.ts': without(sync),
    'sync-unrepaired.ts': edited(sync, counted, 'end = found.length;'),
    'promises-right.ts': later,
    'promises-unsynced.ts': without(later),
    'promises-unrepaired.ts': edited(later, repaired, '(await file.stat()).size'),
  };
}

/** Each log on memfs behind the recorder, and on a disk of ours. */
const compare = `
import { writeFileSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { appendLog, logPort, onMockedFs, runConformance } from 'tearproof/harness';
import { createDisk } from 'tearproof/faults';
import * as given from './append-log.ts';

vi.mock('node:fs', async () => (await import('tearproof/harness')).mockedFs);
vi.mock('node:fs/promises', async () => (await import('tearproof/harness')).mockedFs.promises);

const tried = async (make) => {
  const { broken, results } = await runConformance(appendLog, make, { histories: 1 });
  const { verdicts, totals } = results.kinds[0];
  const found = broken.map(({ id, anomaly, story }) => ({ id, anomaly, story }));
  return { found, verdicts, totals };
};
test('all', async () => {
  const answer = { given: await tried(logPort(given.openLog)) };
  for (const name of NAMES) {
    const path = './' + name;
    const { openIt } = await import(path);
    const port = logPort((_fs, dir, durability) => openIt(dir, durability));
    answer[name] = [await tried(onMockedFs(port)), await tried(onMockedFs(port, createDisk))];
  }
  writeFileSync('answer.json', JSON.stringify(answer));
});
`;

interface Tried {
  readonly found: readonly { readonly id: string; readonly anomaly: string; story: string }[];
  readonly totals: Readonly<Record<string, number>>;
}
type Answer = Readonly<Record<string, readonly [Tried, Tried]>> & { readonly given: Tried };

const names = Object.keys(logs());
let ran: Ran = { code: null, said: '', answer: null };
let answer: Answer;
beforeAll(() => {
  const test = compare.replace('NAMES', JSON.stringify(names));
  ran = runProject({
    ...logs(),
    'append-log.ts': example('append-log.ts'),
    'compare.test.ts': test,
  });
  answer = ran.answer as Answer;
});

describe('a log that imports node:fs itself', () => {
  it('is tried under module mocking', () => {
    expect(ran.said).toContain('1 passed');
    expect(ran.code).toBe(0);
  });

  it.each(names)('leaves on memfs what it leaves on our disk: %s', (name) => {
    const [memfs, ours] = answer[name]!;
    expect(memfs).toEqual(ours);
    expect(memfs.totals['walked']).toBeGreaterThan(100);
  });

  it('shows what it shows where it is handed its file system', () => {
    expect(answer['sync-right.ts']?.[0]).toEqual(answer.given);
  });

  it.each(['sync', 'promises'])('is caught with its bug, and not without: %s', (style) => {
    const of = (bug: string): readonly string[] =>
      answer[`${style}-${bug}.ts`]![0].found.map((f) => `${f.id} ${f.anomaly}`);
    expect(of('right')).toEqual([]);
    expect(of('unsynced')).toContain('LOG-S3-1 lost_durable');
    expect(of('unrepaired')).toContain('LOG-S3-4 continuation_broken');
  });
});
