import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inspectSafe } from '../../../reference/session-store-v2/store.ts';
import { assess } from '../../../spec/session-store-v2/classify.ts';
import { readImage } from '../../inspect/read.ts';
import { plant } from '../../wire/recorded/tree.ts';
import type { Case } from '../../wire/recorded/session-store-v2-forms.ts';
import { salvage } from '../salvage.ts';

const scratch = fs.mkdtempSync(join(tmpdir(), 'tearproof-salvage-recorded-'));
const file = join(import.meta.dirname, '../../../fixtures/session-store-v2/recorded/cases.jsonl');
const cases = fs
  .readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line): Case => JSON.parse(line));

afterAll(() => {
  fs.rmSync(scratch, { recursive: true });
});

describe('salvage of every store that was recorded damaged', () => {
  it.each(cases)('$id keeps all that the classifier verifies, and more', async (each) => {
    const dir = join(scratch, each.id);
    fs.mkdirSync(dir);
    plant(dir, each.before);
    const { entries, later } = assess(readImage(dir).image);
    const report = await salvage(dir, `${dir}.out`);
    const store = inspectSafe({ fs, now: () => '' }, `${dir}.out`, { max: 1n });
    const kept = new Set(store.all().map((frame) => frame.entryId));
    const left = new Set(report.leftOut.map((l) => l.entryId));
    const missing = [...entries, ...later].filter(
      ({ frame }) => !kept.has(frame.entryId) && !left.has(frame.entryId),
    );
    expect(missing).toEqual([]);
    expect(report.framesFound).toBe(entries.length + later.length);
  });
});
