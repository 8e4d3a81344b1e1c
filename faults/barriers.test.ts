import { describe, expect, it } from 'vitest';
import { fileNode } from '../spec/lib/image.ts';
import { cutIn, fullySynced, withoutEvent, withSync } from './barriers.ts';
import { createDisk, type Disk } from './disk.ts';
import { allows } from './models/allows.ts';
import { modelNamed, models } from './models/index.ts';
import { histories, old } from './models/testing-histories.ts';
import { shown } from './models/testing-litmus.ts';
import { powerOf } from './power.ts';

function replaced(): Disk {
  const disk = createDisk(new Map([['a', fileNode(new Uint8Array([97]))]]));
  disk.fs.writeFileSync('/store/b', 'bb');
  disk.fs.fsyncSync(disk.fs.openSync('/store/b', 'r+'));
  disk.fs.renameSync('/store/b', '/store/a');
  disk.ack(0);
  return disk;
}

describe('barriers', () => {
  const model = modelNamed('adversarial-512');
  const lostRename = old('step0/a/rename/b');

  it('put in behind an event make durable what was before it', () => {
    const { log } = replaced();
    const cut = log.events.length;
    expect(allows(powerOf(log).rules(model), { cut, lost: lostRename })).toBe(true);
    const synced = withSync(log, cut - 2, 1);
    expect(synced.events).toHaveLength(cut + 1);
    expect(synced.events.at(-1)).toEqual({ is: 'ack', step: 0 });
    expect(powerOf(synced).units.map((u) => u.id)).toEqual(powerOf(log).units.map((u) => u.id));
    expect(allows(powerOf(synced).rules(model), { cut: cut + 1, lost: lostRename })).toBe(false);
    expect(log.events).toHaveLength(cut);
  });

  it('taken out make nothing durable; only syncs can be taken out', () => {
    const { log } = replaced();
    const at = log.events.findIndex((e) => e.is === 'call' && e.call.do === 'sync');
    const bare = withoutEvent(log, at);
    const lost = old('step0/b/data/0+2');
    expect(allows(powerOf(log).rules(model), { cut: log.events.length, lost })).toBe(false);
    expect(allows(powerOf(bare).rules(model), { cut: bare.events.length, lost })).toBe(true);
    const refused = (index: number, code: string): void =>
      expect(() => withoutEvent(log, index)).toThrow(expect.objectContaining({ code }));
    refused(0, 'not_a_sync');
    refused(99, 'no_event');
    expect(() => withSync(log, 99, 1)).toThrow(expect.objectContaining({ code: 'no_event' }));
  });

  it('say where a cut lies in the log that they made', () => {
    const { log } = replaced();
    const synced = withSync(withSync(log, 1, 1), 1, 2);
    expect([0, 1, 2, 3, 5].map((cut) => cutIn(log, synced, cut))).toEqual([0, 1, 2, 5, 7]);
    expect([0, 1, 2, 3, 5].map((cut) => cutIn(log, synced, cut, true))).toEqual([0, 1, 4, 5, 7]);
    const bare = withoutEvent(log, 2);
    expect([2, 3, 4].map((cut) => cutIn(log, bare, cut))).toEqual([2, 2, 3]);
  });

  it('behind every call leave nothing but that call to be lost, under each honest model', () => {
    let synced = 0;
    for (const { log } of histories('16', 60, 40)) {
      const full = fullySynced(log);
      const power = powerOf(full);
      for (let cut = 0; cut <= log.events.length; cut++) {
        const moved = cutIn(log, full, cut, true);
        const image = shown(power.image({ cut: moved, lost: [] }));
        expect(image).toBe(shown(powerOf(log).image({ cut, lost: [] })));
        for (const honest of models.filter((m) => m.honest)) {
          expect(power.rules(honest).pendingAt(moved), `${honest.name} ${cut}`).toEqual([]);
        }
        if (moved > cut) synced++;
      }
    }
    expect(synced).toBeGreaterThan(200);
  });
});
