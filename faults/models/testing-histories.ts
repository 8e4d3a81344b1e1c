import { fileNode } from '../../spec/lib/image.ts';
import { randomCalls } from '../differential/calls.ts';
import { play, playerOf } from '../differential/play.ts';
import type { CrashChoice } from '../crash.ts';
import { createDisk, type Disk } from '../disk.ts';
import { powerOf, type Power } from '../power.ts';
import { randomFrom } from '../random.ts';
import { filled } from './testing-litmus.ts';

/** Units that leave what was there. */
export const old = (...ids: string[]): CrashChoice['lost'] =>
  ids.map((unit) => ({ unit, left: 'old' as const }));

/** A disk with one file, `f`, of so many letters a. */
export function withFile(length: number): Disk {
  return createDisk(new Map([['f', fileNode(filled(length, 'a'))]]));
}

/** Random histories that leave little pending; `seed` names the stream. */
export function histories(seed: string, count: number, calls: number): Power[] {
  return Array.from({ length: count }, (_, i) => {
    const disk = createDisk();
    const player = playerOf(disk.fs, disk.root);
    for (const call of randomCalls(randomFrom(seed).fork(`${i}`), calls)) {
      if (!('length' in call) || call.length < 500) play(player, call);
    }
    return powerOf(disk.log);
  });
}
