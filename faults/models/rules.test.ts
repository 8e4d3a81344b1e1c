import { describe, expect, it } from 'vitest';
import { fileNode } from '../../spec/lib/image.ts';
import type { CrashChoice } from '../crash.ts';
import type { Event, OpLog } from '../oplog.ts';
import { powerOf } from '../power.ts';
import { imageAfter } from '../replay.ts';
import { allows } from './allows.ts';
import { modelNamed, models } from './index.ts';
import { allChoices } from './testing-states.ts';
import { histories, old, withFile } from './testing-histories.ts';
import { filled, shown } from './testing-litmus.ts';

describe('a choice', () => {
  it('is refused where it loses what was synced, keeps what waits, or is of another log', () => {
    const disk = withFile(2);
    const fd = disk.fs.openSync('/store/f', 'a');
    disk.fs.writeSync(fd, 'bb');
    disk.fs.fsyncSync(fd);
    disk.fs.writeSync(fd, 'cc');
    disk.fs.writeSync(fd, 'dd');
    const power = powerOf(disk.log);
    const rules = power.rules(modelNamed('ext4-ordered'));
    const cut = disk.log.events.length;
    const may = (lost: CrashChoice['lost'], at = cut): boolean => allows(rules, { cut: at, lost });
    expect(may([])).toBe(true);
    expect(may(old('step0/f/data/2+2'))).toBe(false);
    expect(may(old('step0/f/data/4+2'))).toBe(false);
    expect(may(old('step0/f/data/4+2', 'step0/f/data/6+2'))).toBe(true);
    expect(may([{ unit: 'step0/f/data/6+2', left: 'garbage' }])).toBe(false);
    expect(may([{ unit: 'step0/f/data/6+2', left: 'both names' }])).toBe(false);
    expect(may(old('step0/f/data/6+2', 'step0/f/data/6+2'))).toBe(false);
    expect(may(old('step9/f/data/0+1'))).toBe(false);
    expect(may(old('step0/f/data/2+2'), 1)).toBe(true);
    expect(may(old('step0/f/data/4+2'), 1)).toBe(false);
    expect([...allChoices(rules, cut)]).toHaveLength(9);
    expect(() => [...allChoices(rules, cut, 3)]).toThrow(
      expect.objectContaining({ code: 'too_many_pending' }),
    );
  });

  it('loses what is glued together whole', () => {
    const disk = withFile(0);
    disk.fs.appendFileSync('/store/f', filled(600, 'b'));
    const power = powerOf(disk.log);
    const ids = power.units.map((unit) => unit.id);
    const may = (model: string, ...lost: string[]): boolean =>
      allows(power.rules(modelNamed(model)), { cut: 1, lost: old(...lost) });
    expect(may('ext4-ordered', ids[2]!, ids[3]!)).toBe(false);
    expect(may('ext4-ordered', ...ids)).toBe(true);
    expect(may('adversarial-512', ids[2]!, ids[3]!)).toBe(true);
    expect(may('xfs', ids[0]!, ids[2]!)).toBe(true);
    expect(may('xfs', ids[0]!)).toBe(false);
  });

  it('may be torn at a byte only where the model tears there, and inside the piece', () => {
    const disk = withFile(4);
    disk.fs.writeSync(disk.fs.openSync('/store/f', 'r+'), 'bcd', 0);
    const power = powerOf(disk.log);
    const may = (model: string, bytes: number): boolean => {
      const left = { keeps: 'head', bytes, rest: 'zeros' } as const;
      const lost = [{ unit: 'step0/f/data/0+3', left }];
      return allows(power.rules(modelNamed(model)), { cut: 1, lost });
    };
    expect([0, 1, 2, 3, 1.5].map((bytes) => may('adversarial', bytes))).toEqual([
      false, true, true, false, false,
    ]); // prettier-ignore
    expect(may('adversarial-512', 1)).toBe(false);
  });
});

