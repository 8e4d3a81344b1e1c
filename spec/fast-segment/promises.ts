import { keptPromises, type KeptPromise } from '../lib/promise-texts.ts';

/** What `safe` promises, and how it is kept in a fast segment. */
export const promises: readonly KeptPromise[] = keptPromises({
  S1:
    'All that recovery cuts lies behind the committed length, or is a header of which every byte ' +
    'is known: neither need be kept, both are reported.',
  S2:
    'Nothing is derived. The committed length is a commit record: what stands behind it was never ' +
    'committed.',
  S3:
    'The levels stand under Acknowledgements. A seal whose answer never came may be there as a ' +
    'whole or not.',
  S4:
    'A second open changes no byte and reports no repair. `reset`, and `truncate` below the ' +
    'committed length, put another file in the place of the old one.',
  S5:
    'The committed length must lie where a frame ends, and every frame before it must verify and ' +
    'hold an entry.',
  S6: 'Numbers that do not fit their field, a payload above 64 MiB, a length that would lie.',
  S7: 'A failed write is cut back; else, and after any failed sync: `poisoned`.',
  S8: 'Before each operation the handle looks whether another one moved the file: `stale_handle`.',
  S9:
    'A length is held against 64 MiB and the bytes of the file before anything is made for ' +
    'it, and so are the counts inside of an entry.',
  S10:
    'Every cut and every header that was made anew is reported. Reading does not move where ' +
    'the next append goes.',
  S11:
    'A new segment is made as `sessions/ID.fast.tmp`, synced and renamed, and its name is ' +
    'durable before a seal rests on it.',
  S12: 'Ids are numbers of 32 bits; links are refused, and nothing is written beside `sessions/`.',
  S13: 'There are no segment numbers. What `truncate` and `reset` cut does not come back.',
});
