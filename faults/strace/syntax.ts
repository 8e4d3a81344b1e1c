/**
 * An argument or a result of a system call as strace prints it. What nobody needs to look into
 * (flags, pointers, most structures) is a `word` with its text.
 */
export type Arg =
  /** `cut`: strace printed only the beginning, for want of a larger `-s`. */
  | { readonly is: 'string'; readonly bytes: Uint8Array; readonly cut: boolean }
  /**
   * A descriptor with what it leads to (`-y`); `fd` is null for `AT_FDCWD`. `gone`: that name was
   * removed.
   */
  | {
      readonly is: 'fd';
      readonly fd: number | null;
      readonly link: Uint8Array;
      readonly gone?: true;
    }
  | { readonly is: 'number'; readonly value: number }
  | { readonly is: 'list'; readonly items: readonly Arg[] }
  | { readonly is: 'struct'; readonly members: ReadonlyMap<string, Arg> }
  | { readonly is: 'word'; readonly text: string };

/** A text of strace that is being read; every reader below moves `at` forward. */
export interface Reader {
  readonly text: string;
  at: number;
}

const AT_FDCWD = 'AT_FDCWD';
const deleted = '(deleted)';
const number = /-?(?:0x[0-9a-f]+|[0-9]+)/y;

/** The arguments up to the closing bracket, which is taken too. Throws where there is none. */
export function readArguments(reader: Reader): Arg[] {
  return readItems(reader, ')');
}

function readItems(reader: Reader, end: string): Arg[] {
  const items: Arg[] = [];
  for (;;) {
    skipSpace(reader);
    if (reader.text[reader.at] === end) {
      reader.at++;
      return items;
    }
    items.push(readArg(reader, end));
    skipSpace(reader);
    const next = reader.text[reader.at];
    if (next === ',') reader.at++;
    else if (next !== end) throw new SyntaxError(`no end of a list at ${reader.at}`);
  }
}

/**
 * One argument; what it is not able to read as a value it takes as a word, up to the next comma.
 */
export function readArg(reader: Reader, end = ''): Arg {
  const { text, at } = reader;
  const value = readValue(reader, end);
  if (value !== null) {
    skipSpace(reader);
    const next = text[reader.at];
    if (next === undefined || next === ',' || next === end) return value;
  }
  reader.at = at;
  return { is: 'word', text: readWord(reader) };
}

function readValue(reader: Reader, end: string): Arg | null {
  const { text, at } = reader;
  const first = text[at] ?? '';
  if (first === '"') return readString(reader);
  if (first === '[') return attempt(reader, () => ({ is: 'list', items: listAt(reader) }));
  if (first === '{') return attempt(reader, () => structAt(reader));
  if (text.startsWith(AT_FDCWD, at)) {
    reader.at += AT_FDCWD.length;
    return { is: 'fd', fd: null, link: readLink(reader) ?? new Uint8Array(0) };
  }
  number.lastIndex = at;
  const digits = number.exec(text)?.[0];
  if (digits === undefined) return null;
  reader.at += digits.length;
  const link = readLink(reader);
  if (link !== null) return { is: 'fd', fd: Number(digits), link, ...readGone(reader) };
  const next = text[reader.at];
  const isWhole = next === undefined || next === ',' || next === end || next === ' ';
  const value = Number(digits);
  return isWhole && Number.isSafeInteger(value) ? { is: 'number', value } : null;
}

function attempt(reader: Reader, read: () => Arg): Arg | null {
  const { at } = reader;
  try {
    return read();
  } catch {
    reader.at = at;
    return null;
  }
}

function listAt(reader: Reader): Arg[] {
  reader.at++;
  return readItems(reader, ']');
}

/** `{iov_base="x", iov_len=1}`; members that cannot be read are words, `...` is passed over. */
function structAt(reader: Reader): Arg {
  reader.at++;
  const members = new Map<string, Arg>();
  for (;;) {
    skipSpace(reader);
    const name = /[a-z_0-9]+=/y;
    name.lastIndex = reader.at;
    const found = name.exec(reader.text)?.[0];
    if (found !== undefined) {
      reader.at += found.length;
      members.set(found.slice(0, -1), readArg(reader, '}'));
    } else if (reader.text.startsWith('...', reader.at)) reader.at += 3;
    skipSpace(reader);
    const next = reader.text[reader.at++];
    if (next === '}') return { is: 'struct', members };
    if (next !== ',') throw new SyntaxError('no end of a structure');
  }
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** Text up to a comma or bracket that is not its own; strings in it are passed over whole. */
function readWord(reader: Reader): string {
  const { text, at: from } = reader;
  const open: string[] = [];
  for (; reader.at < text.length;) {
    const char = text[reader.at]!;
    if (char === '"') {
      readString(reader);
      continue;
    }
    if (open.length === 0 && (char === ',' || char === ')' || char === ']' || char === '}')) break;
    if (char in closing) open.push(closing[char]!);
    else if (char === open[open.length - 1]) open.pop();
    reader.at++;
  }
  return text.slice(from, reader.at).trimEnd();
}

/** The text between `<` and `>` behind a descriptor, its escapes undone, or null. */
export function readLink(reader: Reader): Uint8Array | null {
  const { text, at } = reader;
  if (text[at] !== '<' || text[at + 1] === '<') return null;
  const end = text.indexOf('>', at);
  if (end < 0) return null;
  reader.at = end + 1;
  return unescape(text, at + 1, end);
}

/** Whether strace says behind a link that nothing has the name any more. */
export function readGone(reader: Reader): { readonly gone?: true } {
  if (!reader.text.startsWith(deleted, reader.at)) return {};
  reader.at += deleted.length;
  return { gone: true };
}

function readString(reader: Reader): Arg {
  const { text } = reader;
  const from = reader.at + 1;
  let end = from;
  while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  if (end >= text.length) throw new SyntaxError(`a string has no end at ${from}`);
  const bytes = unescape(text, from, end);
  reader.at = end + 1;
  const cut = text.startsWith('...', reader.at);
  if (cut) reader.at += 3;
  return { is: 'string', bytes, cut };
}

const letters: Readonly<Record<string, number>> = {
  n: 10, t: 9, r: 13, v: 11, f: 12, '"': 34, '\\': 92,
}; // prettier-ignore

/** Bytes of an escaped text: `\n`, up to three octal digits, or `\x` and two others. */
function unescape(text: string, from: number, to: number): Uint8Array {
  const bytes = new Uint8Array(to - from);
  let length = 0;
  for (let at = from; at < to;) {
    const code = text.charCodeAt(at++);
    if (code !== 92) {
      bytes[length++] = code;
      continue;
    }
    const kind = text[at]!;
    const letter = letters[kind];
    if (letter !== undefined) {
      bytes[length++] = letter;
      at++;
    } else if (kind === 'x') {
      bytes[length++] = Number.parseInt(text.slice(at + 1, at + 3), 16);
      at += 3;
    } else {
      let value = 0;
      const end = Math.min(to, at + 3);
      for (; at < end && text[at]! >= '0' && text[at]! <= '7'; at++) {
        value = value * 8 + text.charCodeAt(at) - 48;
      }
      bytes[length++] = value;
    }
  }
  return bytes.subarray(0, length);
}

function skipSpace(reader: Reader): void {
  while (reader.text[reader.at] === ' ') reader.at++;
}
