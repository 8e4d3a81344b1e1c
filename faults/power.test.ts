import { describe, expect, it } from 'vitest';
import { differences, fileNode, type Image } from '../spec/lib/image.ts';
import { randomCalls } from './differential/calls.ts';
import { play, playerOf } from './differential/play.ts';
import { createDisk } from './disk.ts';
import { old, withFile } from './models/testing-histories.ts';
import { powerOf } from './power.ts';
import { randomFrom } from './random.ts';

describe('the power cuts of a log', () => {
  it('leave the very image of the disk where nothing is lost', () => {
    for (let i = 0; i < 150; i++) {
      const disk = createDisk();
      const player = playerOf(disk.fs, disk.root);
      for (const call of randomCalls(randomFrom('13').fork(`${i}`), 50)) play(player, call);
      const power = powerOf(disk.log);
      expect(new Set(power.units.map((u) => u.id)).size).toBe(power.units.length);
      const whole = power.image({ cut: disk.log.events.length, lost: [] });
      expect(differences(whole, disk.image()), `seed 13, ${i}`).toEqual([]);
    }
  });

  it('are made once for a log, and anew once it has grown', () => {
    const disk = withFile(1);
    disk.fs.appendFileSync('/store/f', 'b');
    const power = powerOf(disk.log);
    expect(powerOf(disk.log)).toBe(power);
    disk.fs.appendFileSync('/store/f', 'c');
    expect(powerOf(disk.log).units).toHaveLength(4);
    expect(power.units).toHaveLength(2);
    expect(power.log.events).toHaveLength(1);
  });

  it('are worth trying where something became pending, durable, forgotten or owed', () => {
    const disk = withFile(1);
    const fd = disk.fs.openSync('/store/f', 'a');
    disk.fs.writeSync(fd, 'b');
    disk.fs.fsyncSync(fd);
    disk.ack(0);
    const failed = { errno: 'EIO', injected: true } as const;
    const sync = { is: 'call', step: 1, actor: 0, call: { do: 'sync', ino: 2, dataOnly: false } };
    const after = [{ ...sync, failed }, { ...sync, failed: { ...failed, forgets: true } }, sync];
    const events = [...disk.log.events.slice(0, 1), ...after];
    const { cuts } = powerOf({ ...disk.log, events: events as typeof disk.log.events });
    expect(cuts).toEqual([0, 1, 3, 4]);
    disk.fs.fdatasyncSync(fd);
    disk.fs.fsyncSync(fd);
    disk.fs.fsyncSync(disk.fs.openSync('/store'));
    expect(powerOf(disk.log).cuts).toEqual([0, 1, 2, 3, 6]);
  });

  it('share the nodes of files that a choice leaves alone, and hand out images of their own', () => {
    const base: Image = new Map([...withFile(9).image(), ['g', fileNode(new Uint8Array(3))]]);
    const disk = createDisk(base);
    for (const path of ['f', 'h']) disk.fs.appendFileSync(`/store/${path}`, 'b');
    const power = powerOf(disk.log);
    const cut = disk.log.events.length;
    const whole = power.image({ cut, lost: [] });
    const lost = power.image({ cut, lost: old('step0/f/data/9+1') });
    expect(lost.get('g')).toBe(base.get('g'));
    expect(lost.get('h')).toBe(whole.get('h'));
    expect(lost.get('f')).not.toBe(whole.get('f'));
    expect(power.image({ cut, lost: old('step0/f/data/9+1') }).get('f')).toBe(lost.get('f'));
    (lost as Map<string, unknown>).clear();
    expect(power.image({ cut, lost: [] })).toEqual(whole);
    expect(() => power.image({ cut: 1, lost: old('step0/h/data/0+1') })).toThrow(
      expect.objectContaining({ code: 'unknown_unit' }),
    );
  });

  it('are right in whatever order they are asked for, also far from where a file began', () => {
    const disk = withFile(3);
    const fd = disk.fs.openSync('/store/f', 'r+');
    for (let i = 0; i < 100; i++) disk.fs.writeSync(fd, `${i % 10}`, (i * 7) % 90);
    const { length } = disk.log.events;
    const text = (cut: number, ...lost: string[]): string => {
      const node = powerOf(disk.log)
        .image({ cut, lost: old(...lost) })
        .get('f');
      return node?.is === 'file' ? Buffer.from(node.bytes).toString('latin1') : '';
    };
    const [late, early] = [text(length), text(40)];
    const id = `step0/f/data/${(39 * 7) % 90}+1`;
    expect(text(40, id)).not.toBe(early);
    expect(text(40)).toBe(early);
    expect(text(length)).toBe(late);
    expect(text(39)).toBe(text(39));
    expect(early.length).toBeLessThanOrEqual(late.length);
  });
});
