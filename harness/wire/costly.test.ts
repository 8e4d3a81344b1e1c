import { describe, expect, it } from 'vitest';
import type { StoreFs } from '../../reference/lib/fs.ts';
import type { Outcome } from '../../spec/lib/history.ts';
import type { PortMaker } from '../kind.ts';
import { kindWithoutCosts } from '../remote/narrowed.ts';
import { kindNamed, type AnyKind } from '../subjects.ts';
import { walk } from '../walk.ts';
import { isObject } from './ascii.ts';
import type { JsonObject } from './ascii.ts';
import type { Client } from './client.ts';
import { codecs, type AnyCodec } from './codecs.ts';
import { serveKind } from './served.ts';
import { stdioPort } from './stdio-port.ts';

type AnyMaker = PortMaker<{ readonly op: string }, unknown>;

/** One handle of a store of this process, asked by lines that are not written anywhere. */
function clientOf(codec: AnyCodec, make: AnyMaker, fs: StoreFs, sent: JsonObject[]): Client {
  const served = serveKind(codec, make, fs);
  let handle = served.makeHandle('/store');
  const { kind } = served.claims;
  const claims: Client['hello']['kinds'][string] = JSON.parse(JSON.stringify(served.claims));
  return {
    hello: {
      protocol: 1, port: { name: 'p', version: '1' }, kinds: { [kind]: claims }, features: ['recipes'],
      limits: { maxLineBytes: 8_388_608, inFlight: 1 },
    },
    call: async (method, params) => {
      sent.push(params);
      const name = method.split('/')[1] ?? '';
      if (name === 'open') handle = served.makeHandle('/store');
      const outcome = await served.read(name, JSON.parse(JSON.stringify(params))).run(handle);
      if (outcome.is === 'ok') return { is: 'result', result: outcome.value };
      const data = { code: outcome.code, definite: outcome.is === 'fail' };
      return { is: 'error', code: 1, message: outcome.code, data };
    },
    close: () => Promise.resolve({ death: null, forced: null, strays: [], fault: null }),
    kill: () => Promise.resolve(),
    stderr: () => '',
  }; // prettier-ignore
}

/** A store that says of everything too large that it took it. */
const credulous =
  (make: AnyMaker): AnyMaker =>
  (fs, dir) => {
    const port = make(fs, dir);
    return {
      ...port,
      step: async (op, at) => {
        const outcome = await port.step(op, at);
        const isTooLarge = outcome.is === 'fail' && outcome.code.endsWith('_too_large');
        return isTooLarge ? { is: 'ok', value: null } : outcome;
      },
    };
  };

/** What a costly walk over an empty store asks by recipes, and what it is answered. */
async function asked(
  name: string,
  change: (make: AnyMaker) => AnyMaker = (make) => make,
  by: (kind: AnyKind) => AnyKind = (kind) => kind,
): Promise<{ readonly recipes: readonly JsonObject[]; readonly answer: Outcome<unknown> | null }> {
  const kind = kindNamed(name);
  const codec = codecs.find((one) => one.kind === name)!;
  const sent: JsonObject[] = [];
  const make: AnyMaker = (fs, dir) => {
    const store = change(kind.ports['safe'] as AnyMaker);
    return stdioPort(clientOf(codec, store, fs, sent), codec, { dir, handle: 'h' });
  };
  const walked = await walk(by(kind), make as never, 'safe', new Map(), { costly: true });
  const recipes = sent.flatMap(recipesIn);
  const seen = walked.seen.find(({ probe }) => probe === 'too_large');
  return { recipes, answer: seen?.outcome ?? null };
}

function recipesIn(value: unknown): readonly JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(recipesIn);
  if (!isObject(value)) return [];
  return 'gen' in value ? [value] : Object.values(value).flatMap(recipesIn);
}

describe('an entry that no line holds', () => {
  const recipe = { gen: 'zero', bytes: '67108864' };

  it.each([
    ['wal-segment', 'frame_too_large'],
    ['fast-segment', 'entry_too_large'],
  ])('is asked of %s by a recipe, and refused with %s', async (name, code) => {
    const { recipes, answer } = await asked(name);
    expect(recipes).toEqual([recipe]);
    expect(answer).toMatchObject({ is: 'fail', code });
  });

  it('is seen where a store says that it took it', async () => {
    const { recipes, answer } = await asked('wal-segment', credulous);
    expect(recipes).toEqual([recipe]);
    expect(answer?.is).toBe('ok');
  });

  it('is not asked of a port that takes no recipes', async () => {
    const { recipes, answer } = await asked('wal-segment', undefined, kindWithoutCosts);
    expect({ recipes, answer }).toEqual({ recipes: [], answer: null });
  });
});
