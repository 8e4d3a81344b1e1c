import * as fs from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { advise } from '../advise/advise.ts';
import { findPowerCut } from '../advise/testing-find.ts';
import type { Trial } from '../judge.ts';
import { reproOf } from '../findings.ts';
import { replay } from '../replay.ts';
import { openRemote, type Remote } from '../remote/subject.ts';
import { makeWorkFolder, type WorkFolder } from '../remote/work.ts';
import { namerOf } from '../report/calls.ts';
import { kindNamed, subjectOf, trialOf } from '../subjects.ts';
import { plantedPython } from '../wire/testing-python.ts';
import { buildRust, rustBuildMs, rustPort, whyNoRust } from '../wire/testing-rust.ts';
import { loadBug } from '../zoo/load.ts';
import { sessionStoreV2Zoo } from '../zoo/session-store-v2/index.ts';

// The same bug in two languages: our store in memory without its syncs of directories, and the
// starter port in Python without its own, under strace. What is found must be the same.

type AnyTrial = Trial<unknown, unknown, unknown, unknown>;
const slow = 180_000;
let work: WorkFolder;
let remote: Remote;

beforeAll(async () => {
  work = makeWorkFolder();
  const driver = plantedPython('store-names-not-synced', join(work.dir, 'planted'));
  const stores = join(work.dir, 'stores');
  fs.mkdirSync(stores);
  const command = ['python3', driver];
  remote = await openRemote({ command, reach: 'traced', timeoutFactor: 10, work: stores }, stores);
}, slow);

afterAll(async () => {
  await remote.close();
  work.remove();
}, slow);

const ops = [
  { op: 'create', h: 'a', max: 65_536n, durability: 'entry' },
  { op: 'append', h: 'a', id: 'one', parent: null, type: 'message', payload: '{"text":"kept"}' },
];

const look = { ops, clause: 'SSV2-S3-1', models: ['adversarial-512'] } as const;

/** What is told of the first power cut that loses something, in words that no language is in. */
async function toldOf(trial: AnyTrial): Promise<unknown> {
  const { clause, hit } = await findPowerCut(trial, look);
  const { run, finding } = hit;
  const advice = await advise(trial, { clause, finding, run, fault: hit.case.fault });
  if (advice?.barriers.is !== 'removes') throw new Error(`no barrier: ${advice?.barriers.is}`);
  const { log } = advice.scene.on;
  const barriers = advice.barriers.barriers.map(({ after, ino }) => {
    const names = namerOf(log);
    for (const event of log.events.slice(0, after + 1)) names.apply(event);
    return names.of(ino);
  });
  return {
    clause: clause.id,
    anomaly: finding.anomaly,
    phase: finding.phase,
    bites: advice.bites,
    barriers,
  };
}

describe('a directory that is never synced', () => {
  it(
    'is found in a port under strace as it is found in our store in memory',
    async () => {
      const bug = sessionStoreV2Zoo.bugs.find(({ id }) => id === 'entry-skips-name-sync')!;
      const { make } = await loadBug(sessionStoreV2Zoo, bug);
      const ours = await toldOf(trialOf(kindNamed('session-store-v2'), make as never, 'safe'));
      const { trial } = await remote.subject('session-store-v2', 'safe');
      const theirs = await toldOf(trial);
      expect(theirs).toEqual(ours);
      expect(ours).toMatchObject({ anomaly: 'lost_durable', barriers: ['segments/'] });
    },
    slow,
  );

  it(
    'leaves bytes that our store, and a port in Rust, are given and show the same loss of',
    async ({ skip }) => {
      skip(whyNoRust !== null, whyNoRust ?? '');
      await buildRust();
      const subject = await remote.subject('session-store-v2', 'safe');
      const { hit } = await findPowerCut(subject.trial, look);
      const repro = reproOf(subject, look.clause, hit);
      const stores = fs.mkdtempSync(join(work.dir, 'rust-'));
      const command = [rustPort];
      const rust = await openRemote(
        { command, reach: 'images', timeoutFactor: 10, work: stores },
        stores,
      );
      const others = [
        (await rust.subject('session-store-v2', 'safe')).trial,
        (await subjectOf('session-store-v2', 'safe', 'safe')).trial,
      ];
      for (const other of others) {
        const { layer, finding } = await replay(other, repro, 'image');
        expect([layer, finding]).toEqual(['image', hit.finding]);
      }
      await rust.close();
    },
    rustBuildMs,
  );
});
