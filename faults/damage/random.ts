import { posix } from 'node:path';
import type { Image, Path } from '../../spec/lib/image.ts';
import type { Random } from '../random.ts';
import { applyDamage } from './apply.ts';
import { denseBytes, parentOf } from './bytes.ts';
import { anyAppendix, anyInsertion, anyPosition, anyRange, lineCount } from './places.ts';
import type { Damage } from './types.ts';

/** A change of bytes that a format's grammar suggests. */
export type SuggestedSplice = Omit<Extract<Damage, { readonly do: 'splice' }>, 'do'>;

/** What random damage may draw on beside the image itself. */
export interface DamageOptions {
  /** Most kinds of damage in one draw; one is the likeliest. */
  readonly most?: number;
  /** Images of the same store at earlier times: files come back from them, or fall back to them. */
  readonly earlier?: readonly Image[];
  /** Damage that the format suggests for an image; asked again after each damage. */
  readonly structural?: (image: Image) => readonly SuggestedSplice[];
  /** Kinds of damage of which there is to be more: every second one, where the image allows it. */
  readonly leansOn?: readonly Damage['do'][];
  /** How likely a file is to be hit, 1 by default; 0 leaves it alone. */
  readonly weigh?: (path: Path) => number;
}

interface Draw {
  readonly image: Image;
  readonly random: Random;
  readonly options: DamageOptions;
  readonly files: readonly Path[];
}

/** One to three kinds of damage in a row, each of which changes what the ones before it left. */
export function randomDamage(image: Image, random: Random, options: DamageOptions = {}): Damage[] {
  const count = Math.min(options.most ?? 3, random.weighted([[6, 1], [3, 2], [1, 3]])); // prettier-ignore
  const drawn: Damage[] = [];
  let current = image;
  for (let tries = 0; drawn.length < count && tries < 24; tries++) {
    const damage = drawOne(current, random, options);
    const after = damage === null ? current : applyDamage(current, damage);
    if (damage === null || after === current) continue;
    drawn.push(damage);
    current = after;
  }
  return drawn;
}

/** The rarest kinds are drawn about once in eighty. */
const leaningTries = 160;

function drawOne(image: Image, random: Random, options: DamageOptions): Damage | null {
  const files = [...image].flatMap(([path, node]) => (node.is === 'file' ? [path] : [])).toSorted();
  const draw: Draw = { image, random, options, files };
  const { leansOn = [] } = options;
  if (leansOn.length > 0 && random.chance(1, 2)) {
    const wanted = random.pick(leansOn);
    for (let tries = 0; tries < leaningTries; tries++) {
      const drawn = random.weighted(draws)(draw);
      if (drawn?.do === wanted) return drawn;
    }
  }
  return random.weighted(draws)(draw);
}

function anyFile(draw: Draw): Path | null {
  const { files, options, random } = draw;
  const weighted = files.map((path) => [options.weigh?.(path) ?? 1, path] as const);
  return weighted.some(([weight]) => weight > 0) ? random.weighted(weighted) : null;
}

/** A draw of damage to the bytes of one file that has some. */
function inFile(
  make: (file: Path, bytes: Uint8Array, random: Random) => Damage | null,
): (draw: Draw) => Damage | null {
  return (draw) => {
    const file = anyFile(draw);
    const bytes = file === null ? null : denseBytes(draw.image, file);
    return file === null || bytes === null || bytes.length === 0
      ? null
      : make(file, bytes, draw.random);
  };
}

const draws: readonly (readonly [number, (draw: Draw) => Damage | null])[] = [
  [14, inFile((file, b, r) => ({ do: 'flip', file, at: anyPosition(b, r), bit: r.below(8) }))],
  [7, inFile((file, b, r) => ({ do: 'zeros', file, ...anyRange(b, r) }))],
  [2, inFile((file, b, r) => ({ do: 'ones', file, ...anyRange(b, r) }))],
  [16, inFile((file, b, r) => ({ do: 'cut', file, at: anyPosition(b, r) }))],
  [6, inFile((file, b, r) => ({ do: 'delete', file, ...anyRange(b, r) }))],
  [3, inFile((file, b, r) => ({ do: 'duplicate', file, ...anyRange(b, r) }))],
  [5, inFile((file, b, r) => ({ do: 'insert', file, at: anyPosition(b, r), bytes: anyInsertion(r) }))],
  [6, inFile((file, b, r) => ({ do: 'duplicate line', file, line: r.below(lineCount(b)) }))],
  [6, inFile((file, b, r) => ({ do: 'delete line', file, line: r.below(lineCount(b)) }))],
  [3, inFile((file, b, r) => ({ do: 'blank line', file, line: r.below(lineCount(b)) }))],
  [5, inFile(swapLines)],
  [2, inFile((file) => ({ do: 'crlf', file }))],
  [2, inFile((file) => ({ do: 'bom', file }))],
  [4, inFile((file) => ({ do: 'empty', file }))],
  [12, append],
  [5, (draw) => ofFile(draw, (file) => ({ do: 'remove', file }))],
  [4, (draw) => ofFile(draw, (file) => ({ do: 'copy', file, as: otherName(file, draw.random) }))],
  [3, (draw) => ofFile(draw, (file) => ({ do: 'swap files', file, other: draw.random.pick(draw.files) }))],
  [3, foreign],
  [6, resurrect],
  [8, stale],
  [3, (draw) => ofFile(draw, (file) => replace(draw, file))],
  [20, splice],
]; // prettier-ignore

