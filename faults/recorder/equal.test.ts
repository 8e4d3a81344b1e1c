import { describe, expect, it } from 'vitest';
import { differences, fileNode, type Image } from '../../spec/lib/image.ts';
import { randomCalls, showCall, type FileCall } from '../differential/calls.ts';
import { play, playerOf, type Player } from '../differential/play.ts';
import { createDisk } from '../disk.ts';
import { randomFrom } from '../random.ts';
import { recordedDisk } from './testing-memory.ts';

const SEED = '4711';
const SEQUENCES = Number(process.env['TEARPROOF_SEQUENCES'] ?? 2000);

const base: Image = new Map([
  ['a', fileNode(new Uint8Array(Buffer.from('first\n')))],
  ['d', { is: 'dir' }],
]);

/**
 * The one normalisation: memfs folds `.`, `..` and slashes out of a path before it looks, and knows
 * no longest name, so both are asked with plain paths. Links are among them.
 */
function isPlain(call: FileCall): boolean {
  const paths = [...('path' in call ? [call.path] : []), ...('to' in call ? [call.to] : [])];
  return paths.every((path) => /^[a-z](\/[a-z])*$/.test(path));
}

/** What was answered, or an error's code: memfs words some messages otherwise. */
function brief(player: Player, call: FileCall): string {
  const answer = play(player, call);
  return JSON.stringify('err' in answer ? answer.err : answer);
}

describe('memfs behind the recorder', () => {
  it('answers the same calls as our disk does, and keeps the same log to the byte', () => {
    let recorded = 0;
    let refused = 0;
    for (let i = 0; i < SEQUENCES; i++) {
      const calls = randomCalls(randomFrom(SEED).fork(`recorder ${i}`), 60).filter(isPlain);
      const [ours, theirs] = [createDisk(base), recordedDisk(base)];
      const [one, two] = [playerOf(ours.fs, ours.root), playerOf(theirs.fs, theirs.root)];
      for (const [k, call] of calls.entries()) {
        const [expected, got] = [brief(one, call), brief(two, call)];
        if (got !== expected) {
          const told = calls.slice(0, k + 1).map(showCall);
          expect(got, `seed ${SEED}, sequence ${i}\n${told.join('\n')}`).toBe(expected);
        }
        if (expected.startsWith('"E')) refused++;
      }
      const at = `seed ${SEED}, sequence ${i}`;
      expect(theirs.log.events, at).toEqual(ours.log.events);
      expect(differences(theirs.image(), ours.image()), at).toEqual([]);
      expect(theirs.mutations, at).toBe(ours.mutations);
      expect(theirs.outside(), at).toEqual(ours.outside());
      recorded += ours.log.events.length;
    }
    expect(recorded).toBeGreaterThan(SEQUENCES * 4);
    expect(refused).toBeGreaterThan(SEQUENCES * 4);
  });
});
