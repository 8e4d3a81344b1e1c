import { describe, expect, it } from 'vitest';
import { fileNode, type Image, type Node } from '../../spec/lib/image.ts';
import type { Op, Value } from '../../spec/append-log/ops.ts';
import type { Trial } from '../judge.ts';
import { gatherOn } from '../judge.ts';
import type { PortMaker } from '../kind.ts';
import { appendLog } from '../kinds/append-log.ts';
import { logPort } from '../kinds/append-log-port.ts';
import { trialOf } from '../subjects.ts';
import { rebased } from './rebase.ts';
import { walksOf } from './walks.ts';

const text = (s: string): Uint8Array => new Uint8Array(Buffer.from(s));
const file = (s: string): Node => fileNode(text(s));

/** A log of lines that reads `lines`, renames `old` without a look, and leaves all else alone. */
const lines: PortMaker<Op, Value> = logPort((fs, dir) => {
  const path = `${dir}/lines`;
  const log = fs.openSync(path, 'a+');
  if (fs.existsSync(`${dir}/old`)) fs.renameSync(`${dir}/old`, `${dir}/older`);
  return {
    append: (payload) => fs.writeSync(log, Buffer.concat([payload, Buffer.from('\n')])),
    sync: () => fs.fsyncSync(log),
    read: () => fs.readFileSync(path, 'utf8').split('\n').slice(0, -1).map(text),
    close: () => fs.closeSync(log),
  };
});

const trialWith = (make: PortMaker<Op, Value>): Trial<Op, Value, never, never> =>
  // The machine's state is nobody's business here.
  trialOf(appendLog, make, 'safe') as unknown as Trial<Op, Value, never, never>;

const image = (extra: Readonly<Record<string, string>>): Image =>
  new Map([
    ['lines', file('one\n')],
    ...Object.entries(extra).map(([p, s]) => [p, file(s)] as const),
  ]);

describe('remembered walks', () => {
  it('stand for states that look the same, which keep their own bytes', async () => {
    const walks = walksOf(trialWith(lines), { recheckOneIn: 1 });
    const first = await gatherOn(walks.trial, image({ other: 'abc' }));
    const second = await gatherOn(walks.trial, image({ other: 'xyz', more: '' }));
    expect(walks.counts).toEqual({ asked: 2, walked: 1, rechecked: 1, differed: 0 });
    expect(second.seen.map((s) => s.outcome)).toEqual(first.seen.map((s) => s.outcome));
    const last = second.seen.at(-1)!.image!;
    expect(last.get('other')).toEqual(file('xyz'));
    expect(last.get('more')).toEqual(file(''));
    expect(last.get('lines')).toEqual(first.seen.at(-1)!.image!.get('lines'));
    await gatherOn(walks.trial, image({ lines: 'two\n' }));
    expect(walks.counts.walked).toBe(2);
  });

  it('carry a file along that was renamed without a look', async () => {
    const walks = walksOf(trialWith(lines), { recheckOneIn: 1 });
    await gatherOn(walks.trial, image({ old: 'abc' }));
    const { seen } = await gatherOn(walks.trial, image({ old: 'xyz' }));
    expect(walks.counts).toEqual({ asked: 2, walked: 1, rechecked: 1, differed: 0 });
    expect(seen.at(-1)!.image!.get('older')).toEqual(file('xyz'));
    expect(seen.at(-1)!.image!.has('old')).toBe(false);
  });

  it('are not made up where a file was changed that nobody had read whole', () => {
    const before = image({});
    const after = new Map(before).set('lines', file('one\ntwo\n'));
    const seen = [{ phase: 'append', op: 'append', outcome: { is: 'ok', value: null }, image: after }] as const; // prettier-ignore
    const walked = { seen, outside: [], requested: 0, steps: [], image: after, calls: [] };
    const log = { base: before, events: [], notModelled: [] };
    const over = { start: before, base: before, walked: { ...walked, log } };
    expect(rebased(over, image({ lines: 'ONE\n' }))).toBeNull();
    expect(rebased(over, image({ other: 'x' }))?.walked.image.get('other')).toEqual(file('x'));
  });

  it('are given up for a port that is not always the same', async () => {
    let opened = 0;
    const moody: PortMaker<Op, Value> = logPort(() => {
      opened++;
      return {
        append: () => null,
        sync: () => null,
        read: () => [text(`${opened}`)],
        close: () => null,
      };
    });
    const walks = walksOf(trialWith(moody), { recheckOneIn: 2 });
    for (let i = 0; i < 6; i++) await gatherOn(walks.trial, image({ other: `${i}` }));
    expect(walks.counts).toEqual({ asked: 6, walked: 4, rechecked: 1, differed: 1 });
  });
});
