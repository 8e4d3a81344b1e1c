/** JSON that keeps u64 and bytes: `{"$u64":"1"}` and `{"$bytes":"base64"}`. */
export type Plain =
  null | boolean | number | string | readonly Plain[] | { readonly [name: string]: Plain };

/** Plain data with bigint and Uint8Array inside, as JSON that `fromPlain` reads back the same. */
export function toPlain(value: unknown): Plain {
  if (typeof value === 'bigint') return { $u64: value.toString() };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') };
  if (Array.isArray(value)) return value.map(toPlain);
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value).filter(([, v]) => v !== undefined);
    return Object.fromEntries(entries.map(([name, v]) => [name, toPlain(v)]));
  }
  return (value ?? null) as Plain;
}

export function fromPlain(value: Plain): unknown {
  if (Array.isArray(value)) return value.map(fromPlain);
  if (value === null || typeof value !== 'object') return value;
  const record = value as { readonly [name: string]: Plain };
  const names = Object.keys(record);
  if (names.length === 1 && typeof record['$u64'] === 'string') return BigInt(record['$u64']);
  if (names.length === 1 && typeof record['$bytes'] === 'string') {
    return new Uint8Array(Buffer.from(record['$bytes'], 'base64'));
  }
  return Object.fromEntries(names.map((name) => [name, fromPlain(record[name]!)]));
}
