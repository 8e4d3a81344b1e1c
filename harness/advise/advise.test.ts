import { describe, expect, it } from 'vitest';
import type { Op } from '../../spec/append-log/ops.ts';
import type { Injection } from '../../faults/errors/types.ts';
import { safePort } from '../kinds/append-log-example.ts';
import { appendLog } from '../kinds/append-log.ts';
import type { PortMaker } from '../kind.ts';
import { adviceLines } from '../report/advice.ts';
import { trialOf } from '../subjects.ts';
import { appendLogZoo } from '../zoo/append-log/index.ts';
import { loadBug } from '../zoo/load.ts';
import { advise } from './advise.ts';
import { tellLines } from './tell.ts';
import { findPowerCut, withoutSyncs } from './testing-find.ts';

const payload = new Uint8Array(Buffer.from('hello'));
const ops: readonly Op[] = [
  { op: 'open', durability: 'entry' },
  { op: 'append', payload },
];
const without = (of: 'file' | 'dir'): PortMaker<Op, unknown> => {
  return (fs, root) => safePort(withoutSyncs(fs, of), root);
};
const trialWith = (make: PortMaker<Op, never>) => trialOf(appendLog, make, 'safe');

async function adviceOn(
  make: PortMaker<Op, never>,
  models: readonly string[],
  more: {
    readonly clause?: `LOG-S3-${number}`;
    readonly ops?: readonly Op[];
    readonly errors?: readonly Injection[];
  } = {},
) {
  const trial = trialWith(make);
  const { clause = 'LOG-S3-1' } = more;
  const found = await findPowerCut(trial, { ops, clause, models, ...more });
  const { hit } = found;
  const asked = { ...found, finding: hit.finding, run: hit.run, fault: hit.case.fault };
  return { trial, found, asked, advice: (await advise(trial, asked))! };
}

describe('advice on a log that does not sync its file', () => {
  it('names that sync, counts what it removes, and where it happens', async () => {
    const { advice } = await adviceOn(without('file') as never, ['ext4-ordered']);
    expect(advice.barriers).toMatchObject({ is: 'removes', rungs: ['one lost'], failing: 1 });
    expect(advice.bites.notOn).toEqual([]);
    expect(advice.bites.unknown).toEqual([]);
    expect(advice.kept).toEqual([]);
    expect(adviceLines(advice)).toEqual([
      '  bites on: seq, ext4-journal, ext4-ordered-nodelalloc, ext4-ordered, xfs, btrfs, ' +
        'adversarial-512; reported only: ext4-writeback, apfs, ntfs, adversarial, lying-fsync',
      '  advice:   an fsync of log after call 1 of operation 2 (the write of log [0, 13)) removes it:',
      '            1 failing state of this history becomes 0 (one lost; ext4-ordered)',
    ]);
  });

  it('is told with the history, the calls that were lost, and the bytes', async () => {
    const { trial, found } = await adviceOn(without('file') as never, ['xfs']);
    const lines = await tellLines(trial, found);
    const text = lines.join('\n');
    expect(text).toContain(
      "what happened:     After a power cut (xfs) after operation 2, entry «'hello'», " +
        'acknowledged at operation 2, is missing, because the bytes [0, 13) of log (write, call 1 ' +
        'of operation 2: zeros stand there) were lost. (',
    );
    expect(text).toContain('1  write log [0, 13)  LOST in part');
    expect(text).toContain('⚡ power fails here (xfs)');
    expect(text).toContain('bytes of log (13 in all), 0 to 13: a write was lost here');
  });
});

describe('advice on a log that does not sync its directory', () => {
  it('names the directory, and the file systems where its loss is possible', async () => {
    const { advice } = await adviceOn(without('dir') as never, ['adversarial-512']);
    expect(advice.bites).toEqual({
      on: ['adversarial-512', 'apfs', 'ntfs', 'adversarial', 'lying-fsync'],
      notOn: [
        'seq',
        'ext4-journal',
        'ext4-ordered-nodelalloc',
        'ext4-ordered',
        'xfs',
        'btrfs',
        'ext4-writeback',
      ],
      unknown: [],
    });
    expect(adviceLines(advice)[1]).toContain(
      "an fsync of the store's directory after call 1 of operation 1 (the directory entry log)",
    );
  });
});

describe('advice where no sync helps', () => {
  it('says that the order or the logic is wrong', async () => {
    const bug = appendLogZoo.bugs.find((one) => one.id === 'no-checksum')!;
    const { make } = await loadBug(appendLogZoo, bug);
    const models = ['ext4-ordered', 'adversarial-512'];
    const { advice } = await adviceOn(make as never, models, { clause: 'LOG-S3-2' });
    expect(advice.barriers.is).toBe('logic');
    expect(adviceLines(advice)[1]).toContain('no sync helps: it stays with a completed sync');
  });

  it('says that the device lies where it does', async () => {
    const { advice } = await adviceOn(safePort as never, ['lying-fsync']);
    expect(adviceLines(advice).slice(1)).toEqual([
      '  advice:   no sync helps where the device reports syncs that it did not make',
    ]);
  });

  it('lays nothing to a failed sync where none failed', async () => {
    const { trial, found } = await adviceOn(safePort as never, ['lying-fsync']);
    expect((await tellLines(trial, found)).join('\n')).not.toContain('reported only: a sync');
  });

  it('says that a failed sync made the system forget', async () => {
    const errors = [{ is: 'sync', at: { step: 2, nth: 0 }, way: 'clean', errno: 'EIO' }] as const;
    const history: readonly Op[] = [
      { op: 'open' },
      { op: 'append', payload },
      { op: 'sync' },
      { op: 'close' },
      { op: 'open', durability: 'entry' },
      { op: 'append', payload: new Uint8Array(3) },
    ];
    const { advice, trial, found } = await adviceOn(safePort as never, ['seq'], {
      ops: history,
      errors,
    });
    expect(advice.barriers).toMatchObject({ is: 'forgotten' });
    const text = (await tellLines(trial, found)).join('\n');
    expect(text).toContain('no sync helps: after the fsync that failed (call 1 of operation 3)');
    expect(text).toContain('After EIO from fsync log in operation 3 and a power cut (seq)');
    expect(text).toContain('reported only: a sync failed, and the store was opened again');
  });
});

describe('the budget of an advice', () => {
  it('says what was not found out when it ends', async () => {
    const { trial, asked } = await adviceOn(without('file') as never, ['xfs']);
    const none = (await advise(trial, asked, { walks: 0, models: 0 }))!;
    expect(none.kept).toBe(null);
    expect(none.bites.on).toContain('xfs');
    expect(none.bites.unknown).toEqual([
      'seq',
      'ext4-journal',
      'ext4-ordered-nodelalloc',
      'ext4-ordered',
      'btrfs',
      'lying-fsync',
    ]);
    expect(none.barriers).toMatchObject({ is: 'unknown', barriers: [], failing: null });
    expect(adviceLines(none)[1]).toContain('none found within 0 walks');
  });

  it('is not spent where no power was cut', async () => {
    const { trial, asked } = await adviceOn(without('file') as never, ['ext4-ordered']);
    const kill = { step: 1, calls: 0, inFlight: true };
    expect(await advise(trial, { ...asked, fault: { is: 'kill', kill } })).toBe(null);
  });
});
