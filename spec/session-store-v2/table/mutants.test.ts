import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fileNode } from '../../lib/image.ts';
import { utf8Of } from '../../lib/utf8.ts';
import type { Op } from '../ops.ts';
import { does } from './does.ts';
import type { TableOptions, TableResult } from './does.ts';
import { hashesOf, treeOf } from './testing-recorded.ts';
import { replayHistory } from './testing-replay-history.ts';
import type { RecordedHistory } from './testing-replay-history.ts';
import { replayCase } from './testing-replay.ts';
import type { RecordedCase } from './testing-replay.ts';
import { ruleIds } from './rules.ts';
import type { RuleId } from './rules.ts';
import { edit, editBytes, imageOf, index, put, segment, worldOf } from './testing-stores.ts';
import type { World } from './run.ts';

const recordings = (name: string): readonly unknown[] =>
  readFileSync(
    new URL(`../../../fixtures/session-store-v2/recorded/${name}`, import.meta.url),
    'utf8',
  )
    .trimEnd()
    .split('\n')
    .map((line) => treeOf(line));

const cases = recordings('cases.jsonl') as readonly RecordedCase[];
const histories = recordings('histories.jsonl') as readonly RecordedHistory[];

const create: Op = { op: 'create', h: 'a', max: 1n << 30n };
const closed = (image: World['image']): World => ({ image, root: '/store', handles: new Map() });
const run = (
  world: World,
  ops: readonly Op[],
  options: TableOptions = {},
): readonly TableResult[] => {
  let at = world;
  return ops.flatMap((op) => {
    const [result] = does(at, op, '2026-01-01T00:00:09.000Z', options);
    if (result === undefined) return [];
    at = result.world;
    return [result];
  });
};
const shown = (results: readonly TableResult[]): string =>
  JSON.stringify(
    results.map(({ outcome, world }) => [outcome, hashesOf(world.image)]),
    (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value),
  );

/** Worlds that the recordings hold no like of. */
const others: readonly (readonly [World, readonly Op[]])[] = [
  // A blank end of a sealed segment, that only a rollback cuts.
  [
    {
      ...worldOf({ max: 1n }),
      image: edit(worldOf({ max: 1n }).image, segment(1), (t) => `${t}\n`),
    },
    [
      { op: 'checkpoint', h: 'a', seq: 1n, reason: '' },
      { op: 'rollback', h: 'a', seq: 1n, migrationId: 'm', correlationId: 'c' },
    ],
  ],
  // Bad UTF-8 in the index.
  [closed(editBytes(imageOf(), index, (b) => b.with(9, 0xff))), [create]],
  // A checkpoint that no longer can be read.
  [closed(put(imageOf(), 'checkpoints/0000000000000001.json', fileNode(utf8Of('{')))), [create]],
  // The index's last LF is gone.
  [
    closed(edit(imageOf(), index, (t) => t.slice(0, -1))),
    [
      create,
      { op: 'append', h: 'a', id: 'x', parent: null, type: 't', payload: '1' },
      { op: 'index', h: 'a' },
    ],
  ],
  // Another schema, an unknown member, a parent that comes later.
  [closed(edit(imageOf(), index, (t) => t.replace('offset', 'onset'))), [create]],
  [closed(edit(imageOf(), index, (t) => t.replace('{', '{"x":1,'))), [create]],
  [closed(imageOf({ parentOf: (n) => (n === 1 ? 'e2' : null) })), [create]],
];

function isKilled(mutate: RuleId): boolean {
  return (
    cases.some((recorded) => replayCase(recorded, { mutate }).length > 0) ||
    others.some(([world, ops]) => shown(run(world, ops)) !== shown(run(world, ops, { mutate }))) ||
    histories.some((recorded) => replayHistory(recorded, { mutate }).length > 0)
  );
}

it('every decision, inverted, contradicts a recording or a store made by hand', () => {
  expect(ruleIds.filter((rule) => !isKilled(rule))).toEqual([]);
});
