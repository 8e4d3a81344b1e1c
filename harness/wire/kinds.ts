import type { StoreFs } from '../../reference/lib/fs.ts';
import type { Policy } from '../../spec/lib/port.ts';
import { kindNamed } from '../subjects.ts';
import { codecs } from './codecs.ts';
import { serveKind } from './served.ts';
import type { ServedKind } from './served.ts';

export { codecs, type AnyCodec } from './codecs.ts';

/** The kinds that `tearproof driver` serves. */
export const kindNames: readonly string[] = codecs.map(({ kind }) => kind);

export const storeNames: readonly Policy[] = ['original', 'safe'];

/** The stores that a kind has; none where the kind is not served. */
export function storesOf(kind: string): readonly Policy[] {
  if (!kindNames.includes(kind)) return [];
  const { ports } = kindNamed(kind);
  return storeNames.filter((store) => Object.hasOwn(ports, store));
}

/**
 * One of our stores, ready to be served over the file system given. Throws where there is none
 * such.
 */
export function servedBy(kind: string, store: Policy, fs: StoreFs): ServedKind {
  const codec = codecs.find((one) => one.kind === kind);
  const make = codec === undefined ? undefined : kindNamed(kind).ports[store];
  if (codec === undefined || make === undefined) {
    throw new Error(`no store ${store} of kind ${kind} is served`);
  }
  return serveKind(codec, make, fs);
}
