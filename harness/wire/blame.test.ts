import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Op, Value } from '../../spec/append-log/ops.ts';
import { appendLogCodec } from './append-log.ts';
import { commandOf } from './bad/testing-case.ts';
import { connect } from './client.ts';
import type { WireCodec } from './codec.ts';
import { blameOf, faultNames, PortFault, SuiteFault } from './fault.ts';
import { stdioPort } from './stdio-port.ts';

const at = '2026-01-01T00:00:00.000Z';
type LogCodec = WireCodec<Op, Value>;

/** What an append ends with, where the suite has this codec and the port is this program. */
async function appendWith(codec: LogCodec, program: string): Promise<unknown> {
  const dir = mkdtempSync(join(tmpdir(), 'tearproof-blame-'));
  const client = await connect({ command: commandOf(program), startMs: 60_000, callMs: 60_000 });
  try {
    const honest = stdioPort<Op, Value>(client, appendLogCodec, { dir, handle: 'h' });
    await honest.step({ op: 'open' }, at);
    const port = stdioPort(client, codec, { dir, handle: 'h' });
    const payload = new Uint8Array([1]);
    const thrown: unknown = await port.step({ op: 'append', payload }, at).then(
      () => null,
      (error: unknown) => error,
    );
    // A call of ours that was not sent leaves the port as it was.
    if (thrown instanceof SuiteFault) {
      expect(await honest.step({ op: 'read' }, at)).toEqual({ is: 'ok', value: [] });
    }
    return thrown;
  } finally {
    await client.kill();
    rmSync(dir, { recursive: true });
  }
}

/** A defect planted in the suite: every call of this codec gets these parameters. */
const sends = (params: Readonly<Record<string, string | number>>): LogCodec => ({
  ...appendLogCodec,
  call: (op) => ({ method: `append-log/${op.op}`, params }),
});

describe('blame', { timeout: 120_000 }, () => {
  it.each([
    ['a number where bytes belong', sends({ h: 'h', payload: 7, at })],
    ['no time', sends({ h: 'h', payload: 'AQ==' })],
    ['a handle that no line may hold', sends({ h: 'h h', payload: 'AQ==', at })],
    [
      'a method that no kind has',
      { ...appendLogCodec, call: () => ({ method: 'append-log/vacuum', params: {} }) },
    ],
  ] as const)('falls on the suite where it would send %s', async (_, codec) => {
    const thrown = await appendWith(codec, 'honest.mjs');
    expect(thrown).toBeInstanceOf(SuiteFault);
    expect(blameOf(thrown)).toEqual({ blame: 'suite', verdict: 'harness_error' });
  });

  it('falls on the suite where an operation fits no line', async () => {
    const ill = { op: 'append', payload: 'text' } as unknown as Op;
    const codec: LogCodec = {
      ...appendLogCodec,
      call: (_, site) => appendLogCodec.call(ill, site),
    };
    expect(await appendWith(codec, 'honest.mjs')).toBeInstanceOf(SuiteFault);
  });

  it.each([
    ['answers-neither.mjs', 'port_protocol'],
    ['refuses-calls.mjs', 'port_protocol'],
    ['dies-mid-write.mjs', 'port_died'],
  ])('falls on the port where %s', async (program, verdict) => {
    const thrown = await appendWith(appendLogCodec, program);
    expect(thrown).toBeInstanceOf(PortFault);
    expect(blameOf(thrown)).toEqual({ blame: 'port', verdict });
  });

  it('has a verdict for every fault, and takes whatever else is thrown for ours', () => {
    const verdicts = faultNames.map((name) => blameOf(new PortFault(name, '')).verdict);
    expect(new Set(verdicts)).toEqual(new Set(['port_died', 'timeout', 'port_protocol']));
    expect(blameOf(new TypeError('x')).blame).toBe('suite');
  });
});
