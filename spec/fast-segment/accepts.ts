import { bytesOfHex } from '../lib/sha256.ts';
import type { Entry } from './ops.ts';

/** One payload that readers take although no writer produces it, with what they read. */
export interface Accept {
  readonly id: `FACC-${number}`;
  readonly text: string;
  readonly source: string;
  /** Whether `safe` reads it too, and reports `non_canonical`. */
  readonly safe: boolean;
  readonly vector: { readonly payload: Uint8Array; readonly entry: Entry };
}

function accept(number: number, text: string, source: string, hex: string, entry: Entry): Accept {
  const payload = bytesOfHex(hex) ?? new Uint8Array();
  return { id: `FACC-${number}`, text, source, safe: true, vector: { payload, entry } };
}

const seven: Entry = { t: 'checkpoint', revision: 7n };
const wide = 'F30';

/** What readers tolerate beyond what is written, one exception a line, each with a vector. */
export const accepts: readonly Accept[] = [
  accept(1, 'A number in two bytes that one byte holds.', wide, '03fb0700', seven),
  accept(2, 'A number in four bytes that fewer hold.', wide, '03fc07000000', seven),
  accept(3, 'A number in eight bytes that fewer hold.', wide, '03fd0700000000000000', seven),
  accept(4, 'A variant in two or four bytes.', wide, 'fc0300000007', seven),
  accept(5, 'A coordinate in four bytes that fewer hold.', wide, '010101fc0500000009', {
    t: 'tombstone',
    space: 1n,
    coords: [5],
    revision: 9n,
  }),
  accept(
    6,
    'A count in eight bytes that fewer hold.',
    wide,
    '000100 01 fd010000000000000061'.replaceAll(' ', ''),
    {
      t: 'write',
      space: 1n,
      coords: [],
      revision: 1n,
      data: Uint8Array.of(0x61),
    },
  ),
  accept(7, 'Bytes behind the entry, whatever they are.', 'F17', '0307ffff00', seven),
];
