import { describe, expect, it } from 'vitest';
import { levelsOf, type LevelRow } from './levels.ts';

const plan = {
  seed: '7',
  models: ['seq', 'adversarial-512', 'lying-fsync'],
  histories: 1,
  operations: 16,
  states: 12,
} as const;

describe('what a store keeps at each durability', () => {
  it('is, of the log, all that was synced under honest models, and a prefix of the rest', async () => {
    const rows = await levelsOf('append-log', plan);
    const row = (durability: string, model: string): LevelRow =>
      rows.find((one) => one.durability === durability && one.model === model)!;
    expect(rows).toHaveLength(6);
    for (const model of ['seq', 'adversarial-512']) {
      expect(row('none', model)).toMatchObject({ lostPower: 0, notPrefix: 0, broken: {} });
      expect(row('none', model).lostProcess).toBeGreaterThan(0);
      expect(row('entry', model)).toMatchObject({ lostProcess: 0, lostPower: 0, broken: {} });
    }
    const lied = row('entry', 'lying-fsync');
    expect(lied.lostPower).toBeGreaterThan(0);
    expect(lied.broken['LOG-S3-1 lost_durable']).toBe(lied.lostPower);
    expect(await levelsOf('append-log', plan)).toEqual(rows);
  });

  it('counts what a sync that lies breaks of the session store', async () => {
    const rows = await levelsOf('session-store-v2', { ...plan, states: 6 });
    const honest = rows.filter(({ model }) => model !== 'lying-fsync');
    for (const row of honest) expect(row).toMatchObject({ lostPower: 0, notPrefix: 0, broken: {} });
    expect(honest.every(({ states }) => states > 0)).toBe(true);
    const lied = rows.filter(({ model }) => model === 'lying-fsync');
    expect(lied.some(({ broken }) => Object.keys(broken).length > 0)).toBe(true);
  });
});
