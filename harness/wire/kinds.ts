import type { StoreFs } from '../../reference/lib/fs.ts';
import type { Policy } from '../../spec/lib/port.ts';
import { openLog } from '../../ports/examples/append-log.ts';
import { logPort } from '../kinds/append-log-port.ts';
import { makePort } from '../kinds/session-store-v2-port.ts';
import { appendLogCodec } from './append-log.ts';
import { serveKind } from './served.ts';
import type { ServedKind } from './served.ts';
import { sessionStoreCodec } from './session-store-v2.ts';

type Serve = (store: Policy, fs: StoreFs) => ServedKind;

const kinds: Readonly<Record<string, Serve>> = {
  'session-store-v2': (store, fs) => serveKind(sessionStoreCodec, makePort(store), fs),
  'append-log': (store, fs) => {
    if (store !== 'safe') throw new Error('append-log has no original');
    return serveKind(appendLogCodec, logPort(openLog, { name: 'tearproof-append-log' }), fs);
  },
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
