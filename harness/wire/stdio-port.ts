import type { Outcome } from '../../spec/lib/history.ts';
import type { Claims, Port } from '../../spec/lib/port.ts';
import { asciiJson } from './ascii.ts';
import type { Client } from './client.ts';
import { WireError } from './codec.ts';
import type { CallSite, WireCall, WireCodec } from './codec.ts';
import { errorCodes } from './envelope.ts';
import type { Feature } from './envelope.ts';
import { PortFault, SuiteFault } from './fault.ts';
import { hasUnaskedDigest, longBytes } from './recipe.ts';
import type { Reply } from './reply.ts';

/** A port of one store directory in another process. */
export interface StdioPort<O, R> extends Port<O, R> {
  /**
   * Rejects with a `PortFault` where the port failed as a program: the operation is then in doubt.
   * Rejects with a `SuiteFault` where the operation fits no line: nothing was asked.
   */
  step(op: O, at: string): Promise<Outcome<R>>;
}

/**
 * One directory's port over a client that may serve many at once. `handle` keeps their handles
 * apart: a prefix of 1 to
 * 32 characters, unique among the ports in use.
 */
export function stdioPort<O extends { readonly op: string }, R>(
  client: Client,
  codec: WireCodec<O, R>,
  site: { readonly dir: string; readonly handle: string },
): StdioPort<O, R> {
  const claims = claimsOf(client, codec.kind);
  const above = hasFeature(client, 'recipes') ? longBytes : Number.POSITIVE_INFINITY;
  return {
    claims,
    async step(op, at) {
      const { method, params } = lineOf(codec, op, { ...site, at });
      const large = codec.methods[op.op]?.large;
      const asksDigests = large !== undefined && Number.isFinite(above);
      const asked = asksDigests ? { ...params, digestsAbove: String(above) } : params;
      const reply = await client.call(method, asked);
      if (reply.is === 'error') return refusal(method, reply);
      try {
        if (large !== undefined && hasUnaskedDigest(reply.result, large.at, above)) {
          throw new WireError('a digest, which the call did not allow');
        }
        return { is: 'ok', value: codec.readResult(op, reply.result) };
      } catch (error) {
        if (!(error instanceof WireError)) throw error;
        throw new PortFault('schema', `the answer to ${method} does not fit: ${error.message}`);
      }
    },
  };
}

/** True where the port said in the handshake that it can do this. */
export function hasFeature({ hello }: Pick<Client, 'hello'>, feature: Feature): boolean {
  return hello.features?.includes(feature) ?? false;
}

function lineOf<O, R>(codec: WireCodec<O, R>, op: O, site: CallSite): WireCall {
  try {
    return codec.call(op, site);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new SuiteFault(`an operation of ${codec.kind} fits no line: ${error.message}`);
  }
}

/**
 * The claims of one kind as the handshake gave them. Throws a `PortFault` where the port does not
 * serve the kind.
 */
export function claimsOf(client: Pick<Client, 'hello'>, kind: string): Claims {
  const { port, kinds } = client.hello;
  const claimed = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (claimed === undefined) {
    throw new PortFault('handshake', `the port does not serve the kind ${kind}`);
  }
  return { name: port.name, version: port.version, kind, ...claimed };
}

/** Forgets every handle of the port's process: the state in which another directory begins. */
export async function resetPort(client: Client): Promise<void> {
  const reply = await client.call('reset', {});
  if (reply.is === 'error')
    throw new PortFault('not-served', `reset was refused: ${asciiJson(reply.message)}`);
}

function refusal(method: string, reply: Extract<Reply, { is: 'error' }>): Outcome<never> {
  if (reply.code === errorCodes.store) {
    const { code } = reply.data;
    if (typeof code !== 'string') throw new PortFault('schema', `${method}: an error without code`);
    const says = reply.message.slice(0, 500);
    const is = reply.data['definite'] === true ? 'fail' : 'info';
    return says === '' || says === code ? { is, code } : { is, code, says };
  }
  if (reply.code === errorCodes.methodNotFound) {
    throw new PortFault('not-served', `the port does not have the method ${method}`);
  }
  throw new PortFault(
    'refused-call',
    `${method} was refused as a call: ${asciiJson(reply.message)}`,
  );
}
