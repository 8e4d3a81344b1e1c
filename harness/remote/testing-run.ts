import * as fs from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { newDeal } from '../deal.ts';
import { depthAt, type Depth } from '../depth.ts';
import { runWorker, type CheckRequest, type Told } from '../engine.ts';
import type { CaseEvent, FindingEvent, PortEvent } from '../events.ts';
import { makeWorkFolder } from './work.ts';

// Whole runs over ports in other processes, for tests.

const quick = depthAt('images', 'quick');

/** A history short enough for a test. */
export const small: Depth = { ...quick, histories: 1, operations: 12, damaged: 24 };

/** How a port of the folder `bad` is started. */
export const driver = (name: string): readonly string[] => [
  process.execPath,
  join(import.meta.dirname, 'bad', name),
];

/** What a run told, by sort. */
export interface Ran {
  readonly cases: readonly CaseEvent[];
  readonly findings: readonly FindingEvent[];
  readonly faults: readonly PortEvent[];
  readonly repros: number;
  /** All of it, in its order. */
  readonly told: readonly Told[];
}

/** What of a run may be said otherwise than usual. */
export interface RunOptions {
  readonly depth?: Depth;
  readonly kind?: string;
  readonly timeoutFactor?: number;
  readonly inFlight?: number;
}

/** A run of one kind; whatever it leaves in its work folder is gone before it is answered. */
export async function run(command: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { depth = small, kind = 'append-log', timeoutFactor = 10, inFlight } = options;
  const work = makeWorkFolder();
  const told: Told[] = [];
  const request: CheckRequest = {
    version: '0', command: '', seed: '7', depth, policy: 'safe', subjects: [{ kind, store: 'port' }],
    port: {
      command, reach: 'images', timeoutFactor, work: work.dir,
      ...(inFlight === undefined ? {} : { inFlight }),
    },
  }; // prettier-ignore
  const deal = newDeal(depth.histories, 1);
  try {
    await runWorker(request, { number: 0, deal, tell: (one) => void told.push(one) });
  } finally {
    work.remove();
  }
  expect(fs.existsSync(work.dir)).toBe(false);
  const events = told.flatMap((one) => (one.is === 'event' ? [one] : []));
  const endings = told.flatMap((one) => (one.is === 'ending' ? [one.event] : []));
  const all = [...events.map((one) => one.event), ...endings];
  return {
    cases: all.filter((event) => event.is === 'case'),
    findings: all.filter((event) => event.is === 'finding'),
    faults: all.filter((event) => event.is === 'port'),
    repros: events.filter((one) => one.repro !== undefined).length,
    told,
  };
}

/** The findings of a run by clause and anomaly, in the order in which they were made. */
export const namesOf = ({ findings }: Ran): readonly string[] =>
  findings.map(({ clause, anomaly }) => `${clause} ${anomaly}`);
