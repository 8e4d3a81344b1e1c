import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isOrphaned, ownName } from './owner.ts';
import { statOf } from './proc.ts';
import { markerName } from './strays.ts';
import { folderNames, removeIfWeCan, sweepOrphans } from './sweep.ts';

const [place = ''] = ownName().split('-');

/** The word of a process that has ended. */
async function goneOwner(): Promise<string> {
  const child = spawn('sleep', ['600']);
  const start = statOf(child.pid ?? 0)?.startTicks ?? 0;
  child.kill('SIGKILL');
  await once(child, 'exit');
  return `${place}-${child.pid}-${start}`;
}

/** Elsewhere nobody tells who is gone, and all is kept. */
const canTell = process.platform === 'linux';

describe('isOrphaned', () => {
  it('is true of what has no owner any more, and only of that', async () => {
    const gone = await goneOwner();
    expect(isOrphaned(`${gone}-0-1-AbCdEf`)).toBe(canTell);
    expect(isOrphaned(ownName())).toBe(false);
    // The number was given to another process since.
    expect(isOrphaned(`${place}-${process.pid}-1-x`)).toBe(canTell);
    // Somebody else's, who may be alive.
    expect(isOrphaned(`${place}-1-${statOf(1)?.startTicks}-x`)).toBe(false);
  });

  it('is true of nothing of another machine, container or boot, or without an owner', async () => {
    const gone = await goneOwner();
    for (const other of ['00000000', 'deadbeef']) {
      expect(isOrphaned(`${other}${gone.slice(place.length)}-x`)).toBe(false);
    }
    expect(['', 'test-AbCdEf', '4711-1-AbCdEf', `x${gone}-y`].map(isOrphaned)).not.toContain(true);
  });
});

describe('sweepOrphans', () => {
  let before = tmpdir();
  let temporary = '';
  beforeEach(() => {
    before = tmpdir();
    temporary = fs.mkdtempSync(join(before, 'tearproof-sweep-'));
    process.env['TMPDIR'] = temporary;
  });
  afterEach(() => {
    process.env['TMPDIR'] = before;
    fs.rmSync(temporary, { recursive: true });
  });

  it('takes away what a killed run left, and nothing else', async () => {
    const gone = await goneOwner();
    const kept = [
      `${folderNames.work}${ownName()}-AbCdEf`,
      `${folderNames.port}deadbeef-1-1-0-1-AbCdEf`,
      `${folderNames.port}test-AbCdEf`,
      `somebodys-${gone}-AbCdEf`,
    ];
    const swept = [`${folderNames.work}${gone}-AbCdEf`, `${folderNames.port}${gone}-0-1-AbCdEf`];
    for (const name of [...kept, ...swept]) {
      fs.mkdirSync(join(temporary, name, 'store'), { recursive: true });
      fs.writeFileSync(join(temporary, name, 'store/log'), 'x');
    }
    const link = `${folderNames.work}${gone}-link`;
    fs.symlinkSync(join(temporary, kept[0] ?? ''), join(temporary, link));
    sweepOrphans();
    const left = canTell ? [...kept, link] : [...kept, link, ...swept];
    expect(fs.readdirSync(temporary).toSorted()).toEqual(left.toSorted());
    expect(fs.existsSync(join(temporary, kept[0] ?? '', 'store/log'))).toBe(true);
  });

  it('is not ended by a folder that cannot be removed', async () => {
    const name = `${folderNames.work}${await goneOwner()}-AbCdEf`;
    fs.mkdirSync(join(temporary, name, 'without/rights'), { recursive: true });
    fs.chmodSync(join(temporary, name, 'without'), 0);
    sweepOrphans();
    expect(fs.existsSync(join(temporary, name))).toBe(!canTell);
    expect(() => removeIfWeCan('/proc/self/fdinfo')).not.toThrow();
  });

  it('ends the ports of a killed run, and no others', async () => {
    const gone = await goneOwner();
    const port = (marker: string) =>
      spawn('sleep', ['600'], { env: { ...process.env, [markerName]: marker } });
    const orphan = port(`${gone}-0-1`);
    const own = port(`${ownName()}-0-999999`);
    const ended = once(orphan, 'exit');
    sweepOrphans();
    if (!canTell) orphan.kill('SIGTERM');
    expect((await ended)[1]).toBe(canTell ? 'SIGKILL' : 'SIGTERM');
    expect(own.signalCode).toBe(null);
    expect(own.kill('SIGKILL')).toBe(true);
  });
});
