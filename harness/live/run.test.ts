import { beforeAll, describe, expect, it } from 'vitest';
import type { CaseEvent, FindingEvent, RunEvent } from '../events.ts';
import { resultsOf, type Results } from '../results.ts';
import type { Expect } from '../verdicts/expect.ts';
import { classOf, liveStart, ourSubject, type LiveRequest, type LiveSubject } from './plan.ts';
import { liveLines } from './report.ts';
import { liveEvents } from './run.ts';

const request: LiveRequest = {
  version: '0', command: 'tearproof live', seed: '1', histories: 1, operations: 6,
}; // prettier-ignore
const kind = 'wal-segment';
const clause = 'WAL-S3-5';

let ours: LiveSubject;
let port: LiveSubject;
beforeAll(async () => {
  ours = await ourSubject(kind, { command: [process.execPath, '--eval', '0'] });
  port = { ...ours, by: 'a port', isOurs: false };
});

const isCase = (event: RunEvent): event is CaseEvent => event.is === 'case';

/** A history in which so many reads met the writer at work. */
function lived(within: number, broken = 0): CaseEvent {
  const { must } = liveStart(request, [port]).kinds[0]!;
  const spread = (id: string) => ({ exercised: within, failed: id === clause ? broken : 0 });
  return {
    is: 'case', kind, id: `live/${kind}/0 in two processes`, operations: 6, cuts: 0, damaged: 0,
    generated: 9, walked: 9, faults: { [classOf('in two processes')]: within },
    phases: { read: 9, refused: 0, shown: 20 }, reported: {}, rungs: [],
    clauses: Object.fromEntries(must.map((id) => [id, spread(id)])),
    agreement: { same: 0, compared: 0 },
  }; // prettier-ignore
}

const broke: FindingEvent = {
  is: 'finding', kind, id: `live/${kind}/0 in two processes`, clause, anomaly: 'lost_acked',
  phase: 'read', fault: 'none', rung: 'none', model: 'none', gates: true, say: 'frame 3 is missing',
}; // prettier-ignore

const judged = (events: readonly RunEvent[], expected: Expect = {}): Results =>
  resultsOf([
    liveStart({ ...request, expect: expected }, [port]),
    ...events,
    { is: 'end', reason: 'done' },
  ])!;

describe('a run beside writers', () => {
  it('conforms where reads met the writer at work, and shows nothing where none did', () => {
    expect(judged([lived(4)]).exitCode).toBe(0);
    expect(judged([lived(0)]).exitCode).toBe(2);
    const { exitCode, kinds } = judged([{ ...lived(4), faults: lived(0).faults }]);
    expect({ exitCode, faults: kinds[0]?.faults }).toEqual({
      exitCode: 5,
      faults: { 'read in two processes, the writer within an operation': 0 },
    });
  });

  it('names what is broken by its clause, with what a user loses', () => {
    const results = judged([broke, lived(4, 2)]);
    expect(results).toMatchObject({ exitCode: 1, reach: 'live' });
    const text = liveLines(results, [lived(4, 2)]).join('\n');
    expect(text).toContain(
      'in two processes   9 reads, 4 while the writer was within an operation',
    );
    expect(text).toContain(`✗ ${clause}  MUST  A replay beside a writer shows every frame`);
    expect(text).toContain('lost_acked, 2 reads: frame 3 is missing');
  });

  it('takes known failures and waivers of its own clauses, and leaves out those of others', () => {
    const entry = { kind, clause, anomaly: 'lost_acked', reason: 'known' };
    const other = { ...entry, clause: 'WAL-S3-1' };
    const known = judged([broke, lived(4, 2)], { baseline: [entry, other] });
    expect(known).toMatchObject({ exitCode: 0, baseline: { entries: 1, matched: 1 } });
    expect(judged([lived(4)], { baseline: [entry] }).exitCode).toBe(1);
    const waiver = { kind, clause, reason: 'disputed', until: '2030-01-01' };
    const waived = judged([broke, lived(4, 2)], { waivers: [waiver, { ...waiver, clause: 'WAL-S3-1' }] }); // prettier-ignore
    expect(waived).toMatchObject({ exitCode: 0, waivers: [{ clause }] });
  });

  it('goes on without a port that ends, and says that it did', async () => {
    const events: RunEvent[] = [];
    for await (const event of liveEvents(ours, request)) events.push(event);
    expect(events.filter(isCase).map(({ id }) => id)).toEqual([
      `live/${kind}/0 at each moment`,
      `live/${kind}/0 across moments`,
    ]);
    expect(events.at(-1)).toMatchObject({ is: 'port', lost: true });
    const all: RunEvent[] = [liveStart(request, [ours]), ...events, { is: 'end', reason: 'done' }];
    expect(resultsOf(all)?.exitCode).toBe(1);
  });
});
