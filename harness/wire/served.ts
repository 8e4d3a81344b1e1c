import type { StoreFs } from '../../reference/lib/fs.ts';
import type { Outcome } from '../../spec/lib/history.ts';
import type { Claims, Port } from '../../spec/lib/port.ts';
import type { PortMaker } from '../kind.ts';
import { trackFds } from '../kinds/track-fds.ts';
import { isObject } from './ascii.ts';
import type { JsonObject } from './ascii.ts';
import type { WireCodec, WireMethod } from './codec.ts';
import { digestsAboveSchema } from './envelope.ts';
import { withDigests } from './recipe.ts';

/** What an operation that reads is told as the time: it must not matter. */
const noTime = '1970-01-01T00:00:00.000Z';

/** An open handle of a driver, of whatever kind. */
export interface ServedHandle {
  readonly kind: string;
  readonly dir: string;
  /** Forgets the store and closes its descriptors; no byte is written. */
  abandon(): void;
}

/** A call that was read; `run` performs it on its handle (null where the method names none). */
export interface ServedCall {
  readonly handle: string | null;
  /** The store's directory: set where the call opens its handle, or needs none. */
  readonly dir: string | null;
  run(handle: ServedHandle | null): Promise<Outcome<JsonObject>>;
}

/**
 * One kind as a driver serves it; what the kind's operations and values are is known in here only.
 */
export interface ServedKind {
  readonly claims: Claims;
  hasMethod(name: string): boolean;
  /** Throws a `WireError` where the parameters do not fit. */
  read(name: string, params: unknown): ServedCall;
  makeHandle(dir: string): ServedHandle;
}

/** A result with digests for what is long, where the call allows them. */
function shortened(
  result: JsonObject,
  method: WireMethod | undefined,
  params: unknown,
): JsonObject {
  if (method?.large === undefined || !isObject(params)) return result;
  const above = digestsAboveSchema.safeParse(params['digestsAbove']);
  return above.success ? withDigests(result, method.large, BigInt(above.data)) : result;
}

/** Serves ports that `make` builds over `fs`: one port a handle. */
export function serveKind<O, R>(
  codec: WireCodec<O, R>,
  make: PortMaker<O, R>,
  fs: StoreFs,
): ServedKind {
  const ports = new WeakMap<ServedHandle, Port<O, R>>();
  const { claims } = make(fs, '/');
  return {
    claims,
    hasMethod: (name) => Object.hasOwn(codec.methods, name),
    read(name, params) {
      const call = codec.readCall(name, params);
      return {
        handle: call.handle,
        dir: call.dir,
        async run(handle) {
          const port = (handle && ports.get(handle)) ?? make(fs, call.dir ?? '/');
          const outcome = await port.step(call.op, call.at ?? noTime);
          if (outcome.is !== 'ok') return outcome;
          const value = codec.result(name, outcome.value);
          return { is: 'ok', value: shortened(value, codec.methods[name], params) };
        },
      };
    },
    makeHandle(dir) {
      const tracked = trackFds(fs);
      const handle = { kind: claims.kind, dir, abandon: () => tracked.closeAll() };
      ports.set(handle, make(tracked.fs, dir));
      return handle;
    },
  };
}
