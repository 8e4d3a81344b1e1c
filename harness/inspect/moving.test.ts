import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSafe } from '../../reference/session-store-v2/store.ts';
import type { SessionStore } from '../../reference/session-store-v2/types.ts';
import { inspectDefaults, inspectDirectory, type Inspection } from './inspect.ts';

let folder: string;
beforeAll(() => void (folder = fs.mkdtempSync(join(tmpdir(), 'tearproof-moving-'))));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** An open store of three entries. */
function opened(name: string): { readonly dir: string; readonly append: () => void } {
  const dir = join(folder, name);
  const now = (): string => '2026-01-01T00:00:00.000Z';
  const store: SessionStore = openSafe({ fs, now }, dir, { max: 1n << 20n });
  let count = 0;
  const append = (): void => {
    const [id, parent] = [`e${count + 1}`, count === 0 ? null : `e${count}`];
    store.append({ id, parent, type: 'message', payload: '1' });
    count++;
  };
  for (let i = 0; i < 3; i++) append();
  return { dir, append };
}

/** Inspects it while somebody else acts at each moment at which an inspection asks for its time. */
function inspected(dir: string, act: (moment: number) => void): Inspection {
  let moment = 0;
  const leftMs = (): number => {
    act(++moment);
    return Number.POSITIVE_INFINITY;
  };
  return inspectDirectory(dir, { ...inspectDefaults, policyBytes: 0, leftMs }, 'session-store-v2');
}

describe('a store that is written while it is inspected', () => {
  it('is looked at again, and found whole', () => {
    for (let at = 1; ; at++) {
      const { dir, append } = opened(`once-${at}`);
      let isDone = false;
      const found = inspected(dir, (moment) => {
        if (moment !== at) return;
        isDone = true;
        append();
      });
      if (!isDone) break;
      expect(found, `at moment ${at}`).toMatchObject({ unread: [], verdict: 'whole' });
      expect(found.survey).toMatchObject({ wrong: 0 });
    }
  });

  it('is never said to be wrong, whoever goes on writing', () => {
    const { dir, append } = opened('always');
    const found = inspected(dir, append);
    expect(found.unread.map(({ code }) => code)).toContain('changed_while_read');
    expect(found).toMatchObject({
      verdict: 'unfinished',
      policies: { leftOut: 'not everything could be read (changed_while_read)' },
    });
  });

  it('is not taken for one by files that are none of its own', () => {
    const { dir } = opened('beside');
    const found = inspected(dir, (moment) => fs.writeFileSync(join(dir, 'notes'), `${moment}`));
    expect(found).toMatchObject({ unread: [], survey: { wrong: 0 } });
  });
});
