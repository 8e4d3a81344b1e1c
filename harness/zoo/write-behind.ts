import type { StoreFs } from '../../reference/lib/fs.ts';

/**
 * A file system on which each write arrives only with the call after it, as behind a buffer of the
 * process.
 */
export function writeBehind(fs: StoreFs): StoreFs {
  let waiting: (() => void) | null = null;
  const flush = (): void => {
    const write = waiting;
    waiting = null;
    write?.();
  };
  // A disk may have more calls than a store's type names; each hands over what waits first.
  return new Proxy(fs, {
    get(target, name) {
      const call: unknown = Reflect.get(target, name);
      if (typeof call !== 'function') return call;
      return (...args: unknown[]): unknown => {
        flush();
        if (name !== 'writeSync') return Reflect.apply(call, target, args);
        const [fd, bytes, offset, length, position] = args as Parameters<StoreFs['writeSync']>;
        const kept = bytes.slice(offset, offset + length);
        waiting = () => target.writeSync(fd, kept, 0, kept.length, position);
        return kept.length;
      };
    },
  });
}
