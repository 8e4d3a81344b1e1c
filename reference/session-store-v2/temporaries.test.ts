import nodeFs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { codeOf, freshRoot, idsOf, open, plant, storeOf } from './testing.ts';

const segment = 'segments/0000000000000001.seg';

/** A store of three entries with a torn fourth, in which `file` has the temporary name too. */
function linked(file: string, temporary: string): string {
  const root = freshRoot();
  plant(root, storeOf(3));
  nodeFs.appendFileSync(path.join(root, segment), '{"torn');
  nodeFs.mkdirSync(path.join(root, 'tmp'), { recursive: true });
  nodeFs.linkSync(path.join(root, file), path.join(root, temporary));
  return root;
}

describe('a temporary name that is a hard link of a file that lives', () => {
  it('does not empty the segment whose torn tail is to be kept', () => {
    const root = linked(segment, 'tmp/quarantine.tmp');
    const store = open(root);
    expect(idsOf(store)).toHaveLength(3);
    const [{ keptIn } = {}] = store.opened.repairs;
    expect(nodeFs.readFileSync(path.join(root, keptIn ?? ''), 'latin1')).toBe('{"torn');
  });

  it('does not empty a segment where a manifest is written', () => {
    const root = linked(segment, 'tmp/manifest.json.tmp');
    const store = open(root);
    store.manifest({ sessionId: 's', sourceFormat: 'native' });
    store.close();
    expect(idsOf(open(root))).toHaveLength(3);
  });
});

describe('a temporary name at which something else stands', () => {
  it('refuses a link, and what is no file', () => {
    for (const [code, make] of [
      ['symlink_refused', (at: string) => nodeFs.symlinkSync('/nowhere', at)],
      ['not_a_file', (at: string) => nodeFs.mkdirSync(at)],
    ] as const) {
      const root = freshRoot();
      plant(root, storeOf(3));
      nodeFs.appendFileSync(path.join(root, segment), '{"torn');
      nodeFs.mkdirSync(path.join(root, 'tmp'), { recursive: true });
      make(path.join(root, 'tmp/quarantine.tmp'));
      expect(codeOf(() => open(root))).toBe(code);
    }
  });
});
