import { describe, expect, it } from 'vitest';
import type { JsonObject } from './ascii.ts';
import type { Client } from './client.ts';
import { PortFault } from './fault.ts';
import type { Reply } from './reply.ts';
import { sessionStoreCodec } from './session-store-v2.ts';
import { claimsOf, resetPort, stdioPort } from './stdio-port.ts';

const core = ['create', 'append', 'all', 'drop'];
const at = '2026-01-01T00:00:00.000Z';

/** A client that gives the same reply to every call and remembers the calls. */
function clientOf(reply: Reply, features: readonly string[] = []) {
  const calls: { readonly method: string; readonly params: JsonObject }[] = [];
  const client: Client = {
    hello: {
      protocol: 1,
      port: { name: 'p', version: '2' },
      kinds: {
        'session-store-v2': { policy: 'safe', profiles: ['core'], ops: core, holds: ['power'] },
      },
      features: [...features],
      limits: { maxLineBytes: 1000, inFlight: 1 },
    },
    call: (method, params) => {
      calls.push({ method, params });
      return Promise.resolve(reply);
    },
    close: () => Promise.resolve({ death: null, forced: null, strays: [], fault: null }),
    kill: () => Promise.resolve(),
    stderr: () => '',
  };
  const port = stdioPort(client, sessionStoreCodec, { dir: '/d', handle: 'c1.' });
  return { client, calls, port };
}

const result = (value: JsonObject): Reply => ({ is: 'result', result: value });
const error = (code: number, data: JsonObject = {}): Reply => ({
  is: 'error',
  code,
  message: 'text \u001b',
  data,
});

async function faultOf(reply: Reply): Promise<PortFault> {
  const { port } = clientOf(reply);
  const outcome = port.step({ op: 'rebuild', h: 'a' }, at);
  return outcome.then(
    () => Promise.reject(new Error('no fault')),
    (thrown: unknown) => (thrown instanceof PortFault ? thrown : Promise.reject(thrown)),
  );
}

describe('stdioPort', () => {
  it('puts directory, handle and time into a call, and reads the value', async () => {
    const { port, calls } = clientOf(result({ entryCount: '3', repairs: [], notices: [] }));
    expect(await port.step({ op: 'create', h: 'a', max: 9n }, at)).toEqual({
      is: 'ok',
      value: { entryCount: 3n, repairs: [], notices: [] },
    });
    const params = { h: 'c1.a', dir: '/d', max: '9', at };
    expect(calls).toEqual([{ method: 'session-store-v2/create', params }]);
  });

  it('takes the word of a port for what is definite', async () => {
    const steps = [{ definite: true }, { definite: false }].map(({ definite }) =>
      clientOf(error(1, { code: 'io-eio', definite })).port.step({ op: 'all', h: 'a' }, at),
    );
    expect(await Promise.all(steps)).toEqual([
      { is: 'fail', code: 'io-eio', says: 'text \u001b' },
      { is: 'info', code: 'io-eio', says: 'text \u001b' },
    ]);
  });

  it.each([
    ['schema', result({ count: 7 })],
    ['schema', result({})],
    ['not-served', error(-32601)],
    ['refused-call', error(-32602)],
    ['refused-call', error(-32001)],
  ] as const)('tells %s from an answer of the store', async (name, reply) => {
    const fault = await faultOf(reply);
    expect(fault.fault).toBe(name);
    expect(fault.message).toMatch(/^[ -~]*$/);
  });

  it('allows digests of what no line holds where the port takes recipes, and no others', async () => {
    const all = { op: 'all', h: 'a' } as const;
    const payload = { sha256: 'a'.repeat(64), bytes: '8388609' };
    const frames = (bytes: string) => result({ frames: [{ payload: { ...payload, bytes } }] });
    const long = clientOf(frames('8388609'), ['recipes']);
    await expect(long.port.step(all, at)).rejects.toThrow(/frames.0.schema/);
    expect(long.calls[0]?.params).toEqual({ h: 'c1.a', digestsAbove: '8388608' });
    const short = clientOf(frames('8388608'), ['recipes']);
    await expect(short.port.step(all, at)).rejects.toThrow(/did not allow/);
    const plain = clientOf(frames('8388609'));
    await expect(plain.port.step(all, at)).rejects.toThrow(/did not allow/);
    expect(plain.calls[0]?.params).toEqual({ h: 'c1.a' });
  });

  it('gives the claims of a kind, and refuses one that is not served', async () => {
    const { client, port } = clientOf(result({}));
    expect(port.claims).toEqual({
      name: 'p',
      version: '2',
      kind: 'session-store-v2',
      policy: 'safe',
      profiles: ['core'],
      ops: core,
      holds: ['power'],
    });
    expect(() => claimsOf(client, 'wal-segment')).toThrow(/does not serve/);
    expect(() => claimsOf(client, 'constructor')).toThrow(PortFault);
    await resetPort(client);
    await expect(resetPort(clientOf(error(-32601)).client)).rejects.toThrow(PortFault);
  });
});
