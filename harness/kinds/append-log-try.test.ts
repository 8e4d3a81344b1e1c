import { describe, expect, it } from 'vitest';
import { openLog } from '../../ports/examples/append-log.ts';
import type { OpenAppendLog } from './append-log-port.ts';
import { tryLog } from './append-log-try.ts';

const hex = (payload: Uint8Array): string => `${Buffer.from(payload).toString('hex')}\n`;
const payloads = (text: string): Uint8Array[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => Buffer.from(line, 'hex'));

/** A line an entry and nothing else: the log that many programs have. */
const lines: OpenAppendLog = async (fs, dir) => {
  const file = await fs.promises.open(`${dir}/lines`, 'a+');
  return {
    append: (payload) => file.appendFile(hex(payload)),
    sync: () => file.sync(),
    read: async () => payloads(await fs.promises.readFile(`${dir}/lines`, 'utf8')),
    close: () => file.close(),
  };
};

/** Holds appends in memory until it is synced or closed. */
const buffering: OpenAppendLog = (fs, dir, durability) => {
  const log = openLog(fs, dir, durability);
  const waiting: Uint8Array[] = [];
  let broken = false;
  const orBroken = <T>(action: () => T): T => {
    if (broken) throw Object.assign(new Error('reopen the log'), { code: 'poisoned' });
    broken = true;
    const answer = action();
    broken = false;
    return answer;
  };
  const flush = (): void => {
    for (const payload of waiting.splice(0)) log.append(payload);
  };
  const hold = (payload: Uint8Array): void => void waiting.push(payload);
  return {
    append: (payload) =>
      orBroken(() => (durability === 'entry' ? log.append(payload) : hold(payload))),
    sync: () => orBroken(() => (flush(), log.sync())),
    read: () => orBroken(() => (flush(), log.read())),
    close: () => orBroken(() => (flush(), log.close())),
  };
};

/** Yields one buffer again and again, as a reader does that allocates nothing. */
const frugal: OpenAppendLog = (fs, dir, durability) => {
  const log = openLog(fs, dir, durability);
  const room = new Uint8Array(1 << 16);
  function* read(): Generator<Uint8Array> {
    for (const payload of log.read()) {
      room.set(payload);
      yield room.subarray(0, payload.length);
    }
  }
  return { ...log, read };
};

describe('trying a log', () => {
  it('takes each entry from a reader before it asks for the next', async () => {
    expect((await tryLog(frugal, { histories: 1 })).broken).toEqual([]);
  });

  it('finds nothing in the example', async () => {
    const { states, broken } = await tryLog(openLog);
    expect(broken).toEqual([]);
    expect(states).toBeGreaterThan(2000);
  });

  it('shows that lines without a check run into each other after a torn append', async () => {
    const { broken } = await tryLog(lines, { histories: 4 });
    for (const { story } of broken) expect(story).toMatch(/the history[\s\S]*what was then seen/);
    const fused = broken.find((b) => b.id === 'LOG-S3-4');
    expect(fused?.anomaly).toBe('continuation_broken');
    expect(fused?.repro?.made?.ops).toHaveLength(2);
    expect(fused?.repro?.made?.by).toBe('your log');
  });

  it('holds a log that buffers to what it claims', async () => {
    const { broken } = await tryLog(buffering, { histories: 4 });
    expect(broken.map((b) => `${b.id} ${b.anomaly}`)).toEqual([
      'LOG-S3-1 lost_acked',
      'LOG-S7-1 lost_acked',
    ]);
    const claimed = await tryLog(buffering, { histories: 4, holds: ['memory', 'power'] });
    expect(claimed.broken).toEqual([]);
  });
});
