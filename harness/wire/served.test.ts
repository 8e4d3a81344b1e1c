import * as fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { PortMaker } from '../kind.ts';
import { makeCodec } from './codec.ts';
import { serveKind } from './served.ts';
import { directory, handleName, time } from './values.ts';

type Op = { readonly op: 'open' } | { readonly op: 'read' } | { readonly op: 'where' };

const where = z.object({ root: z.string() });
const answer = { result: where, value: { member: 'root' } } as const;
const codec = makeCodec<Op, string>(
  'toy',
  {
    open: { params: z.object({ h: handleName, dir: directory, at: time }), ...answer },
    read: { params: z.object({ dir: directory }), ...answer },
    where: { params: z.object({}), ...answer },
  },
  () => '',
);

/** A store that only tells which directory it was made for. */
const make: PortMaker<Op, string> = (_fs, root) => ({
  claims: {
    name: 'toy', version: '1', kind: 'toy', policy: 'safe', profiles: ['full'], holds: ['power'],
    ops: ['open', 'read', 'where'],
  },
  step: () => ({ is: 'ok', value: root }),
}); // prettier-ignore

describe('a served kind', () => {
  const served = serveKind(codec, make, fs);
  const root = async (name: string, params: object, dir?: string): Promise<unknown> => {
    const call = served.read(name, params);
    const outcome = await call.run(dir === undefined ? null : served.makeHandle(dir));
    return outcome.is === 'ok' ? outcome.value['root'] : outcome.code;
  };

  it('reads the directory that a call without a handle names', async () => {
    expect(await root('read', { dir: '/somewhere' })).toBe('/somewhere');
    expect(await root('where', {})).toBe('/');
  });

  it('asks the port of the handle where there is one', async () => {
    const params = { h: 'a', dir: '/its-own', at: '2026-01-01T00:00:00.000Z' };
    expect(await root('open', params, '/its-own')).toBe('/its-own');
  });
});
