/**
 * One line without its LF, a line that was longer than allowed (its bytes were not kept), or what
 * stood before the end.
 */
export type Line =
  | { readonly is: 'line'; readonly bytes: Buffer }
  | { readonly is: 'too long' }
  | { readonly is: 'unfinished'; readonly bytes: Buffer };

/**
 * Cuts a stream of bytes at LF and nowhere else, holding at most `maxLineBytes` of an unfinished
 * line.
 */
export interface LineCutter {
  push(chunk: Uint8Array): Line[];
  /** What the stream ended with, where that was no whole line. */
  end(): Line[];
  /** How many bytes came since the last LF, kept or not. */
  pendingBytes(): number;
}

const lf = 0x0a;

/** A line that came whole is not copied. */
function inOnePiece(parts: readonly Uint8Array[]): Buffer {
  const [only] = parts;
  if (only === undefined || parts.length > 1) return Buffer.concat(parts);
  return Buffer.from(only.buffer, only.byteOffset, only.length);
}

/**
 * `maxLineBytes` counts a line without its LF; it is asked at every line, since a handshake may
 * change it.
 */
export function createLineCutter(maxLineBytes: () => number): LineCutter {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let skipping = false;
  let pending = 0;

  const hold = (part: Uint8Array): void => {
    pending += part.length;
    if (skipping || part.length === 0) return;
    if (heldBytes + part.length > maxLineBytes()) {
      skipping = true;
      held = [];
      heldBytes = 0;
      return;
    }
    held.push(part);
    heldBytes += part.length;
  };
  const take = (): Line => {
    const line: Line = skipping ? { is: 'too long' } : { is: 'line', bytes: inOnePiece(held) };
    held = [];
    heldBytes = 0;
    skipping = false;
    pending = 0;
    return line;
  };

  return {
    push(chunk) {
      const lines: Line[] = [];
      let from = 0;
      for (;;) {
        const at = chunk.indexOf(lf, from);
        if (at < 0) break;
        hold(chunk.subarray(from, at));
        lines.push(take());
        from = at + 1;
      }
      hold(chunk.subarray(from));
      return lines;
    },
    end() {
      if (!skipping && heldBytes === 0) return [];
      const last = take();
      return last.is === 'line' ? [{ is: 'unfinished', bytes: last.bytes }] : [last];
    },
    pendingBytes: () => pending,
  };
}
