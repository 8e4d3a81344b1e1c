import { crc32c } from '../lib/crc32c.ts';
import { sha256Hex } from '../lib/sha256.ts';
import { firstBadUtf8, isBlank, utf8Of } from '../lib/utf8.ts';
import { decodeFrame } from './classify-records.ts';
import { frameLine, schemas } from './encode.ts';
import type { Frame } from './ops.ts';

/** The longest line, LF included, that a reader of the format takes. */
export const lineBytesLimit = 104_857_600;

/** One line of a segment, judged without looking at what stands before it. */
export interface Line {
  /** Bytes [from, to) of the file, LF included where there is one. */
  readonly from: number;
  readonly to: number;
  readonly terminated: boolean;
  readonly is: 'frame' | 'blank' | 'bad' | 'too long';
  /** Set where the line is a frame whose payload hash and length fit (a self-verifying frame). */
  readonly frame: Frame | null;
  /** False where the store itself would have written other bytes; a missing LF does not count. */
  readonly canonical: boolean;
  /** CRC-32C of the line with an LF at its end. */
  readonly crc32c: string;
}

type Content = Omit<Line, 'from' | 'to' | 'terminated'>;

const bad: Content = { is: 'bad', frame: null, canonical: false, crc32c: '' };
const tooLong: Content = { ...bad, is: 'too long' };

const files = new WeakMap<Uint8Array, { size: number; limit: number; lines: readonly Line[] }>();

/**
 * The lines of a file that reads as `bytes`, then zeros up to `size`; zeros are looked at without
 * being made.
 */
export function linesOf(bytes: Uint8Array, size: number, limit = lineBytesLimit): readonly Line[] {
  const known = files.get(bytes);
  if (known !== undefined && known.size === size && known.limit === limit) return known.lines;
  const lines: Line[] = [];
  let from = 0;
  while (from < bytes.length) {
    const lf = bytes.indexOf(0x0a, from);
    if (lf === -1) break;
    lines.push({ from, to: lf + 1, terminated: true, ...contentOf(bytes, from, lf, limit) });
    from = lf + 1;
  }
  if (from < size)
    lines.push({ from, to: size, terminated: false, ...tailOf(bytes, from, size, limit) });
  files.set(bytes, { size, limit, lines });
  return lines;
}

function tailOf(bytes: Uint8Array, from: number, size: number, limit: number): Content {
  // With its LF the line would be one byte longer; zeros are neither JSON nor blank.
  if (size - from + 1 > limit) return tooLong;
  if (size > bytes.length) return bad;
  const content = contentOf(bytes, from, size, limit);
  return content.is === 'frame' ? content : bad;
}

const contents = new Map<string, Content>();
const latin1 = new TextDecoder('latin1');

/** Lines repeat over thousands of images, so what a short line holds is kept, within a bound. */
function contentOf(bytes: Uint8Array, from: number, to: number, limit: number): Content {
  if (to - from + 1 > limit) return tooLong;
  if (to - from > 4096) return judge(bytes, from, to);
  const name = latin1.decode(bytes.subarray(from, to));
  const known = contents.get(name);
  if (known !== undefined) return known;
  if (contents.size >= 4096) contents.clear();
  const content = judge(bytes, from, to);
  contents.set(name, content);
  return content;
}

function judge(bytes: Uint8Array, from: number, to: number): Content {
  if (firstBadUtf8(bytes, from, to) !== -1) return bad;
  if (isBlank(bytes, from, to)) return { ...bad, is: 'blank' };
  const read = decodeFrame(bytes, from, to);
  if (read === null) return bad;
  const payload = bytes.subarray(read.payload.from, read.payload.to);
  if (read.payloadSha256 !== sha256Hex(payload) || read.payloadBytes !== BigInt(payload.length))
    return bad;
  const frame: Frame = { ...read, payload: read.payload.text };
  const ending = new Uint8Array(to - from + 1);
  ending.set(bytes.subarray(from, to));
  ending[to - from] = 0x0a;
  return {
    is: 'frame',
    frame,
    canonical: sameBytes(utf8Of(frameLine({ ...frame, schema: schemas.frame })), bytes, from, to),
    crc32c: crc32c(ending).toString(16).toUpperCase().padStart(8, '0'),
  };
}

/** True where `text` stands exactly at [from, to) of `bytes`. */
export function sameBytes(text: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (text.length !== to - from) return false;
  for (let i = 0; i < text.length; i++) if (text[i] !== bytes[from + i]) return false;
  return true;
}
