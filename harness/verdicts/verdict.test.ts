import { describe, expect, it } from 'vitest';
import { parseEvents, type PortEvent, type RunEvent } from '../events.ts';
import { standingLines } from '../report/standing.ts';
import type { StartEvent } from '../events.ts';
import { summaryLines, verdictLine } from '../report/summary.ts';
import {
  all,
  begin,
  broke,
  done,
  lived,
  resultsFrom,
  statusesIn,
  verdictIn,
} from './testing-events.ts';

const fault = (name: string, over: Partial<PortEvent> = {}): PortEvent => ({
  is: 'port', kind: 'k', id: 'k/0', fault: name, say: `it did ${name}`, lost: true, ...over,
}); // prettier-ignore

const endOf = (reason: 'hang' | 'harness_error' | 'cannot_start'): RunEvent => ({
  is: 'end',
  reason,
  detail: 'why',
});

describe('a port that failed as a program', () => {
  it.each([
    ['died', 'port_died', 1],
    ['hang', 'timeout', 1],
    ['noise', 'port_protocol', 1],
    ['claims-changed', 'port_protocol', 1],
    ['suite', 'harness_error', 4],
  ])('%s leaves clauses that were not reached as %s, exit code %i', (name, status, code) => {
    const results = resultsFrom(begin(), lived(['A', 'C']), fault(name), done);
    expect(statusesIn(results)).toEqual({ A: 'pass', B: status, C: 'pass' });
    expect(results.exitCode).toBe(code);
    expect(results.kinds[0]!.portFaults).toMatchObject([{ fault: name, status, times: 1 }]);
    expect(results.kinds[0]!.histories.lost).toBe(1);
    expect(verdictIn(results, 'B').why).toBe(`${name}: it did ${name}`);
  });

  it('fails the run also where every clause passed in other histories', () => {
    const results = resultsFrom(begin(), lived(all), fault('noise'), fault('noise'), done);
    expect(statusesIn(results)).toEqual({ A: 'pass', B: 'pass', C: 'pass' });
    expect(results.exitCode).toBe(1);
    expect(verdictLine(results)).toBe('VIOLATES: the port failed as a program (noise 2)');
  });

  it('leaves nothing exercised where every history was lost', () => {
    const results = resultsFrom(begin(), fault('duplicate-reply'), done);
    const text = summaryLines(results).join('\n');
    expect(text).toContain('exercised  MUST 0/2 (not: A, B) · SHOULD 0/1');
    expect(text).toContain('kept       MUST 0/2 (2 not judged) · SHOULD 0/1 (1 not judged)\n');
  });

  it('names the worst of several, and takes nothing from a finding', () => {
    const [died, noise] = [fault('died'), fault('noise')];
    const results = resultsFrom(begin(), lived(['A'], ['A']), broke('A', 'gap'), died, noise, done);
    expect(statusesIn(results)).toEqual({ A: 'fail', B: 'port_protocol', C: 'port_protocol' });
  });

  it('shows what it wrote without letting it steer the terminal', () => {
    const loud = fault('died', { say: 'bad \u001b[2J', stderr: 'one\n\u001b[31mtwo\n' });
    const text = standingLines(resultsFrom(begin(), loud, done)).join('\n');
    expect(text).toContain('✗ k  the port: died, 1 time, first in k/0: bad \\u001b[2J');
    expect(text).toContain('    stderr: \\u001b[31mtwo');
    expect(text.includes('\u001b')).toBe(false);
  });
});

describe('a call that cannot be modelled', () => {
  const open = (clauses?: string[]): RunEvent => ({
    is: 'not_modelled', kind: 'k', id: 'k/0', call: 'io_uring_setup', say: 'no op log',
    ...(clauses && { clauses }),
  }); // prettier-ignore

  it('leaves what nothing broke inconclusive, and is named', () => {
    const results = resultsFrom(begin(), lived(all, ['A']), broke('A', 'gap'), open(), done);
    expect(statusesIn(results)).toEqual({ A: 'fail', B: 'not_modelled', C: 'not_modelled' });
    expect(results.exitCode).toBe(1);
    const whole = resultsFrom(begin(), lived(all), open(['B']), done);
    expect(statusesIn(whole)).toEqual({ A: 'pass', B: 'not_modelled', C: 'pass' });
    expect(whole.exitCode).toBe(5);
    expect(verdictLine(whole)).toBe('INCONCLUSIVE: not modelled: io_uring_setup');
    expect(verdictIn(whole, 'B').why).toBe('io_uring_setup: no op log');
  });
});

describe('how a run ended', () => {
  it.each([
    ['hang', 'timeout', 1],
    ['harness_error', 'harness_error', 4],
    ['cannot_start', 'not_exercised', 3],
  ] as const)('%s makes %s of what was not reached, exit code %i', (reason, status, code) => {
    const results = resultsFrom(begin(), lived(['A']), endOf(reason));
    expect(statusesIn(results)).toEqual({ A: 'pass', B: status, C: status });
    expect(results.exitCode).toBe(code);
  });
});

describe('clauses that stand aside', () => {
  const aside = {
    must: ['A'],
    should: [],
    notScored: [{ clause: 'B', level: 'MUST' as const, why: 'since 0.3.0, asked for 0.2' }],
    notApplicable: [{ clause: 'C', level: 'SHOULD' as const, why: 'rollback not claimed' }],
  };

  it('are told and do not count', () => {
    const results = resultsFrom(
      begin({}, aside),
      lived(['A', 'B'], ['B']),
      broke('B', 'gap'),
      done,
    );
    expect(statusesIn(results)).toEqual({ A: 'pass', B: 'not_scored', C: 'not_applicable' });
    expect(verdictIn(results, 'B')).toMatchObject({ measured: 'fail', say: 'B broke' });
    expect(results.exitCode).toBe(0);
    const text = summaryLines(results).join('\n');
    expect(text).toMatch(
      /kept +MUST 1\/1 · not applicable 1 · not scored 1 \(broken: B\)\n +not applicable +C \(roll/,
    );
  });

  it('do not make a run: without a MUST that counts it ends with 2', () => {
    const results = resultsFrom(begin({}, { ...aside, must: [] }), lived(['B']), done);
    expect(results.exitCode).toBe(2);
    expect(verdictLine(results)).toBe('NOT SHOWN: no MUST clause that counts was exercised');
  });

  it('says at which reach a port was tried', () => {
    const seen = (over: Partial<StartEvent>): string =>
      verdictLine(resultsFrom(begin({ reach: 'images', ...over }), lived(['A', 'B', 'C']), done));
    expect(seen({})).toBe('CONFORMS at reach images');
    expect(seen({ only: { rungs: ['none'] } })).toBe('CONFORMS at reach images within rungs none');
  });

  it('may leave SHOULD alone where only that was asked for', () => {
    const should = { must: [], should: ['C'] };
    const asked = resultsFrom(begin({ only: { clauses: ['C'] } }, should), lived(['C']), done);
    expect([asked.exitCode, verdictLine(asked)]).toEqual([0, 'CONFORMS within clauses C']);
    expect(resultsFrom(begin({}, should), lived(['C']), done).exitCode).toBe(2);
    const idle = resultsFrom(begin({ only: { clauses: ['C'] } }, should), lived([]), done);
    expect(idle.exitCode).toBe(2);
  });
});

describe('events of earlier versions', () => {
  it('parse, and come to what they came to', () => {
    const lines = [begin(), lived(all), done].map((one) => JSON.stringify(one)).join('\n');
    expect(resultsFrom(...parseEvents(`${lines}\n`)).exitCode).toBe(0);
  });
});
