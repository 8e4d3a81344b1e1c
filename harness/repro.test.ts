import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { replay } from './replay.ts';
import { imageFromJson, imageToJson, reproSchema } from './repro.ts';
import { runSchemas } from './schemas.ts';
import { subjectOf } from './subjects.ts';

const fixtures = join(import.meta.dirname, '../fixtures');
const json = (path: string): unknown => JSON.parse(readFileSync(join(fixtures, path), 'utf8'));

describe('schemas of what a run writes', () => {
  it.each(Object.entries(runSchemas()))('%s is current', (name, schema) => {
    expect(json(`schema/${name}`)).toEqual(schema);
  });
});

const kept = readdirSync(join(fixtures, 'repros')).toSorted();

describe('repros of every version', () => {
  it('are there for both kinds', () => {
    expect(kept.filter((name) => name.startsWith('v1-')).length).toBeGreaterThanOrEqual(3);
  });

  it.each(kept)('%s is read and replayed, on both layers', async (name) => {
    const file = json(`repros/${name}`);
    expect(z.fromJSONSchema(json('schema/repro-1.json') as never).safeParse(file).success).toBe(
      true,
    );
    const repro = reproSchema.parse(file);
    const subject = await subjectOf(repro.kind, repro.made!.by, repro.policy);
    for (const layer of ['made', 'image'] as const) {
      const replayed = await replay(subject.trial, repro, layer);
      expect([replayed.layer, replayed.finding?.anomaly]).toEqual([layer, repro.anomaly]);
    }
    expect(imageToJson(imageFromJson(repro.image))).toEqual(repro.image);
  });

  it('can be given to another store, which may keep the clause on the same image', async () => {
    const repro = reproSchema.parse(json('repros/v1-append-log-keeps-torn-tail.repro.json'));
    const safe = await subjectOf(repro.kind, 'safe', repro.policy);
    expect((await replay(safe.trial, repro, 'image')).finding).toBe(null);
  });

  it('is not broken by a store that made durable what was lost', async () => {
    const repro = reproSchema.parse(json('repros/v2-append-log-name-not-durable.repro.json'));
    const safe = await subjectOf(repro.kind, 'safe', repro.policy);
    const { finding, prevented } = await replay(safe.trial, repro, 'made');
    expect([finding, prevented]).toEqual([null, true]);
  });
});
