import type { StoreFs } from '../../reference/lib/fs.ts';
import type { Policy } from '../../spec/lib/port.ts';
import { makePort } from '../kinds/session-store-v2-port.ts';
import { serveKind } from './served.ts';
import type { ServedKind } from './served.ts';
import { sessionStoreCodec } from './session-store-v2.ts';

type Serve = (store: Policy, fs: StoreFs) => ServedKind;

const kinds: Readonly<Record<string, Serve>> = {
  'session-store-v2': (store, fs) => serveKind(sessionStoreCodec, makePort(store), fs),
};

/** The kinds that `tearproof driver` serves. */
export const kindNames: readonly string[] = Object.keys(kinds);

export const storeNames: readonly Policy[] = ['original', 'safe'];

/** One of our stores, ready to be served over the file system given. */
export function servedBy(kind: string, store: Policy, fs: StoreFs): ServedKind {
  const serve = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (serve === undefined) throw new Error(`no store of kind ${kind} is served`);
  return serve(store, fs);
}
