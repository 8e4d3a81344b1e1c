import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Call } from '../../faults/oplog.ts';
import type { Path } from '../../spec/lib/image.ts';
import { realize } from './realize.ts';

let root: string;
let away: string;

beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'tearproof-realize-')));
  away = fs.mkdtempSync(join(tmpdir(), 'tearproof-away-'));
  fs.writeFileSync(join(away, 'f'), 'kept');
});
afterEach(() => {
  for (const dir of [root, away]) fs.rmSync(dir, { recursive: true });
});

function done(call: Call, names: Readonly<Record<number, Path>> = {}): void {
  const event = { is: 'call', step: 0, actor: 0, call } as const;
  realize(event, { root, pathOf: (ino) => names[ino] ?? null });
}

const text = (name: string): string => fs.readFileSync(join(root, name), 'latin1');
const bytes = Buffer.from('new');

describe('what a call was to have done', () => {
  it('is done to files that somebody has open, and to names', () => {
    done({ do: 'name', at: 'd', ino: 2, made: { is: 'dir' } });
    done({ do: 'name', at: 'd/f', ino: 3, made: { is: 'file' } });
    const fd = fs.openSync(join(root, 'd/f'), 'r');
    done({ do: 'write', ino: 3, from: 2, bytes }, { 3: 'd/f' });
    expect(fs.readFileSync(fd, 'latin1')).toBe('\0\0new');
    done({ do: 'size', ino: 3, to: 3 }, { 3: 'd/f' });
    expect(fs.fstatSync(fd).size).toBe(3);
    fs.closeSync(fd);
    done({ do: 'name', at: 'g', ino: 3 }, { 3: 'd/f' });
    done({ do: 'name', at: 'l', ino: 4, made: { is: 'link', to: 'nowhere' } });
    done({ do: 'name', at: 'd/f', ino: null });
    done({ do: 'name', at: 'd', ino: null });
    done({ do: 'rename', from: 'g', to: 'h' });
    expect(fs.readdirSync(root)).toEqual(['h', 'l']);
    expect(text('h')).toBe('\0\0n');
  });

  it('is done to nothing that a link leads to', () => {
    fs.symlinkSync(away, join(root, 'd'));
    fs.symlinkSync(join(away, 'f'), join(root, 'f'));
    const tried: readonly [Call, Path][] = [
      [{ do: 'write', ino: 3, from: 0, bytes }, 'f'],
      [{ do: 'write', ino: 3, from: 0, bytes }, 'd/f'],
      [{ do: 'size', ino: 3, to: 0 }, 'f'],
      [{ do: 'name', at: 'd/f', ino: null }, 'd/f'],
      [{ do: 'rename', from: 'f', to: 'd/f' }, 'f'],
    ];
    for (const [call, path] of tried) expect(() => done(call, { 3: path })).toThrow();
    expect(fs.readFileSync(join(away, 'f'), 'latin1')).toBe('kept');
    expect(() => done({ do: 'write', ino: 9, from: 0, bytes })).toThrow('without a name');
  });
});
