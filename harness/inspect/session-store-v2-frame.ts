import { crc32cHex } from '../../spec/lib/crc32c.ts';
import { dump } from '../../spec/lib/dump.ts';
import type { Mark } from '../../spec/lib/dump.ts';
import { decodeJson } from '../../spec/lib/layout-json.ts';
import { numberedPath } from '../../spec/lib/layout.ts';
import { sha256Hex } from '../../spec/lib/sha256.ts';
import { firstBadUtf8, isBlank } from '../../spec/lib/utf8.ts';
import { lineBytesMax } from '../../spec/session-store-v2/layout.ts';
import { frame } from '../../spec/session-store-v2/records.ts';
import { shown, shownShort } from '../lib/shown.ts';
import type { Place, ShownFrame } from './inspector.ts';
import { directorySource } from './source.ts';

/** The n-th line with anything in it (from 1) of a segment, or a sentence why there is none. */
export function findFrame(
  { root, entries, problems, options }: Place,
  segment: bigint,
  nth: bigint,
): ShownFrame | string {
  const file = numberedPath('segments/%016d.seg', segment);
  const late = (): boolean => options.leftMs() <= 0;
  const limits = { lineBytes: lineBytesMax, skipBytes: 0, late };
  let met = 0n;
  for (const line of directorySource(root, entries, limits, problems).lines(file)) {
    if (line.bytes !== null && isBlankLine(line.bytes)) continue;
    met += 1n;
    if (met < nth) continue;
    if (line.bytes === null) return `${file}: line ${nth} is longer than a reader takes`;
    return describe(file, line.from, line.bytes, line.terminated);
  }
  const why = problems.find((p) => p.path === file);
  if (why === undefined && !entries.some((entry) => entry.path === file)) {
    return `${file}: no such file`;
  }
  const reason = why === undefined ? `it has ${met}` : why.code;
  return `${file}: no frame ${nth}: ${reason}`;
}

function describe(file: string, from: number, bytes: Uint8Array, terminated: boolean): ShownFrame {
  const end = terminated ? contentEnd(bytes) : bytes.length;
  const { spans, values, flaws } = decodeJson(frame, bytes, 0, end);
  const fields: Mark[] = spans.map((span) => {
    const value = values.get(span.path);
    const raw = typeof value === 'object' && value !== null;
    const text = raw ? `${span.to - span.valueFrom} bytes` : String(value ?? '');
    const name = span.field === null ? `${span.path.slice(0, 60)} (unknown)` : span.path;
    return { from: span.from, to: span.to, text: `${shown(name)} = ${shownShort(text, 80)}` };
  });
  const marks: Mark[] = flaws.map((f) => ({ ...f, text: `${f.code}: ${shownShort(f.say, 200)}` }));
  const payload = values.get('payload');
  if (typeof payload === 'object' && payload !== null) {
    const { rawFrom, rawTo } = payload;
    const hash = sha256Hex(bytes.subarray(rawFrom, rawTo));
    if (hash !== values.get('payloadSha256')) {
      marks.push({ from: rawFrom, to: rawTo, text: `payload_hash: its SHA-256 is ${hash}` });
    }
    if (values.get('payloadBytes') !== BigInt(rawTo - rawFrom)) {
      marks.push({ from: rawFrom, to: rawTo, text: `payload_length: it has ${rawTo - rawFrom}` });
    }
  }
  if (!terminated) marks.push({ from: end, to: end, text: 'no newline at the end' });
  fields.push({ from: end, to: bytes.length, text: 'end of line' });
  return {
    file,
    from,
    to: from + bytes.length,
    crc32c: crc32cHex(bytes),
    wrong: marks.length > flaws.length || flaws.some((f) => f.refusedBy !== 'none'),
    dump: dump(bytes, fields, marks, { offset: from }),
  };
}

/** Unicode White_Space alone; most lines show with their first byte that they are not. */
function isBlankLine(bytes: Uint8Array): boolean {
  return bytes[0] !== 0x7b && firstBadUtf8(bytes) < 0 && isBlank(bytes);
}

/** Where a line's CRs and LF begin. */
function contentEnd(bytes: Uint8Array): number {
  let end = bytes.length - 1;
  while (end > 0 && bytes[end - 1] === 0x0d) end -= 1;
  return end;
}
