import type { StoreFs } from '../../../reference/lib/fs.ts';
import type { Bug } from '../types.ts';

/** Not an edit but a file system: each write reaches it only with the call after it. */
export const acknowledgesEarly: Bug = {
  id: 'acknowledges-early',
  kind: 'append-log',
  text: 'Acknowledges an append while its bytes still wait in a buffer of the process.',
  clause: 'LOG-S3-1',
  needs: 'kill',
  wrap: (fs) => {
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
  },
};