describe('a sync', () => {
  const sync = (dataOnly = false): Event => ({
    is: 'call', step: 0, actor: 0, call: { do: 'sync', ino: 2, dataOnly },
  }); // prettier-ignore
  const failing = (how: object): Event => ({
    ...sync(),
    failed: { errno: 'EIO', injected: true, ...how },
  }) as Event; // prettier-ignore
  const write = (from: number): Event => ({
    is: 'call', step: 0, actor: 0, call: { do: 'write', ino: 2, from, bytes: filled(1, 'b') },
  }); // prettier-ignore
  const logOf = (...events: Event[]): OpLog => ({
    base: new Map([['f', fileNode(filled(9000, 'a'))]]),
    events,
    notModelled: [],
  });
  const mayLose = (log: OpLog, model = 'ext4-ordered'): boolean[] => {
    const rules = powerOf(log).rules(modelNamed(model));
    return [0, 5000].map((from) =>
      allows(rules, { cut: log.events.length, lost: old(`step0/f/data/${from}+1`) }),
    );
  };

  it('that failed is no barrier, whatever the caller was told, unless it took effect', () => {
    const [a, b] = [write(0), write(5000)];
    expect(mayLose(logOf(a, b, sync()))).toEqual([false, false]);
    expect(mayLose(logOf(a, sync(), b))).toEqual([false, true]);
    expect(mayLose(logOf(a, b, failing({})))).toEqual([true, true]);
    expect(mayLose(logOf(a, b, failing({ told: false })))).toEqual([true, true]);
    expect(mayLose(logOf(a, b, failing({ took: true })))).toEqual([false, false]);
    expect(mayLose(logOf(a, b, failing({}), sync()))).toEqual([false, false]);
  });

  it('that failed and forgets leaves what it should have written to no later sync', () => {
    for (const model of ['ext4-ordered', 'seq', 'adversarial-512']) {
      const log = logOf(write(0), failing({ forgets: true }), write(5000), sync());
      expect(mayLose(log, model)).toEqual([true, false]);
    }
    const again = logOf(write(0), failing({ forgets: true }), write(0), write(5000), sync());
    const rules = powerOf(again).rules(modelNamed('ext4-ordered'));
    expect(allows(rules, { cut: 5, lost: old('step0/f/data/0+1') })).toBe(true);
    expect(allows(rules, { cut: 5, lost: old('step0/f/data/0+1#2') })).toBe(false);
  });

  it('of data alone forces no names', () => {
    const after = (how: 'fsyncSync' | 'fdatasyncSync', model: string): boolean => {
      const disk = withFile(1);
      disk.fs.renameSync('/store/f', '/store/g');
      const fd = disk.fs.openSync('/store/g', 'r+');
      disk.fs.writeSync(fd, 'b', 0);
      disk.fs[how](fd);
      const rules = powerOf(disk.log).rules(modelNamed(model));
      return allows(rules, { cut: disk.log.events.length, lost: old('step0/g/rename/f') });
    };
    for (const model of ['ext4-ordered', 'xfs', 'btrfs']) {
      expect([after('fsyncSync', model), after('fdatasyncSync', model)]).toEqual([false, true]);
    }
  });

  it('of both its directories makes a rename whole where it may be torn', () => {
    const disk = withFile(1);
    disk.fs.mkdirSync('/store/d');
    disk.fs.renameSync('/store/f', '/store/d/f');
    const may = (): boolean =>
      allows(powerOf(disk.log).rules(modelNamed('adversarial')), {
        cut: disk.log.events.length,
        lost: [{ unit: 'step0/d/f/rename/f', left: 'both names' }],
      });
    disk.fs.fsyncSync(disk.fs.openSync('/store/d'));
    expect(may()).toBe(true);
    disk.fs.fsyncSync(disk.fs.openSync('/store'));
    expect(may()).toBe(false);
  });
});

describe('every model', () => {
  it('allows what a kill between calls leaves', () => {
    for (const power of histories('12', 60, 25)) {
      for (const cut of power.cuts) {
        const plain = shown(imageAfter(power.log, cut));
        expect(shown(power.image({ cut, lost: [] }))).toBe(plain);
        for (const model of models) {
          expect(allows(power.rules(model), { cut, lost: [] }), model.name).toBe(true);
        }
        expect(power.rules(modelNamed('kill9')).pendingAt(cut)).toEqual([]);
      }
    }
  });

  it('that is honest is contained in the adversarial ones', () => {
    const wide = ['adversarial', 'adversarial-512'].map(modelNamed);
    let compared = 0;
    for (const [i, power] of histories('12', 120, 25).entries()) {
      for (const model of models.filter((m) => m.honest || m.name === 'ext4-writeback')) {
        const rules = power.rules(model);
        const contains = wide.filter((w) => model.honest || w.name === 'adversarial');
        for (const cut of power.cuts) {
          if (rules.pendingAt(cut).length > 8) continue;
          for (const choice of allChoices(rules, cut)) {
            compared++;
            for (const wider of contains) {
              const say = `12, ${i}: ${model.name} in ${wider.name}: ${JSON.stringify(choice)}`;
              if (!allows(power.rules(wider), choice)) expect.fail(say);
            }
          }
        }
      }
    }
    expect(compared).toBeGreaterThan(10_000);
  });
});
