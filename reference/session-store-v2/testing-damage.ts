import { expect } from 'vitest';
import { inspectSafe, openSafe } from './store.ts';
import { codeOf, dyingAt, entryAt, envOver, freshRoot, idsOf, open, plant, storeOf, treeOf } from './testing.ts'; // prettier-ignore
import type { Files } from './testing.ts';

// One small store of four entries in two segments, damaged in each way that the rules of opening
// speak of.

export const max = 700n;
export const first = 'segments/0000000000000001.seg';
export const last = 'segments/0000000000000002.seg';
export const index = 'index/offsets.jsonl';
export const ledger = 'migrations/ledger.jsonl';
export const base = storeOf(4, { max });
export const ids = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => entryAt(i + 1).id);
export const linesOf = (files: Files, name: string): string[] =>
  (files[name] ?? '').match(/[^\n]*\n/g) ?? [];
export const edit = (name: string, change: (text: string, lines: string[]) => string): Files => ({
  ...base,
  [name]: change(base[name] ?? '', linesOf(base, name)),
});

export function planted(files: Files): string {
  const root = freshRoot();
  plant(root, files);
  return root;
}

/**
 * The code that a writing open refuses with, after checking that it changed nothing and what
 * inspecting shows.
 */
export function refusal(root: string, readable: string[], limits = {}): string | null {
  const before = treeOf(root);
  const code = codeOf(() => openSafe(envOver(dyingAt(1)), root, { max, limits }));
  expect(treeOf(root)).toEqual(before);
  const inspected = inspectSafe(envOver(dyingAt(1)), root, { max, limits });
  expect(idsOf(inspected)).toEqual(readable);
  expect(inspected.opened.notices.map((n) => n.code)).toContain(code);
  expect(treeOf(root)).toEqual(before);
  return code;
}

/** Opens, then opens again: the second time nothing may be done or left to do. */
export function mended(files: Files, options = {}): ReturnType<typeof open> {
  const root = planted(files);
  const store = open(root, { max, ...options });
  const after = treeOf(root);
  const again = open(root, { max });
  expect(again.opened.repairs).toEqual([]);
  expect(treeOf(root)).toEqual(after);
  store.validate();
  for (const { keptIn } of store.opened.repairs) if (keptIn) expect(after).toHaveProperty([keptIn]);
  return store;
}

export const did = (store: ReturnType<typeof open>): string[] =>
  store.opened.repairs.map((r) => `${r.did} ${r.file} ${r.why}`);
export const noticed = (store: ReturnType<typeof open>): string[] =>
  store.opened.notices.map((n) => `${n.code} ${n.file}`);
