import { describe, expect, it } from 'vitest';
import { depthAt } from '../depth.ts';
import { driver, namesOf, run, small, type Ran } from './testing-run.ts';

// Several states walked at once: that changes nothing of what is found, and nothing that one port
// does wrong is laid to a state that was merely walked beside it.

const slow = { timeout: 240_000 };
const depth = { ...small, damaged: 16 };
/** For where each finding is shrunk, or the first states show it. */
const short = { ...small, operations: 6, damaged: 6 };

const bothWays = async (
  name: string,
  options = { depth },
): Promise<readonly [one: Ran, eight: Ran]> => [
  await run(driver(name), { ...options, inFlight: 1 }),
  await run(driver(name), { ...options, inFlight: 8 }),
];

/** All that was told, but for where the stores stood. */
const toldBy = ({ told }: Ran): unknown =>
  JSON.parse(
    JSON.stringify(told, (_, value: unknown) =>
      value instanceof Uint8Array ? [...value] : typeof value === 'bigint' ? `${value}` : value,
    ),
  );

describe('states in flight', slow, () => {
  it('tell the same one by one and eight at once: a planted bug and its repro', async () => {
    const [one, eight] = await bothWays('believes-every-line.mjs', { depth: short });
    expect(namesOf(one)).toContain('LOG-S3-2 phantom');
    expect(toldBy(eight)).toEqual(toldBy(one));
  });

  it('tell the same of a port that ends at one log in fifty: that, and of no other', async () => {
    const [one, eight] = await bothWays('dies-of-one-in-fifty.mjs');
    expect(namesOf(one)).toContain('LOG-S9-1 died');
    expect(one.cases[0]?.clauses['LOG-S9-1']?.failed).toBeLessThan(10);
    expect(toldBy(eight)).toEqual(toldBy(one));
  });

  it('are not to blame where the port ends only because they are several', async () => {
    const [one, eight] = await bothWays('dies-beside-others.mjs', { depth: short });
    expect([...one.faults, ...one.findings]).toEqual([]);
    expect(eight.findings).toEqual([]);
    // From then on they are walked one by one.
    expect(eight.faults.map(({ fault }) => fault)).toEqual(['fails-in-flight']);
    expect(eight.cases).toEqual(one.cases);
  });

  it('are not to blame where the port mixes up what stands open at once', async () => {
    const [one, eight] = await bothWays('mixes-stores-up.mjs', { depth: short });
    expect([...one.faults, ...one.findings]).toEqual([]);
    expect(eight.findings).toEqual([]);
    expect(new Set(eight.faults.map(({ fault }) => fault))).toEqual(new Set(['leaks-state']));
  });

  it('show who writes where nothing may be written, though reads are looked at together', async () => {
    const ran = await run(driver('writes-where-it-reads.mjs'), {
      depth: { ...depthAt('images', 'quick'), histories: 1, operations: 6, damaged: 0 },
    });
    expect(namesOf(ran)).toContain('LOG-S10-1 side_effect');
    expect(ran.findings[0]?.say).toContain('read changes seen');
  });
});
