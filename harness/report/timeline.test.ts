import { describe, expect, it } from 'vitest';
import type { Op } from '../../spec/append-log/ops.ts';
import { faultable, type Nested } from '../fault.ts';
import { safePort } from '../kinds/append-log-example.ts';
import { appendLog } from '../kinds/append-log.ts';
import { walkAfter } from '../nested.ts';
import { runOps } from '../shrink.ts';
import { trialOf } from '../subjects.ts';
import { powerOf } from '../../faults/power.ts';
import { sentenceOf } from './sentence.ts';
import { timelineLines } from './timeline.ts';

const trial = trialOf(appendLog, safePort, 'safe');
const append: Op = { op: 'append', payload: Buffer.from('hello') };
const ops: readonly Op[] = [{ op: 'open' }, append, append];

const lostIn = (log: Parameters<typeof powerOf>[0], part: string) => {
  const unit = powerOf(log).units.find(({ id }) => id.includes(part));
  return [{ unit: unit!.id, left: 'old' }] as const;
};

const alone = { anomaly: 'gap', phase: 'read', say: 'something is missing' } as const;
const evidence = {
  policy: 'safe',
  fault: 'power',
  start: new Map(),
  legal: [],
  classes: [],
  owes: [],
  seen: [],
} as const;

describe('a history with a power cut', () => {
  it('shows the calls of the operation that lost something, and counts those of others', async () => {
    const run = await runOps(trial, ops);
    const { log } = faultable(trial.machine, run);
    const kill = { step: 2, calls: 2, inFlight: false };
    const lost = lostIn(log, 'step2/log/data');
    const fault = { is: 'power', model: 'adversarial-512', kill, lost } as const;
    expect(timelineLines({ kind: appendLog, run, fault, kept: [] })).toEqual([
      '     1  open  ->  ok',
      '          2 file calls, all durable when power failed',
      "     2  append payload='hello'  ->  ok",
      '          1 file call, 0 of 1 changes durable when power failed',
      "     3  append payload='hello'  ->  ok",
      '           1  write log [13, 26)  LOST in part',
      '          ⚡ power fails here (adversarial-512)',
      '            lost: the bytes [13, 26) of log (write, call 1 of operation 3): zeros stand there',
    ]);
    const story = { kind: appendLog, run, fault, finding: alone, evidence };
    const first = run.log.events.findIndex((e) => e.is === 'call' && e.call.do === 'write');
    expect(sentenceOf({ ...story, kept: [first] })).toBe(
      'After a power cut (adversarial-512) after operation 3: something is missing, because the ' +
        'write of log [0, 13) (write, call 1 of operation 2) was kept and the bytes [13, 26) of log ' +
        '(write, call 1 of operation 3: zeros stand there) were lost.',
    );
  });
});

describe('a fault inside recovery', () => {
  const first = {
    is: 'kill',
    kill: { step: 1, calls: 0, partialBytes: 5, inFlight: true },
  } as const;

  it('shows the walk that it came into, step by step', async () => {
    const run = await runOps(trial, ops);
    const walked = (await walkAfter(trial, run, { first }))!;
    const kill = { step: 0, calls: 4, inFlight: true };
    const lost = lostIn(walked.log, 'torn-0');
    const second = { is: 'power', model: 'adversarial-512', kill, lost } as const;
    const fault: Nested = { is: 'nested', first, second };
    const lines = timelineLines({ kind: appendLog, run, fault, walked });
    expect(lines.slice(1, 4)).toEqual([
      "     2  append payload='hello'  ->  in flight",
      '          ⚡ killed after 5 bytes of: write log [0, 13)',
      '',
    ]);
    expect(lines[4]).toBe('  the walk over what was left');
    expect(lines[5]).toBe('     1  open  ->  in flight');
    expect(lines.slice(6).map((line) => line.replace(/torn-0-\d+/g, 'torn'))).toEqual([
      '           1  create file torn   LOST',
      '           2  write torn [0, 5)  durable since call 3',
      '           3  fsync torn',
      '           4  fsync ./',
      '          ⚡ power fails here (adversarial-512)',
      '            lost: the directory entry torn (create, call 1 of step 1 of the walk)',
    ]);
    const story = { kind: appendLog, run, fault, walked, finding: alone, evidence };
    expect(sentenceOf(story).replace(/torn-0-\d+/, 'torn')).toBe(
      'After a kill in operation 2 and a power cut (adversarial-512) in step 1 of the walk ' +
        '(open): something is missing, because the directory entry torn (create, call 1 of step 1 ' +
        'of the walk) was lost.',
    );
    expect(sentenceOf({ ...story, walked: null })).toContain('in the walk that followed');
  });
});
