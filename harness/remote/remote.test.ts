import { describe, expect, it } from 'vitest';
import { driver, namesOf, run, small } from './testing-run.ts';

// Whole runs over ports in JavaScript, honest and bad: what is found, what is told, what is left.

const slow = { timeout: 240_000 };
const sound = driver('sound.mjs');

describe('a port in another process', slow, () => {
  it('keeps its promises where it is sound, and is asked for them', async () => {
    const ran = await run(sound, { depth: { ...small, histories: 3 } });
    // It syncs nothing and claims no more than that a kill leaves what it acknowledged.
    expect(namesOf(ran)).toEqual([]);
    expect(ran.faults).toEqual([]);
    expect(ran.cases).toHaveLength(3);
    const asked = new Set(ran.cases.flatMap(({ clauses }) => Object.keys(clauses)));
    expect(asked).toContain('LOG-S3-1');
    expect(asked).toContain('LOG-S12-1');
  });

  it('is told apart by how it fails on a damaged store', async () => {
    const dies = await run(driver('dies-of-damage.mjs'));
    expect(namesOf(dies)).toContain('LOG-S9-1 died');
    expect(dies.findings.find(({ anomaly }) => anomaly === 'died')?.say).toContain('exit code 9');
    expect(dies.cases).toHaveLength(1);
    const hangs = await run(driver('hangs-on-a-link.mjs'), {
      depth: { ...small, damaged: 0 },
      timeoutFactor: 0.05,
    });
    expect(namesOf(hangs)).toContain('LOG-S9-1 hang');
    expect([hangs.cases.length, hangs.faults]).toEqual([1, []]);
  });

  it('loses the history in which it hangs too often, and not what was found by then', async () => {
    for (const inFlight of [1, 8]) {
      const depth = { ...small, damaged: 3 };
      const ran = await run(driver('hangs-on-damage.mjs'), {
        depth,
        timeoutFactor: 0.05,
        inFlight,
      });
      expect(namesOf(ran)).toContain('LOG-S9-1 hang');
      expect(ran.cases).toEqual([]);
      expect(ran.faults).toMatchObject([{ fault: 'hang', lost: true }]);
    }
  });

  it('is found where it shows what nobody appended, and the finding is shrunk', async () => {
    const ran = await run(driver('believes-every-line.mjs'));
    expect(namesOf(ran)).toContain('LOG-S3-2 phantom');
    expect(ran.repros).toBe(ran.findings.length);
  });

  it('is told with what was met where that cannot be seen again', async () => {
    const depth = { ...small, operations: 6, damaged: 0 };
    const ran = await run(driver('shows-it-in-the-first-store.mjs'), { depth, inFlight: 1 });
    expect(namesOf(ran)).toContain('LOG-S3-2 phantom');
    for (const { say } of ran.findings) expect(say).toContain('not seen again in 3 tries');
    expect(ran.repros).toBe(ran.findings.length);
  });

  it('that keeps something from store to store is told as that, not as a loss', async () => {
    const ran = await run(driver('keeps-from-store-to-store.mjs'));
    expect(namesOf(ran)).toEqual([]);
    expect([...new Set(ran.faults.map(({ fault }) => fault))]).toEqual(['leaks-state']);
    expect(ran.faults[0]?.say).toContain('in a fresh process');
    expect(ran.cases).toHaveLength(1);
  });

  it('that has its entries from its memory alone does not pass', async () => {
    const ran = await run(driver('remembers.mjs'));
    expect(namesOf(ran)).toContain('LOG-S3-1 lost_acked');
  });

  it('that says of a change that there was none is told so', async () => {
    const ran = await run(driver('says-definite.mjs'));
    expect(ran.faults.map(({ fault }) => fault)).toContain('false-definite');
  });

  it('loses one history where it breaks the protocol, and the run goes on', async () => {
    const ran = await run(driver('../../wire/bad/prints.mjs'), {
      depth: { ...small, histories: 2 },
    });
    expect(ran.cases.length + ran.faults.filter(({ lost }) => lost === true).length).toBe(2);
    expect(ran.faults.map(({ fault }) => fault)).toContain('noise');
  });

  it('that leaves its directory is found, and what it left is taken away', async () => {
    const ran = await run(driver('../../wire/bad/writes-outside.mjs'));
    expect(namesOf(ran)).toContain('LOG-S12-1 side_effect');
    expect(ran.cases.length + ran.faults.length).toBe(1);
  });
});
