import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasSidecar, sidecarPath } from './sidecar.ts';

describe('sidecarPath', () => {
  it.each([
    ['/x/s.jsonl', '/x/s.v2'],
    ['s.jsonl', 's.v2'],
    ['x/..', 'x/session.v2'],
    ['a.b.jsonl', 'a.b.v2'],
    ['.jsonl', '.jsonl.v2'],
    ['/', './session.v2'],
    ['', './session.v2'],
    ['/..', '/session.v2'],
    ['/s', '/s.v2'],
    ['x/y/', 'x/y.v2'],
    ['x//y/./', 'x/y.v2'],
    ['./s.jsonl', './s.v2'],
    ['..', 'session.v2'],
  ])('%s -> %s', (from, to) => {
    expect(sidecarPath(from)).toBe(to);
  });
});

describe('hasSidecar', () => {
  it('looks for a manifest or an index, of any content', () => {
    const dir = fs.mkdtempSync(join(tmpdir(), 'tearproof-sidecar-'));
    const session = join(dir, 's.jsonl');
    expect(hasSidecar(fs, session)).toBe(false);
    fs.mkdirSync(join(dir, 's.v2', 'index'), { recursive: true });
    expect(hasSidecar(fs, session)).toBe(false);
    fs.writeFileSync(join(dir, 's.v2', 'index', 'offsets.jsonl'), '');
    expect(hasSidecar(fs, session)).toBe(true);
    fs.rmSync(join(dir, 's.v2', 'index'), { recursive: true });
    fs.writeFileSync(join(dir, 's.v2', 'manifest.json'), 'not JSON');
    expect(hasSidecar(fs, session)).toBe(true);
    fs.rmSync(dir, { recursive: true });
  });
});
