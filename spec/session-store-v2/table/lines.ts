import type { Node } from '../../lib/image.ts';
import { firstBadUtf8, isBlank } from '../../lib/utf8.ts';

type FileNode = Extract<Node, { readonly is: 'file' }>;

/** One line of a file as the original's reader sees it. Offsets are bytes in the file. */
export interface Line {
  readonly from: number;
  /**
   * End of the line with its LF, or of the file. May lie beyond the stored bytes: the rest are
   * zeros.
   */
  readonly to: number;
  /** End of the text: without LF and the CRs before it. */
  readonly textTo: number;
  readonly terminated: boolean;
  readonly blank: boolean;
  /** Why the reader refuses it; nothing behind such a line is read. */
  readonly refused: string | null;
}

const split = new WeakMap<Uint8Array, { readonly key: string; readonly lines: readonly Line[] }>();

/**
 * The lines of a file up to and including the first that the reader refuses: longer than
 * `lineBytes` with its LF, or no UTF-8. The bytes of an image never change, so a second call for
 * the same bytes costs nothing.
 */
export function linesOf(file: FileNode, lineBytes: number): readonly Line[] {
  const key = `${file.size}/${lineBytes}`;
  const known = split.get(file.bytes);
  if (known?.key === key) return known.lines;
  const lines: Line[] = [];
  for (let from = 0; from < file.size;) {
    const line = lineAt(file, from, lineBytes);
    lines.push(line);
    if (line.refused !== null) break;
    from = line.to;
  }
  split.set(file.bytes, { key, lines });
  return lines;
}

function lineAt(file: FileNode, from: number, lineBytes: number): Line {
  const { bytes, size } = file;
  const lf = from < bytes.length ? bytes.indexOf(0x0a, from) : -1;
  const terminated = lf !== -1;
  const to = terminated ? lf + 1 : size;
  const refused = refusal(bytes, { from, to, lineBytes });
  let textTo = terminated ? lf : to;
  while (textTo > from && textTo <= bytes.length && bytes[textTo - 1] === 0x0d) textTo -= 1;
  const blank = refused === null && to <= bytes.length && isBlank(bytes, from, to);
  return { from, to, textTo, terminated, blank, refused };
}

function refusal(
  bytes: Uint8Array,
  line: { readonly from: number; readonly to: number; readonly lineBytes: number },
): string | null {
  // The reader stops after `lineBytes` and looks at the text first, so a cut character decides
  // before the length.
  const read = Math.min(line.to, line.from + line.lineBytes);
  if (firstBadUtf8(bytes, Math.min(line.from, bytes.length), Math.min(read, bytes.length)) !== -1) {
    return 'stream did not contain valid UTF-8';
  }
  if (line.to > read) return `Line length exceeds limit of ${line.lineBytes} bytes`;
  return null;
}
