import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLog } from './append-log.ts';

let dir = '';
beforeEach(() => (dir = fs.mkdtempSync(join(tmpdir(), 'tearproof-log-'))));
afterEach(() => fs.rmSync(dir, { recursive: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const texts = (payloads: readonly Uint8Array[]): string[] =>
  payloads.map((p) => new TextDecoder().decode(p));

/** What a fresh open reads. */
function reopened(): string[] {
  const log = openLog(fs, dir);
  const found = texts(log.read());
  log.close();
  return found;
}

function logOf(...payloads: readonly string[]): Buffer {
  const log = openLog(fs, dir);
  for (const payload of payloads) log.append(bytes(payload));
  log.close();
  return fs.readFileSync(join(dir, 'log'));
}

describe('the example log', () => {
  it('shows what was appended, in order, whatever its bytes', () => {
    const all = ['', 'a', '\n\0\r\n', 'x'.repeat(5000), 'b'];
    logOf(...all.slice(0, 3));
    logOf(...all.slice(3));
    expect(reopened()).toEqual(all);
    expect(fs.readdirSync(dir)).toEqual(['log']);
  });

  it('keeps a tail that is torn at any byte aside, cuts it, and goes on behind what verifies', () => {
    const whole = logOf('first', 'second');
    const second = whole.length - 8 - 'second'.length;
    for (let cut = second + 1; cut < whole.length; cut++) {
      fs.rmSync(dir, { recursive: true });
      fs.mkdirSync(dir);
      fs.writeFileSync(join(dir, 'log'), whole.subarray(0, cut));
      const log = openLog(fs, dir);
      log.append(bytes('third'));
      log.close();
      expect(reopened(), `cut at ${cut}`).toEqual(['first', 'third']);
      const aside = fs.readdirSync(dir).filter((name) => name !== 'log');
      expect(aside).toHaveLength(1);
      expect(fs.readFileSync(join(dir, aside[0]!))).toEqual(whole.subarray(second, cut));
    }
  });

  it('takes neither zeros nor a flipped bit for an entry', () => {
    const whole = logOf('first', 'second');
    fs.writeFileSync(join(dir, 'log'), Buffer.concat([whole, Buffer.alloc(64)]));
    expect(reopened()).toEqual(['first', 'second']);
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const flipped = Buffer.from(whole);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      fs.writeFileSync(join(dir, 'log'), flipped);
      expect(reopened(), `bit ${bit}`).toEqual(bit < 13 * 8 ? [] : ['first']);
    }
  });

  it('writes what a short write left over, and never acknowledges after a failed one', () => {
    let most = 3;
    const failing = {
      ...fs,
      writeSync: (fd: number, from: Uint8Array, offset: number, length: number, at: number) => {
        if (most === 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
        return fs.writeSync(fd, from, offset, Math.min(most, length), at);
      },
    } as unknown as typeof fs;
    const log = openLog(failing, dir);
    log.append(bytes('in threes'));
    expect(texts(log.read())).toEqual(['in threes']);
    most = 0;
    expect(() => log.append(bytes('lost'))).toThrow('full');
    most = 3;
    expect(() => log.append(bytes('late'))).toThrow('reopen');
    expect(() => log.sync()).toThrow('reopen');
    log.close();
    expect(reopened()).toEqual(['in threes']);
  });

  it('syncs each append under `entry`, and none under `none`', () => {
    let syncs = 0;
    const counting = { ...fs, fsyncSync: (fd: number) => (fs.fsyncSync(fd), (syncs += 1)) };
    const perAppend = (durability: 'none' | 'entry'): number => {
      const log = openLog(counting, dir, durability);
      const before = syncs;
      log.append(bytes('a'));
      log.append(bytes('b'));
      const after = syncs;
      log.close();
      return (after - before) / 2;
    };
    expect([perAppend('none'), perAppend('entry')]).toEqual([0, 1]);
  });

  it('refuses a symbolic link in the place of the log', () => {
    fs.symlinkSync(join(tmpdir(), 'elsewhere'), join(dir, 'log'));
    expect(() => openLog(fs, dir)).toThrow('ELOOP');
  });
});
