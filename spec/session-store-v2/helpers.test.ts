import { describe, expect, it } from 'vitest';
import { codeOfMessage, errorTexts } from './codes.ts';
import { entryOfFrame, entryTypes, frameArgsOf, hasSidecar, sidecarPath } from './helpers.ts';
import type { Frame } from './ops.ts';
import { diskOf } from './table/disk.ts';
import { first, worldOf } from './table/testing-stores.ts';
import { does } from './table.ts';

describe('sidecar', () => {
  it.each([
    ['a.b.jsonl', 'a.b.v2'],
    ['.jsonl', '.jsonl.v2'],
    ['/', './session.v2'],
    ['', './session.v2'],
    ['..', 'session.v2'],
    ['x/..', 'x/session.v2'],
    ['/..', '/session.v2'],
    ['/s/x.jsonl', '/s/x.v2'],
    ['a/b/', 'a/b.v2'],
    ['a//b.jsonl', 'a/b.v2'],
    ['a/./b.jsonl', 'a/b.v2'],
    ['./a.jsonl', './a.v2'],
    ['/a', '/a.v2'],
    ['a.', 'a.v2'],
    ['a/.', 'a.v2'],
    ['é.jsonl', 'é.v2'],
  ])('of %s is %s', (path, sidecar) => {
    expect(sidecarPath(path)).toBe(sidecar);
  });

  it('exists by manifest or index alone', () => {
    const { image } = worldOf({ entries: 1 });
    const at = (root: string): boolean => hasSidecar(diskOf(image, root), '/s/x.jsonl');
    expect([
      at('/s/x.v2'),
      at('/s/y.v2'),
      hasSidecar(diskOf(new Map(), '/s/x.v2'), '/s/x.jsonl'),
    ]).toEqual([true, false, false]);
    const world = { image, root: '/s/x.v2', handles: new Map() };
    expect(first(does(world, { op: 'hasSidecar', path: '/s/x' }, '')).outcome).toEqual({
      is: 'ok',
      value: true,
    });
  });
});

describe('entries and frames', () => {
  const frame = (payload: string): Frame => ({
    schema: '',
    segmentSeq: 1n,
    frameSeq: 1n,
    entrySeq: 1n,
    entryId: 'e1',
    parentEntryId: null,
    entryType: 'label',
    timestamp: '',
    payloadSha256: '',
    payloadBytes: 0n,
    payload,
  });

  it('an entry needs an id to become a frame', () => {
    const json = '{"type":"label"}';
    const entry = { id: 'e1', parentId: null, type: 'label', json } as const;
    expect(frameArgsOf(entry)).toEqual({
      ok: { id: 'e1', parent: null, type: 'label', payload: json },
    });
    expect(frameArgsOf({ ...entry, id: null })).toEqual({ code: 'entry-without-id' });
    expect(entryTypes).toHaveLength(8);
  });

  it.each([
    [
      '{"type":"message","id":"e1","parentId":"e0","x":{"id":"no"}}',
      { ok: { id: 'e1', parentId: 'e0', type: 'message' } },
    ],
    ['{"type":"custom"}', { ok: { id: null, parentId: null, type: 'custom' } }],
    ['{"type":"message","id":"e2"}', { code: 'entry-id-mismatch' }],
    ['{"type":"other"}', { code: 'entry-unparsable' }],
    ['[]', { code: 'entry-unparsable' }],
    ['{"type":"message","id":"\\ud800"}', { code: 'entry-unparsable' }],
  ])('%s', (payload, result) => {
    expect(entryOfFrame(frame(payload))).toMatchObject(result);
  });
});

describe('codes', () => {
  it('tell texts apart that begin alike', () => {
    expect(codeOfMessage('session', 'session: checkpoint 7 not found')).toBe(
      'checkpoint-not-found',
    );
    expect(codeOfMessage('session', 'checkpoint 7 is odd')).toBeNull();
    expect(codeOfMessage('session', 'entry sequence overflow while bootstrapping')).toBe(
      'entry-sequence-overflow-bootstrap',
    );
    expect(codeOfMessage('session', 'entry sequence overflow')).toBe('entry-sequence-overflow');
    expect(codeOfMessage('session', 'index byte range overflow during rollback')).toBe(
      'rollback-range-overflow',
    );
    expect(codeOfMessage('json', 'json: anything')).toBe('json');
    expect(codeOfMessage('io', 'io: Is a directory (os error 21)')).toBe('io-eisdir');
    expect(codeOfMessage('io', 'Line length exceeds limit of 104857600 bytes')).toBe(
      'io-invalid-data',
    );
    expect(codeOfMessage('io', 'stream did not contain valid UTF-8')).toBe('io-invalid-data');
    expect(codeOfMessage('io', 'something new')).toBeNull();
  });

  it('are found again from every text', () => {
    for (const { category, prefix, suffix = '', code } of errorTexts) {
      expect(codeOfMessage(category, `${category}: ${prefix}${suffix}`), prefix).toBe(code);
    }
  });
});
