import type { StoreFs } from '../../reference/lib/fs.ts';
import type { Policy } from '../../spec/lib/port.ts';
import { openLog } from '../../ports/examples/append-log.ts';
import { logPort } from '../kinds/append-log-port.ts';
import { makePort } from '../kinds/session-store-v2-port.ts';
import { appendLogCodec } from './append-log.ts';
import { serveKind } from './served.ts';
import type { ServedKind } from './served.ts';
import { sessionStoreCodec } from './session-store-v2.ts';

type Serve = (fs: StoreFs) => ServedKind;

const kinds: Readonly<Record<string, Partial<Record<Policy, Serve>>>> = {
  'session-store-v2': {
    original: (fs) => serveKind(sessionStoreCodec, makePort('original'), fs),
    safe: (fs) => serveKind(sessionStoreCodec, makePort('safe'), fs),
  },
  'append-log': {
    safe: (fs) => serveKind(appendLogCodec, logPort(openLog, { name: 'tearproof-append-log' }), fs),
  },
};

/** The kinds that `tearproof driver` serves. */
export const kindNames: readonly string[] = Object.keys(kinds);

export const storeNames: readonly Policy[] = ['original', 'safe'];

/** The stores that a kind has; none where the kind is not served. */
export function storesOf(kind: string): readonly Policy[] {
  const stores = Object.hasOwn(kinds, kind) ? (kinds[kind] ?? {}) : {};
  return storeNames.filter((store) => Object.hasOwn(stores, store));
}

/**
 * One of our stores, ready to be served over the file system given. Throws where there is none
 * such.
 */
export function servedBy(kind: string, store: Policy, fs: StoreFs): ServedKind {
  const serve = storesOf(kind).includes(store) ? kinds[kind]?.[store] : undefined;
  if (serve === undefined) throw new Error(`no store ${store} of kind ${kind} is served`);
  return serve(fs);
}
