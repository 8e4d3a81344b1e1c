import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { frameAt, inspectDefaults, inspectDirectory } from '../../harness/inspect/inspect.ts';
import { readImage } from '../../harness/inspect/read.ts';
import { judgePolicies } from '../../harness/inspect/session-store-v2-policies.ts';
import { writeImage } from '../../harness/inspect/write.ts';
import type { Image } from '../../spec/lib/image.ts';
import { sampleImage } from '../../spec/session-store-v2/sample.ts';
import { asJson } from './inspect-json.ts';
import { frameInWords, inWords } from './inspect-text.ts';
import { plain } from './lib/paint.ts';

const made: string[] = [];
afterAll(() => made.forEach((dir) => rmSync(dir, { recursive: true, force: true })));

function storeAt(image: Image = sampleImage({ entries: 7, perSegment: 3 })): string {
  const dir = mkdtempSync(join(tmpdir(), 'tearproof-inspect-'));
  made.push(dir);
  writeImage(dir, image);
  return dir;
}

/** Replaces text in a file of a store on disk. */
function change(dir: string, path: string, from: string, to: string): void {
  const text = readFileSync(join(dir, path), 'latin1');
  expect(text).toContain(from);
  writeFileSync(join(dir, path), text.replace(from, to), 'latin1');
}

const first = 'segments/0000000000000001.seg';
// The other process that computes policies needs compiled code; here they are computed directly.
const alone = { ...inspectDefaults, policyBytes: 0 };

describe('inspect', () => {
  it('calls a whole store whole, with its chain', () => {
    const found = inspectDirectory(storeAt(), alone);
    expect(found.verdict).toBe('whole');
    const text = inWords(found, plain);
    expect(text).toMatch(/^7 entries$/m);
    expect(text).toContain(`chain ${String(found.survey.own['chainHash'])}`);
    expect(text.trimEnd().endsWith('whole')).toBe(true);
  });

  it('names damage with file and bytes, last and in full', () => {
    const dir = storeAt();
    change(dir, first, '{"n":2}', '{"n":9}');
    change(dir, 'index/offsets.jsonl', '"crc32c":"', '"crc32c":"0');
    const found = inspectDirectory(dir, alone);
    expect(found.verdict).toBe('wrong');
    const text = inWords(found, plain);
    expect(text).toMatch(/segments\/0000000000000001\.seg 618 to 625 {2}payload_hash/);
    expect(text).toMatch(/index\/offsets\.jsonl \d+ to \d+ {2}row_crc/);
  });

  it('says what each policy would do', () => {
    const dir = storeAt();
    change(dir, first, '{"n":2}', '{"n":9}');
    const would = judgePolicies(readImage(dir).image);
    expect(would.safe.codes).toEqual(['frame_corrupt']);
    expect(would.safe.readable).toBe(1);
    expect(would.original.map((o) => o.code)).toEqual(['payload-mismatch']);
    expect(would.original[0]?.rows).toContain('R8');
    expect(would.original[0]?.changes).toContain('index/offsets.jsonl');
    const text = inWords({ ...inspectDirectory(dir, alone), policies: would }, plain);
    expect(text).toContain('original: refuses: payload-mismatch (rows R8)');
    expect(text).toContain('safe: refuses: frame_corrupt; an inspecting open reads 1 entry');
  });

  it('leaves out what policies would do where the store is too large, and says so', () => {
    const dir = storeAt();
    const text = inWords(inspectDirectory(dir, { ...alone, policyBytes: 100 }), plain);
    expect(text).toMatch(/was not computed: the store has \d+ bytes, more than 100/);
  });

  it('ends when the time has ended, and does not call that whole', () => {
    const found = inspectDirectory(storeAt(), { ...alone, leftMs: () => 0 });
    expect(found.verdict).toBe('unfinished');
    expect(found.unread.map((p) => p.code)).toContain('time_ended');
    // Wherever it ends, what was not read is not called missing.
    const dir = storeAt();
    for (let calls = 1; calls < 30; calls++) {
      let left = calls;
      const partly = inspectDirectory(dir, { ...alone, leftMs: () => (left > 0 ? left-- : 0) });
      expect(partly.survey.wrong, `after ${calls} looks at the clock`).toBe(0);
      expect(partly.verdict).toBe(
        left > 0 ? 'whole' : partly.unread.length > 0 ? 'unfinished' : 'whole',
      );
    }
  });

  it('prints JSON that parses, numbers of 64 bits as text, and nothing a terminal obeys', () => {
    const image = new Map(sampleImage({ entries: 2, perSegment: 2 }));
    image.set('segments/a\u009b2Jb', { is: 'file', bytes: new Uint8Array(0), size: 0 });
    const text = asJson(inspectDirectory(storeAt(image), alone));
    expect(text).not.toMatch(/[\u007f-\u009f]/);
    const report: { entries?: readonly { entrySeq?: unknown }[] } = JSON.parse(text);
    expect(report.entries?.[1]?.entrySeq).toBe('2');
  });

  it('shows the bytes of a frame with their meaning', () => {
    const dir = storeAt();
    change(dir, first, '{"n":2}', '{"n":9}');
    const shown = frameAt(dir, { number: 1n, nth: 2n });
    if (typeof shown === 'string') throw new Error(shown);
    expect(shown.wrong).toBe(true);
    const text = frameInWords(shown);
    expect(text).toContain('entryId = entry_00000002');
    expect(text).toContain('^ bytes 618 to 625: payload_hash');
    expect(frameAt(dir, { number: 1n, nth: 9n })).toMatch(/no frame 9: it has 3/);
    expect(frameAt(join(dir, 'nowhere'), { number: 1n, nth: 1n })).toMatch(/root_missing/);
  });
});
