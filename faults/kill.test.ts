import { describe, expect, it } from 'vitest';
import { differences, fileNode, type Image } from '../spec/lib/image.ts';
import { play, playerOf } from './differential/play.ts';
import { randomCalls } from './differential/calls.ts';
import { createDisk, type Disk } from './disk.ts';
import { applyCut, applyCuts, killCuts } from './kill.ts';
import { isChange } from './oplog.ts';
import { randomFrom } from './random.ts';
import { imageAfter } from './replay.ts';

const text = (s: string): Uint8Array => new Uint8Array(Buffer.from(s));

/**
 * Step 0 makes a file and writes to it twice; step 1 fails without a call; step 2 syncs; step 3
 * removes it.
 */
function someSteps(): Disk {
  const disk = createDisk();
  disk.mark(0);
  const fd = disk.fs.openSync('/store/f', 'a');
  disk.fs.writeSync(fd, 'abc');
  disk.fs.writeSync(fd, '{"a":1}\n');
  disk.ack(0);
  disk.mark(2);
  disk.fs.fsyncSync(fd);
  disk.ack(2);
  disk.mark(3);
  disk.fs.unlinkSync('/store/f');
  return disk;
}

describe('kill cuts', () => {
  it('stand at every prefix of what changed the disk, when most is owed for it', () => {
    const { log } = someSteps();
    const whole = killCuts(log).filter((cut) => cut.partialBytes === undefined);
    expect(whole).toEqual([
      { event: 0, step: 0, inFlight: true },
      { event: 1, step: 0, inFlight: true },
      { event: 2, step: 0, inFlight: true },
      { event: 6, step: 2, inFlight: false },
      { event: 7, step: 3, inFlight: true },
    ]);
    expect(log.events.slice(0, 6).filter(isChange)).toHaveLength(3);
  });

  it('tear each write at its first and last byte and where the caller says', () => {
    const { log } = someSteps();
    const seen: string[] = [];
    const cuts = killCuts(log, {
      tears: (path, bytes) => {
        seen.push(`${path} ${Buffer.from(bytes).toString()}`);
        return [0, 4, bytes.length, 99, 2.5];
      },
    });
    expect(seen).toEqual(['f abc', 'f {"a":1}\n']);
    const torn = cuts.filter((cut) => cut.partialBytes !== undefined);
    expect(torn.map((cut) => [cut.event, cut.partialBytes])).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 4],
      [2, 7],
    ]);
    expect(torn.every((cut) => cut.step === 0 && cut.inFlight)).toBe(true);
    expect(applyCut(log, torn[3]!)).toEqual(new Map([['f', fileNode(text('abc{"a"'))]]));
  });

  it('tear where the file reaches a block, counted from the start of the file', () => {
    const disk = createDisk(new Map([['f', fileNode(new Uint8Array(500))]]));
    disk.fs.appendFileSync('/store/f', new Uint8Array(1100).fill(7));
    const places = killCuts(disk.log).flatMap((cut) => cut.partialBytes ?? []);
    expect(places).toEqual([1, 12, 524, 1036, 1099]);
  });

  it('sample the blocks of a large write from both ends', () => {
    const disk = createDisk();
    disk.fs.writeFileSync('/store/f', new Uint8Array(1 << 20));
    const places = killCuts(disk.log, { boundariesMost: 12 }).flatMap((c) => c.partialBytes ?? []);
    expect(places.length).toBeLessThanOrEqual(14);
    expect(places).toContain(512);
    expect(places).toContain(1024);
    expect(places).toContain((1 << 20) - 512);
    expect(places.filter((at) => at % 4096 === 0).length).toBeGreaterThan(3);
  });

  it('leave the image that the disk would have had if the process had stopped there', () => {
    for (let i = 0; i < 100; i++) {
      const disk = createDisk();
      const player = playerOf(disk.fs, disk.root);
      for (const call of randomCalls(randomFrom('5').fork(`${i}`), 40)) play(player, call);
      const { log } = disk;
      const cuts = killCuts(log);
      expect(cuts.at(-1)).toMatchObject({ event: log.events.length });
      expect(differences(applyCut(log, cuts.at(-1)!), disk.image())).toEqual([]);
      const changes = log.events.filter(isChange).length;
      expect(cuts.filter((c) => c.partialBytes === undefined)).toHaveLength(changes + 1);
      const inOrder = [...applyCuts(log, cuts)].map((c) => c.image);
      const backwards = [...applyCuts(log, cuts.toReversed())].map((c) => c.image).toReversed();
      for (const [k, cut] of cuts.entries()) {
        const image: Image = imageAfter(log, cut.event, cut.partialBytes);
        expect(differences(inOrder[k]!, image)).toEqual([]);
        expect(differences(backwards[k]!, image)).toEqual([]);
        expect(differences(applyCut(log, cut), image)).toEqual([]);
      }
    }
  });
});
