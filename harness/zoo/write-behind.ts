import type { StoreFs } from '../../reference/lib/fs.ts';

/**
 * A file system that keeps written bytes in a buffer of its own: they arrive with the first call
 * that is no write, and never where the process is killed before that.
 */
export function writeBehind(fs: StoreFs): StoreFs {
  const waiting: (() => void)[] = [];
  const hold = (...[fd, bytes, offset, length, position]: WriteArguments): number => {
    const kept = bytes.slice(offset, offset + length);
    waiting.push(() => fs.writeSync(fd, kept, 0, kept.length, position));
    return kept.length;
  };
  // A disk may have more calls than a store's type names; each hands over what waits first.
  return new Proxy(fs, {
    get(target, name) {
      if (name === 'writeSync') return hold;
      const call: unknown = Reflect.get(target, name);
      if (typeof call !== 'function') return call;
      return (...args: unknown[]): unknown => {
        for (const write of waiting.splice(0)) write();
        return Reflect.apply(call, target, args);
      };
    },
  });
}

type WriteArguments = Parameters<StoreFs['writeSync']>;
