/**
 * The most bytes that were asked for at once while `run` ran, by any of the ways in which a program
 * gets bytes: buffers, typed arrays, array buffers. Nothing else may run meanwhile.
 */
export function mostAllocated(run: () => void): number {
  let most = 0;
  const note = (bytes: unknown): void => {
    if (typeof bytes === 'number' && bytes > most) most = bytes;
  };
  const before = { Uint8Array: globalThis.Uint8Array, ArrayBuffer: globalThis.ArrayBuffer };
  const makers = ['alloc', 'allocUnsafe', 'allocUnsafeSlow'] as const;
  const kept = makers.map((name) => Buffer[name]);
  const concat = Reflect.get<typeof Buffer, 'concat'>(Buffer, 'concat');
  globalThis.Uint8Array = counted(before.Uint8Array, note);
  globalThis.ArrayBuffer = counted(before.ArrayBuffer, note);
  for (const [i, name] of makers.entries()) {
    Buffer[name] = (size: number, ...rest: []) => {
      note(size);
      return kept[i]!.call(Buffer, size, ...rest);
    };
  }
  Buffer.concat = (list, ...rest) => {
    note(list.reduce((sum, part) => sum + part.length, 0));
    return concat.call(Buffer, list, ...rest);
  };
  try {
    run();
  } finally {
    Object.assign(globalThis, before);
    for (const [i, name] of makers.entries()) Buffer[name] = kept[i]!;
    Buffer.concat = concat;
  }
  return most;
}

/**
 * A constructor that tells the first argument of each call; its objects are those of the old one.
 */
function counted<T extends new (...args: never[]) => object>(
  maker: T,
  note: (first: unknown) => void,
): T {
  const proxy: T = new Proxy(maker, {
    construct(target, args: unknown[], newTarget) {
      note(args[0]);
      return Reflect.construct(target, args, newTarget === proxy ? target : newTarget) as object;
    },
  });
  return proxy;
}
