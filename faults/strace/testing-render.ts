import type { Arg } from './syntax.ts';
import type { Syscall } from './parse.ts';

/** A call as strace prints it with `-f -y`; the inverse of the parser, for tests. */
export function renderCall({ tid, name, args, result }: Syscall): string {
  return `${tid} ${name}(${args.map(renderArg).join(', ')})${renderResult(result)}`;
}

/** The same in two lines, cut behind argument `at`, as where another thread comes between. */
export function renderInTwo({ tid, name, args, result }: Syscall, at: number): [string, string] {
  const [first, rest] = [args.slice(0, at), args.slice(at)];
  const begun = first.map(renderArg).join(', ');
  const ended = rest.map(renderArg).join(', ');
  const comma = first.length > 0 && rest.length > 0 ? ', ' : '';
  return [
    `${tid} ${name}(${begun}${comma} <unfinished ...>`,
    `${tid} <... ${name} resumed>${ended})${renderResult(result)}`,
  ];
}

function renderResult({ value, link, gone, errno, injected }: Syscall['result']): string {
  const mark = injected ? ' (INJECTED)' : '';
  if (errno !== undefined) return ` = -1 ${errno} (What it means)${mark}`;
  if (value === null) return `   = ?${mark}`;
  return ` = ${value}${link === undefined ? '' : `<${escaped(link, '<>')}>`}${goneText(gone)}${mark}`;
}

const goneText = (gone: true | undefined): string => (gone ? '(deleted)' : '');

function renderArg(arg: Arg): string {
  switch (arg.is) {
    case 'string':
      return `"${escaped(arg.bytes, '')}"${arg.cut ? '...' : ''}`;
    case 'fd':
      return `${arg.fd ?? 'AT_FDCWD'}<${escaped(arg.link, '<>')}>${goneText(arg.gone)}`;
    case 'number':
      return String(arg.value);
    case 'list':
      return `[${arg.items.map(renderArg).join(', ')}]`;
    case 'struct':
      return `{${[...arg.members].map(([name, member]) => `${name}=${renderArg(member)}`).join(', ')}}`;
    default:
      return arg.text;
  }
}

const letters: ReadonlyMap<number, string> = new Map([
  [10, '\\n'], [9, '\\t'], [13, '\\r'], [11, '\\v'], [12, '\\f'], [34, '\\"'], [92, '\\\\'],
]); // prettier-ignore

function escaped(bytes: Uint8Array, more: string): string {
  let text = '';
  for (const [i, byte] of bytes.entries()) {
    const char = String.fromCharCode(byte);
    const next = bytes[i + 1] ?? 0;
    if (letters.has(byte)) text += letters.get(byte);
    else if (byte >= 32 && byte < 127 && !more.includes(char)) text += char;
    // As strace does: as few digits as can be, unless a digit follows.
    else text += `\\${byte.toString(8).padStart(next >= 48 && next <= 57 ? 3 : 1, '0')}`;
  }
  return text;
}