function ofFile(draw: Draw, make: (file: Path) => Damage): Damage | null {
  const file = anyFile(draw);
  return file === null ? null : make(file);
}

function swapLines(file: Path, bytes: Uint8Array, random: Random): Damage | null {
  const lines = lineCount(bytes);
  if (lines < 2) return null;
  const line = random.below(lines);
  const near = random.chance(2, 3) ? (line + 1) % lines : random.below(lines);
  return { do: 'swap lines', file, line, other: near };
}

function append(draw: Draw): Damage | null {
  const file = anyFile(draw);
  if (file === null) return null;
  const bytes = denseBytes(draw.image, file);
  const donor = denseBytes(draw.image, draw.random.pick(draw.files));
  if (bytes === null || donor === null) return null;
  return { do: 'append', file, bytes: anyAppendix(bytes, donor, draw.random) };
}

function foreign(draw: Draw): Damage | null {
  const { files, image, random } = draw;
  const dirs = ['', ...[...image].flatMap(([path, node]) => (node.is === 'dir' ? [path] : []))];
  const dir = random.pick(dirs);
  const prefix = dir === '' ? '' : `${dir}/`;
  const neighbour = files.length === 0 ? 'file' : random.pick(files);
  const donor = random.chance(1, 2) ? denseBytes(image, neighbour) : null;
  const name = random.pick([
    '.DS_Store',
    'Thumbs.db',
    'x.tmp',
    `.${neighbour.split('/').at(-1)}.swp`,
  ]);
  const file = random.chance(1, 2) ? prefix + name : otherName(neighbour, random);
  return { do: 'foreign', file, bytes: donor ?? random.bytes(random.below(40)) };
}

/** Another name that a store might take for one of its own: the number one off, or a suffix. */
function otherName(file: Path, random: Random): Path {
  const number = /(\d+)(\D*)$/.exec(file);
  if (number !== null && random.chance(3, 4)) {
    const [, digits = '', suffix = ''] = number;
    const step = random.weighted([[4, 1n], [1, -1n], [1, 7n]]); // prettier-ignore
    const next = BigInt(digits) + step;
    if (next >= 0n) {
      const padded = next.toString().padStart(digits.length, '0');
      return `${file.slice(0, number.index)}${padded}${suffix}`;
    }
  }
  return file + random.pick(['.bak', '.tmp', '~', '.1']);
}

function resurrect(draw: Draw): Damage | null {
  const past = draw.options.earlier ?? [];
  if (past.length === 0) return null;
  const then = draw.random.pick(past);
  const gone = [...then.keys()].filter((path) => !draw.image.has(path)).toSorted();
  if (gone.length === 0) return null;
  const file = draw.random.pick(gone);
  const bytes = denseBytes(then, file);
  return bytes === null ? null : { do: 'resurrect', file, bytes };
}

function stale(draw: Draw): Damage | null {
  const past = draw.options.earlier ?? [];
  const file = anyFile(draw);
  if (past.length === 0 || file === null) return null;
  const bytes = denseBytes(draw.random.pick(past), file);
  return bytes === null ? null : { do: 'stale', file, bytes };
}

function replace(draw: Draw, file: Path): Damage {
  const { random, files } = draw;
  const at = random.chance(1, 5) && parentOf(file) !== '' ? parentOf(file) : file;
  const by = random.pick(['dir', 'fifo', 'link'] as const);
  if (by !== 'link') return { do: 'replace', file: at, by };
  const other = posix.relative(parentOf(at), random.pick(files));
  const target = random.pick(['/elsewhere/kept', 'nowhere', other]);
  return { do: 'replace', file: at, by, target };
}

function splice(draw: Draw): Damage | null {
  const suggested = draw.options.structural?.(draw.image) ?? [];
  return suggested.length === 0 ? null : { do: 'splice', ...draw.random.pick(suggested) };
}
