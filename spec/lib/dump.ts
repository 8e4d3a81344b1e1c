/**
 * A range of bytes with a name, or with something to say about it. Ranges are offsets into the
 * dumped bytes.
 */
export interface Mark {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export interface DumpOptions {
  /** Added to every offset that is printed: where the bytes stand in their file. */
  readonly offset?: number;
  /** Rows of 16 bytes that are printed of one long range before its middle is left out. */
  readonly rowsPerField?: number;
}

const width = 16;

/**
 * An annotated hexdump, one line of text an element: each field begins a row of its own with its
 * name behind it, and what is wrong stands in a line below the row where it begins. Anything but
 * printable ASCII is shown as a dot, so the text is safe to print as far as the marks' texts are.
 */
export function dump(
  bytes: Uint8Array,
  fields: readonly Mark[],
  flaws: readonly Mark[],
  options: DumpOptions = {},
): readonly string[] {
  const { offset = 0, rowsPerField = 8 } = options;
  const waiting = flaws.toSorted((a, b) => a.from - b.from);
  const digits = Math.max(8, (offset + bytes.length).toString().length);
  const lines: string[] = [];
  const below = (end: number): void => {
    while (waiting.length > 0 && (waiting[0]?.from ?? 0) < end) {
      const flaw = waiting.shift();
      if (flaw === undefined) return;
      const range = `${offset + flaw.from} to ${offset + flaw.to}`;
      lines.push(`${' '.repeat(digits)}  ^ bytes ${range}: ${flaw.text}`);
    }
  };
  for (const part of partsOf(bytes.length, fields)) {
    const rows = Math.ceil((part.to - part.from) / width);
    for (let i = 0; i < rows; i++) {
      const from = part.from + i * width;
      const to = Math.min(from + width, part.to);
      if (rows > rowsPerField && i === rowsPerField - 1) {
        const last = part.from + (rows - 1) * width;
        lines.push(`${' '.repeat(digits)}  … ${last - from} bytes left out`);
        below(last);
        i = rows - 2;
        continue;
      }
      const at = (offset + from).toString().padStart(digits, '0');
      const label = i === 0 && part.text !== '' ? `  ${part.text}` : '';
      lines.push(`${at}  ${rowOf(bytes, from, to)}${label}`);
      below(to);
    }
  }
  below(Number.POSITIVE_INFINITY);
  return lines;
}

/** The bytes cut at every field: what stands between two of them goes with the one before. */
function partsOf(length: number, fields: readonly Mark[]): readonly Mark[] {
  const inside = fields.filter((f) => f.from < length).toSorted((a, b) => a.from - b.from);
  const first = inside[0]?.from ?? length;
  const parts: Mark[] = first > 0 ? [{ from: 0, to: first, text: '' }] : [];
  for (const [i, field] of inside.entries()) {
    const to = inside[i + 1]?.from ?? length;
    if (to > field.from) parts.push({ from: field.from, to, text: field.text });
  }
  return parts;
}

function rowOf(bytes: Uint8Array, from: number, to: number): string {
  let hex = '';
  let text = '';
  for (let at = from; at < from + width; at++) {
    const byte = bytes[at] ?? 0;
    hex += at < to ? `${byte.toString(16).padStart(2, '0')} ` : '   ';
    const printable = byte >= 0x20 && byte < 0x7f;
    text += at >= to ? ' ' : printable ? String.fromCharCode(byte) : '.';
  }
  return `${hex} |${text}|`;
}
