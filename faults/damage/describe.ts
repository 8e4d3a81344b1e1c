import type { Damage } from './types.ts';

/** The damage in one line for people. */
export function describe(damage: Damage): string {
  return `${damage.file}: ${what(damage)}`;
}

function what(damage: Damage): string {
  switch (damage.do) {
    case 'flip':
      return `bit ${damage.bit & 7} of byte ${damage.at} flipped`;
    case 'zeros':
      return `bytes ${damage.from} to ${damage.to} turned to zeros`;
    case 'ones':
      return `bytes ${damage.from} to ${damage.to} turned to 0xFF`;
    case 'cut':
      return `cut off at byte ${damage.at}`;
    case 'append':
      return `${shown(damage.bytes)} appended`;
    case 'insert':
      return `${shown(damage.bytes)} inserted at byte ${damage.at}`;
    case 'delete':
      return `bytes ${damage.from} to ${damage.to} taken out`;
    case 'duplicate':
      return `bytes ${damage.from} to ${damage.to} repeated`;
    case 'splice':
      return `${damage.why} (bytes ${damage.from} to ${damage.to} became ${shown(damage.bytes)})`;
    case 'foreign':
      return `a foreign file of ${damage.bytes.length} bytes appeared`;
    case 'resurrect':
      return `a removed file of ${damage.bytes.length} bytes came back`;
    case 'stale':
      return `replaced by an older copy of itself, ${damage.bytes.length} bytes`;
    default:
      return plainWhat(damage);
  }
}

type Rest = Exclude<
  Damage,
  { readonly bytes: Uint8Array } | { readonly at: number } | { readonly from: number }
>;

function plainWhat(damage: Rest): string {
  switch (damage.do) {
    case 'duplicate line':
      return `line ${damage.line + 1} repeated`;
    case 'delete line':
      return `line ${damage.line + 1} taken out`;
    case 'blank line':
      return `a blank line put before line ${damage.line + 1}`;
    case 'swap lines':
      return `lines ${damage.line + 1} and ${damage.other + 1} swapped`;
    case 'crlf':
      return 'every LF became CR LF';
    case 'bom':
      return 'a byte order mark put before it';
    case 'remove':
      return 'removed';
    case 'empty':
      return 'emptied';
    case 'copy':
      return `copied to ${damage.as}`;
    case 'swap files':
      return `swapped with ${damage.other}`;
    case 'replace':
      return damage.by === 'link'
        ? `replaced by a symbolic link to ${damage.target}`
        : `replaced by a ${damage.by === 'dir' ? 'directory' : 'fifo'}`;
  }
}

const SHOWN_BYTES = 24;

function shown(bytes: Uint8Array): string {
  if (bytes.length > 0 && bytes.every((b) => b === 0)) return `${bytes.length} NUL bytes`;
  const text = Buffer.from(bytes.subarray(0, SHOWN_BYTES)).toString('latin1');
  const more = bytes.length > SHOWN_BYTES ? '…' : '';
  const printable = /^[\x20-\x7e\n\r\t]*$/.test(text);
  const body = printable
    ? JSON.stringify(text)
    : `0x${Buffer.from(text, 'latin1').toString('hex')}`;
  return `${bytes.length} bytes ${body}${more}`;
}
