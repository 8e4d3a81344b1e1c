import { begin } from './cut-text.ts';

/**
 * Plain data as one line of text for people: u64 as digits, bytes as text where they are short and
 * printable and else as their length, long strings shortened.
 */
export function show(value: unknown, limit = 600): string {
  const text = JSON.stringify(value, (_key, v: unknown) => {
    if (typeof v === 'bigint') return Number.isSafeInteger(Number(v)) ? Number(v) : String(v);
    if (v instanceof Uint8Array) return bytesText(v);
    if (typeof v === 'string' && v.length > 160)
      return `${begin(v, 120)}… (${v.length} characters)`;
    return v;
  });
  const line = visible(text ?? 'undefined');
  return line.length <= limit ? line : `${begin(line, limit)}…`;
}

const textBytesMost = 24;

function bytesText(bytes: Uint8Array): string {
  const isText =
    bytes.length <= textBytesMost && bytes.every((byte) => byte >= 0x20 && byte < 0x7f);
  return isText ? `'${String.fromCharCode(...bytes)}'` : `<${bytes.length} bytes>`;
}

/**
 * Text of a port or a file with its control characters shown, so that it cannot steer a terminal.
 */
export function visible(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, (c) => {
    return `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
