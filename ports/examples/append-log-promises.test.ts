import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openNodeFsLog } from './append-log-node-fs.ts';
import { openPromisesLog } from './append-log-promises.ts';

let dir = '';
beforeEach(() => (dir = fs.mkdtempSync(join(tmpdir(), 'tearproof-log-'))));
afterEach(() => fs.rmSync(dir, { recursive: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const texts = (payloads: readonly Uint8Array[]): string[] =>
  payloads.map((p) => new TextDecoder().decode(p));

async function append(...payloads: readonly string[]): Promise<string[]> {
  const log = await openPromisesLog(dir, 'entry');
  await Promise.all(payloads.map((payload) => log.append(bytes(payload))));
  const shown = texts(await log.read());
  await log.close();
  return shown;
}

it('shows what was appended, in the order of the calls, whatever its bytes', async () => {
  const all = ['', 'a', '\n\0\r\n', 'x'.repeat(5000), 'b'];
  expect(await append(...all.slice(0, 3))).toEqual(all.slice(0, 3));
  expect(await append(...all.slice(3))).toEqual(all);
  expect(fs.readdirSync(dir)).toEqual(['entries']);
});

it('keeps a tail that is torn at any byte aside, and goes on behind what verifies', async () => {
  await append('first', 'second');
  const whole = fs.readFileSync(join(dir, 'entries'));
  const second = whole.indexOf('\n') + 1;
  for (let cut = second + 1; cut < whole.length; cut++) {
    fs.writeFileSync(join(dir, 'entries'), whole.subarray(0, cut));
    expect(await append('third'), `cut at ${cut}`).toEqual(['first', 'third']);
    const aside = fs.readdirSync(dir).filter((name) => name !== 'entries');
    expect(aside).toHaveLength(1);
    expect(fs.readFileSync(join(dir, aside[0]!))).toEqual(whole.subarray(second, cut));
    fs.rmSync(join(dir, aside[0]!));
  }
});

it('takes no flipped bit for an entry', async () => {
  await append('first');
  const whole = fs.readFileSync(join(dir, 'entries'));
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const flipped = Buffer.from(whole);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    fs.writeFileSync(join(dir, 'entries'), flipped);
    expect(await append(), `bit ${bit}`).toEqual([]);
  }
});

it('acknowledges nothing after a write that failed', async () => {
  const log = await openPromisesLog(dir);
  await log.append(bytes('kept'));
  await log.close();
  await expect(log.append(bytes('lost'))).rejects.toThrow('closed');
  await expect(log.append(bytes('late'))).rejects.toThrow('reopen');
  await expect(log.sync()).rejects.toThrow('reopen');
  expect(await append()).toEqual(['kept']);
});

it('is the same with the synchronous functions', () => {
  const log = openNodeFsLog(dir, 'entry');
  log.append(bytes('one'));
  expect(texts(log.read())).toEqual(['one']);
  log.close();
});
