import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createDisk } from '../disk.ts';
import { randomFrom } from '../random.ts';
import { randomCalls, showCall, type FileCall } from './calls.ts';
import { play, playerOf, treeOf } from './play.ts';

const SEED = '20201';
const SEQUENCES = Number(process.env['TEARPROOF_SEQUENCES'] ?? 2000);

function compare(calls: readonly FileCall[], dir: string): void {
  const real = playerOf(fs, dir);
  const disk = createDisk();
  const ours = playerOf(disk.fs, disk.root);
  const seen: string[] = [];
  try {
    for (const call of calls) {
      seen.push(showCall(call));
      expect(play(ours, call), seen.join('\n')).toEqual(play(real, call));
    }
    expect(treeOf(ours), seen.join('\n')).toEqual(treeOf(real));
  } finally {
    for (const fd of real.fds) if (fd !== null) fs.closeSync(fd);
  }
}

describe('the disk beside node:fs', () => {
  it('answers every random sequence of calls as the real file system does', () => {
    const temp = fs.mkdtempSync(path.join(os.tmpdir(), 'tearproof-'));
    try {
      for (let i = 0; i < SEQUENCES; i++) {
        const dir = path.join(temp, String(i), 'store');
        fs.mkdirSync(dir, { recursive: true });
        compare(randomCalls(randomFrom(SEED).fork(`sequence ${i}`), 60), dir);
        fs.rmSync(path.dirname(dir), { recursive: true });
      }
    } finally {
      fs.rmSync(temp, { recursive: true, force: true });
    }
  });
});
