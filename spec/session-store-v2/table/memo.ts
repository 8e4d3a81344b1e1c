/** Keys up to this many UTF-16 units are kept, so that a hostile store cannot fill memory. */
const keyUnitsMax = 2048;
const entriesMax = 8192;
/** Stands for any range that is not worth remembering. */
const tooLong = ' '.repeat(keyUnitsMax + 1);

/**
 * A function that makes the value of a key once and then remembers it: crash states share most of
 * their lines and payloads. It forgets everything when it is full.
 */
export function boundedMemo<T>(): (key: string, make: () => T) => T {
  const values = new Map<string, T>();
  return (key, make) => {
    if (key.length > keyUnitsMax) return make();
    const known = values.get(key);
    if (known !== undefined) return known;
    const value = make();
    if (values.size >= entriesMax) values.clear();
    values.set(key, value);
    return value;
  };
}

/** A text that two ranges of bytes share exactly if they hold the same bytes; for short ranges. */
export function contentKey(bytes: Uint8Array, from: number, to: number): string {
  if (to - from > keyUnitsMax) return tooLong;
  // apply takes any array-like, and is several times faster than spreading.
  return Reflect.apply(String.fromCharCode, null, bytes.subarray(from, to));
}
