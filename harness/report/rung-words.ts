import type { Rung } from '../rungs.ts';

/** What is told of a rung of the ladder. */
export interface RungWords {
  /** What happened in its states. */
  readonly says: string;
  /** Up to where it goes, and what `finished` means for it. */
  readonly bounds: string;
  /** A bug that it is the first to find. */
  readonly finds: string;
}

/** The rungs in words. */
export const rungWords: Readonly<Record<Rung, RungWords>> = {
  none: {
    says: 'Nothing: the store as the history left it.',
    bounds: 'One state a history.',
    finds: 'an answer that is wrong without any fault',
  },
  'all prefixes': {
    says: 'The process was killed between any two calls, or inside a write, of which a first part arrived.',
    bounds: 'Every place between calls; inside a write those that mean something to the format.',
    finds: 'a torn tail that is not cut, so that the next append is lost with it',
  },
  'one lost': {
    says: 'Power failed: one thing that no sync had made durable is gone, with what waits for it.',
    bounds: 'Every pending thing, at every cut.',
    finds: 'a file or directory that is never synced',
  },
  'one kept': {
    says: 'Power failed: all that was pending is gone, or all but one thing and what it waits for.',
    bounds: 'Every pending thing, at every cut.',
    finds: 'an index, a manifest or a rename that reaches the disk before what it speaks of',
  },
  'frontier tears': {
    says: 'Power failed inside the last pending write of a file: its first or its last part arrived.',
    bounds:
      'Every edge of a sector or block up to 24 a write, and the places that mean something to the format where a model tears at any byte.',
    finds: 'a length or a checksum that is trusted before the bytes that it covers',
  },
  'two lost': {
    says: 'Power failed: two pending things are gone that do not wait for each other.',
    bounds: 'Each two of the newest 48 pending things.',
    finds: 'two copies of a fact, each of which was to make up for the other',
  },
  'closed subsets': {
    says: 'Power failed: any set of pending things is gone that the order of the file system allows.',
    bounds: 'All such sets of the newest 12 pending things.',
    finds: 'what takes three or more losses at once',
  },
  random: {
    says: 'Power failed: pending things are gone at random.',
    bounds: 'So many a cut; it is never the whole of it.',
    finds: 'what lies beyond the windows of the other rungs',
  },
  'read-set-lazy': {
    says: 'Power failed: of what was pending, those parts are gone that recovery was seen to look at.',
    bounds: 'States that recovery cannot tell apart are walked once.',
    finds: 'what all closed subsets would find, in fewer walks',
  },
  nested: {
    says: 'A second kill or power cut came while the store recovered from the first fault, or later.',
    bounds: 'After a number of first faults, those first after which recovery writes.',
    finds: 'a repair that is not synced, or that cannot be begun again',
  },
  'error sweep': {
    says: 'A file call failed, in the history or while the store recovered; the same handle went on, then the process died or power failed.',
    bounds:
      'So many injections a history, each kind at each sort of call having its share; each runs the history again.',
    finds: 'a failed sync that is tried again and believed, a short write that is not noticed',
  },
  'damage at rest': {
    says: 'Bytes or files were changed while the store was closed.',
    bounds: 'A number of damaged images a history, also of killed stores.',
    finds: 'a checksum that is not compared, a file that is trusted because it is there',
  },
};
