/**
 * Plain data as one line of text for people: u64 as digits, bytes as their length, long strings
 * shortened.
 */
export function show(value: unknown, limit = 600): string {
  const text = JSON.stringify(value, (_key, v: unknown) => {
    if (typeof v === 'bigint') return Number.isSafeInteger(Number(v)) ? Number(v) : String(v);
    if (v instanceof Uint8Array) return `<${v.length} bytes>`;
    if (typeof v === 'string' && v.length > 160)
      return `${v.slice(0, 120)}… (${v.length} characters)`;
    return v;
  });
  const line = visible(text ?? 'undefined');
  return line.length <= limit ? line : `${line.slice(0, limit)}…`;
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
