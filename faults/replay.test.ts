import { describe, expect, it } from 'vitest';
import { differences, fileNode, type Image } from '../spec/lib/image.ts';
import { play, playerOf } from './differential/play.ts';
import { randomCalls } from './differential/calls.ts';
import { createDisk } from './disk.ts';
import { randomFrom } from './random.ts';
import { imageAfter, prefixes, replayOf } from './replay.ts';

const SEED = '4711';
const text = (s: string): Uint8Array => new Uint8Array(Buffer.from(s));
const base: Image = new Map([
  ['d', { is: 'dir' }],
  ['a', fileNode(text('first\n'))],
  ['d/x', fileNode(text('second\n'))],
  ['l', { is: 'link', to: '/elsewhere/kept' }],
]);

describe('replay', () => {
  it('builds after every event the very tree that the disk had', () => {
    let events = 0;
    for (let i = 0; i < 400; i++) {
      const disk = createDisk(base);
      const player = playerOf(disk.fs, disk.root);
      const had: { at: number; image: Image }[] = [];
      for (const call of randomCalls(randomFrom(SEED).fork(`log ${i}`), 60)) {
        play(player, call);
        had.push({ at: disk.log.events.length, image: disk.image() });
      }
      const built = new Map([...prefixes(disk.log)].map((p) => [p.eventCount, p.image]));
      for (const { at, image } of had) {
        expect(differences(built.get(at)!, image), `seed ${SEED}, log ${i}`).toEqual([]);
      }
      expect(differences(imageAfter(disk.log, disk.log.events.length), disk.image())).toEqual([]);
      events += disk.log.events.length;
    }
    expect(events).toBeGreaterThan(2000);
  });

  it('brings files in from outside and follows them out and back', () => {
    const disk = createDisk(base);
    disk.fs.renameSync('/store/d', '/tmp/d');
    disk.fs.appendFileSync('/tmp/d/x', 'third\n');
    disk.fs.linkSync('/elsewhere/kept', '/store/in');
    disk.fs.renameSync('/tmp/d', '/store/e');
    const image = imageAfter(disk.log, disk.log.events.length);
    expect(differences(image, disk.image())).toEqual([]);
    expect([...image.keys()].toSorted()).toEqual(['a', 'e', 'e/x', 'in', 'l']);
    expect(image.get('e/x')).toEqual(fileNode(text('second\nthird\n')));
  });

  it('cuts the write in flight at a byte, in all names of its file, and then goes on', () => {
    const disk = createDisk(base);
    disk.fs.linkSync('/store/a', '/store/b');
    const fd = disk.fs.openSync('/store/a', 'a');
    disk.fs.writeSync(fd, 'abcdef');
    const { log } = disk;
    const part = imageAfter(log, 1, 2);
    expect(part.get('b')).toEqual(fileNode(text('first\nab')));
    expect(part.get('a')).toBe(part.get('b'));
    expect(part.get('d/x')).toBe(base.get('d/x'));
    const replay = replayOf(log);
    replay.apply(log.events[0]!);
    replay.imageWithPart(log.events[1]!, 3);
    replay.apply(log.events[1]!);
    expect(replay.image().get('b')).toEqual(fileNode(text('first\nabcdef')));
    expect(() => imageAfter(log, 0, 1)).toThrow(RangeError);
    expect(() => imageAfter(log, 2, 1)).toThrow(RangeError);
  });

  it('shares what an event did not touch, and the base itself', () => {
    const disk = createDisk(base);
    disk.fs.writeFileSync('/store/n', 'x');
    disk.fs.appendFileSync('/store/n', 'y');
    const images = [...prefixes(disk.log)].map((p) => p.image);
    expect(images[0]!.get('a')).toBe(base.get('a'));
    expect(images[3]!.get('d/x')).toBe(base.get('d/x'));
    expect(images.map((image) => image.get('n')?.is === 'file' && image.get('n'))).toEqual([
      false,
      fileNode(text('')),
      fileNode(text('x')),
      fileNode(text('xy')),
    ]);
  });

  it('applies a failed call only where its effect took place', () => {
    const call = { do: 'size', ino: 3, to: 2 } as const;
    const at = { is: 'call', step: 0, actor: 0, call } as const;
    const failed = { errno: 'EIO', injected: true };
    const none = { base, events: [{ ...at, failed }], notModelled: [] };
    expect(imageAfter(none, 1).get('a')).toEqual(fileNode(text('first\n')));
    const took = { base, events: [{ ...at, failed: { ...failed, took: true } }], notModelled: [] };
    expect(imageAfter(took, 1).get('a')).toEqual(fileNode(text('fi')));
  });
});
