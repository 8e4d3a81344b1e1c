import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const schema = z.fromJSONSchema(
  JSON.parse(readFileSync(join(root, 'fixtures', 'schema', 'fixture-1.json'), 'utf8')),
);

const hash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const fixture = {
  schema: 'tearproof.fixture.v1',
  id: 'SSV2-0001',
  revision: 1,
  kind: 'session-store-v2',
  title: 'An empty segment',
  class: 'degenerate',
  flags: ['index_missing'],
  clauses: ['SSV2-S3-1'],
  level: 'MUST',
  provenance: { from: 'generated', source: 'the format table' },
  image: [
    { path: 'segments', is: 'dir' },
    { path: 'segments/1.seg', is: 'file', size: '0', contentBytes: '0', sha256: hash },
  ],
  operation: { op: 'create', h: 'a', max: '65536' },
  demands: {
    original: { anyOf: [{ open: 'ok', entries: [] }] },
    safe: { anyOf: [{ open: 'refused', codes: ['segment_name'], readable: [] }] },
  },
  witnesses: [{ name: 'reference', version: '0.1.0' }],
  byteMap: [],
};

describe('the schema of a fixture', () => {
  it('takes a whole fixture', () => {
    expect(schema.safeParse(fixture).error?.issues ?? []).toEqual([]);
  });

  it.each([
    ['another schema', { ...fixture, schema: 'tearproof.fixture.v2' }],
    ['an unknown member', { ...fixture, extra: 1 }],
    ['an unknown class', { ...fixture, class: 'odd' }],
    ['a number for 64 bits', { ...fixture, image: [{ ...fixture.image[1], size: 0 }] }],
    ['an absolute path', { ...fixture, image: [{ path: '/etc', is: 'dir' }] }],
    ['no demand', { ...fixture, demands: {} }],
    ['a demand without results', { ...fixture, demands: { safe: { anyOf: [] } } }],
  ])('refuses %s', (_, wrong) => {
    expect(schema.safeParse(wrong).success).toBe(false);
  });
});
