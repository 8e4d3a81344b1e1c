import type { Forced, Loses, Order, PersistenceModel } from './model.ts';

const wholes: Readonly<Record<Loses['granule'], string>> = {
  call: 'the write of one call',
  4096: 'what a call wrote into one block of 4,096 bytes',
  512: 'what a call wrote into one sector of 512 bytes',
};

const lengths: Readonly<Record<Loses['sizes'], string>> = {
  apart: 'a length comes apart from its data',
  'with new blocks': 'in new blocks with the length that it makes',
  'with data': 'with the length that it makes',
};

const orders: Readonly<Record<Order, string>> = {
  everything: 'each call after all before it',
  names: 'names: creates, renames and removals in their order',
  'same block': 'writes to one block in their order',
  'sizes of a file': "a file's lengths in their order",
  'new block after earlier writes': 'a new block after all earlier writes of its file',
  'size after earlier data': 'a length after the data written before it',
  'length after the data below it': 'a length set by a call after the data below it',
  'replacing rename after data': 'a rename over a file after the data of what is renamed',
};

const forces: Readonly<Record<Forced, string>> = {
  data: 'its data',
  size: 'its length',
  'own name': 'its own name',
  'names in it': 'the names in it',
  'all names': 'all names of the file system',
  everything: 'everything',
};

/** What a lost write may leave beside the bytes before it. */
const leavings = { zeros: 'zeros', stale: 'stale bytes', garbage: 'noise' } as const;

/** A model in words, one phrase a fact; of what loses nothing each says so. */
export interface ModelWords {
  /** What is kept or lost whole. */
  readonly whole: string;
  /** What is never kept where the earlier one is lost; empty where nothing is in order. */
  readonly order: readonly string[];
  /** What a completed sync of a file, and of a directory, makes durable. */
  readonly syncFile: string;
  readonly syncDir: string;
  /** What may stand in the place of a lost write. */
  readonly leaves: string;
  /** How a rename may be torn. */
  readonly rename: string;
}

/** Says a model's rules in words, from its data alone. */
export function modelWords({ loses }: PersistenceModel): ModelWords {
  if (loses === null) {
    const all = 'nothing is lost once a call returned';
    return { whole: all, order: [], syncFile: all, syncDir: all, leaves: all, rename: 'atomic' };
  }
  const { granule, sizes, order, sync } = loses;
  const lie = 'nothing, though it answers success';
  return {
    whole: `${wholes[granule]}${sizes === 'apart' ? '; ' : ', '}${lengths[sizes]}`,
    order: order.map((one) => orders[one]),
    syncFile: sync === null ? lie : listed(sync.file) + brought(loses),
    syncDir: sync === null ? lie : listed(sync.dir) || 'nothing',
    leaves: leavesText(loses),
    rename: loses.rename.length === 0 ? 'atomic' : `may leave ${loses.rename.join(' or ')}`,
  };
}

function listed(forced: readonly Forced[]): string {
  const words = forced.map((one) => forces[one]);
  const last = words.pop() ?? '';
  return words.length === 0 ? last : `${words.join(', ')} and ${last}`;
}

/** What comes along with what a sync of a file is for. */
function brought({ order, sync }: Loses): string {
  if (sync?.brings === 'directories above')
    return '; of other names only those of directories above';
  return order.length === 0 || sync?.file.includes('everything')
    ? ''
    : '; with all that is to be before';
}

function leavesText({ overwrite, newBlock, tears }: Loses): string {
  const words = (all: Loses['overwrite']): string => all.map((one) => leavings[one]).join(', ');
  const [over, fresh] = [words(overwrite), words(newBlock)];
  const also = over === fresh ? [over] : [inBlocks('old', over), inBlocks('new', fresh)];
  const torn = tears === 'bytes' ? ['torn at any byte'] : [];
  return ['the bytes before it', ...also.filter((text) => text !== ''), ...torn].join('; ');
}

const inBlocks = (which: string, words: string): string =>
  words === '' ? '' : `in ${which} blocks also ${words}`;
