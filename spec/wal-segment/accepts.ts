import type { Image, Node } from '../lib/image.ts';
import { fileNode } from '../lib/image.ts';
import { bytesOfHex } from '../lib/sha256.ts';

/**
 * One thing that the original reads although no writer of ours produces it; `safe`: whether policy
 * `safe` opens it too, and by which notice it says so.
 */
export interface Accept {
  readonly id: `WACC-${number}`;
  readonly text: string;
  readonly source: string;
  readonly safe: boolean;
  /** The notice under which `safe` reads it; missing where it reads it without a word. */
  readonly notice?: 'non_canonical' | 'chain_restart';
  readonly vector: AcceptVector;
}

/** A log, and the sequences that a replay of the original in this mode applies. */
export interface AcceptVector {
  readonly files: Readonly<Record<string, Uint8Array | { readonly link: string }>>;
  readonly applies: readonly bigint[];
  readonly mode: { readonly strict: boolean; readonly chain: boolean };
}

/** The image that a vector stands for. */
export function imageOf({ files }: AcceptVector): Image {
  return new Map(
    Object.entries(files).map(([path, is]): [string, Node] => [
      path,
      is instanceof Uint8Array ? fileNode(is) : { is: 'link', to: is.link },
    ]),
  );
}

const one = 'segment_0000000000000001.aedbwal';
const two = 'segment_0000000000000002.aedbwal';
const three = 'segment_0000000000000003.aedbwal';

const zeros = '0'.repeat(64);
const hash1 = 'cea36a568403ad1a4450d405bb5a1fbcef1f50b3ebecb40c3a29e8f4d38da6ad';
const head = (number: string, rest = zeros): string =>
  `414544420001000000000000000000090000000000000${number}00060a24181e4000${rest}`;
const frame11 = '0000001a000000000000000b000000000000006f01666972737471a8611b';
const frame12 = '0000001b000000000000000c00000000000000de027365636f6e64810948cf';
const frame1 = '00000015000000000000000100000000000000010120982877';
/** Sequence 13, type 3 and no payload; sequence 0, type 1 and no payload. */
const frame13 = '00000015000000000000000d000000000000000103a414c609';
const frame0 = '000000150000000000000000000000000000000101ebce53d2';

const frame13known = frame13.replace('03a414c609', '01452fb6fe');

const bytes = (...parts: readonly string[]): Uint8Array =>
  bytesOfHex(parts.join('')) ?? new Uint8Array(0);

const first = bytes(head('001'), frame11, frame12);
const strict = { strict: true, chain: true };
const noChain = { strict: true, chain: false };
const lenient = { strict: false, chain: true };

type Line = Omit<Accept, 'id'>;

const line = (
  text: string,
  source: string,
  vector: AcceptVector,
  how: Pick<Accept, 'safe' | 'notice'> = { safe: true },
): Line => ({ text, source: `format page, Decision table; ${source}`, vector, ...how });

const lines: readonly Line[] = [
  line(
    'Any value in the reserved bytes of a header.',
    'W4',
    {
      files: { [one]: bytes(head('001').replace('41454442000100', '41454442000101'), frame1) },
      applies: [1n],
      mode: strict,
    },
    { safe: true, notice: 'non_canonical' },
  ),
  line(
    'Any version in a header.',
    'W4',
    {
      files: { [one]: bytes(head('001').replace('414544420001', '414544420002'), frame1) },
      applies: [1n],
      mode: strict,
    },
    { safe: false },
  ),
  line(
    'A header with the number of another segment.',
    'W4',
    { files: { [one]: bytes(head('007'), frame1) }, applies: [1n], mode: strict },
    { safe: false },
  ),
  line('Segments of different instances.', 'W4', {
    files: {
      [one]: first,
      [two]: bytes(
        head('002', hash1).replace('0000000000000009', '0000000000000008'),
        frame13known,
      ),
    },
    applies: [11n, 12n, 13n],
    mode: strict,
  }),
  line('Numbers of segments that do not follow each other.', 'W6', {
    files: { [one]: first, [three]: bytes(head('003', hash1)) },
    applies: [11n, 12n],
    mode: noChain,
  }),
  line(
    'A segment behind others whose header holds no hash, where the chain is not asked for.',
    'W5c, W19',
    {
      files: {
        [one]: first,
        [two]: bytes(head('002'), frame13known),
      },
      applies: [11n, 12n, 13n],
      mode: noChain,
    },
    { safe: true, notice: 'chain_restart' },
  ),
  line(
    'A header that holds another hash, where the chain is not asked for.',
    'W5c',
    {
      files: { [one]: first, [two]: bytes(head('002', '1'.repeat(64)), frame13known) },
      applies: [11n, 12n, 13n],
      mode: noChain,
    },
    { safe: false },
  ),
  line(
    'Any magic number, where the chain is not asked for.',
    'W3c',
    {
      files: { [one]: bytes(head('001').replace('41454442', '41454443'), frame1) },
      applies: [1n],
      mode: noChain,
    },
    { safe: false },
  ),
  line('Sequences that leave numbers out.', 'W14', {
    files: { [one]: first },
    applies: [11n, 12n],
    mode: strict,
  }),
  line(
    'A frame with the sequence 0: every replay passes over it.',
    'W12',
    {
      files: { [one]: bytes(head('001'), frame0, frame1) },
      applies: [1n],
      mode: strict,
    },
    { safe: true, notice: 'non_canonical' },
  ),
  line(
    'A payload type other than 1, 2 and 4, in a permissive replay: passed over.',
    'W15b',
    {
      files: { [one]: bytes(head('001'), frame11, frame12, frame13) },
      applies: [11n, 12n],
      mode: lenient,
    },
    { safe: false },
  ),
  line('A torn frame at the end of the last segment: nothing is said of it.', 'W10', {
    files: { [one]: bytes(head('001'), frame11, frame12.slice(0, 30)) },
    applies: [11n],
    mode: strict,
  }),
  line(
    'A link at the place of a segment.',
    'W16',
    {
      files: { [one]: { link: 'elsewhere' }, elsewhere: first },
      applies: [11n, 12n],
      mode: strict,
    },
    { safe: false },
  ),
  line(
    'A name with fewer digits, a plus sign, or its beginning twice.',
    'W17',
    { files: { 'segment_segment_+1.aedbwal': first }, applies: [11n, 12n], mode: strict },
    { safe: false },
  ),
];

/**
 * What the original reads beyond what `safe` writes, one exception a line. Ids are permanent.
 */
export const accepts: readonly Accept[] = lines.map((one_, i) => ({
  id: `WACC-${i + 1}`,
  ...one_,
}));
