import { keptPromises, type KeptPromise } from '../lib/promise-texts.ts';

/** What `safe` promises, and how it is kept in a log of chained segments. */
export const promises: readonly KeptPromise[] = keptPromises({
  S1:
    'A torn tail and a torn header go to `quarantine/` before they are cut. A full disk refuses ' +
    'with `no_space`.',
  S2: 'Nothing is derived: the hash in a header is a check of the segment before it.',
  S3:
    'The levels stand under Acknowledgements. A frame whose answer never came may be there or ' +
    'not, but only behind all that came before it.',
  S4: 'A second open changes no byte and reports no repair.',
  S5:
    'The first bytes that do not verify decide. The hash of a header is that of the file before ' +
    'it, but where a chain begins anew, which is reported as `chain_restart`.',
  S6:
    'A commit sequence that does not rise, a payload type that no replay applies, a frame that no ' +
    'reader takes.',
  S7: 'A failed write is cut back and that is synced; else, and after any failed sync: `poisoned`.',
  S8: 'Before each write the handle looks whether another one moved the log: `stale_handle`.',
  S9: 'A length is held against 64 MiB and the bytes of the file before anything is made for it.',
  S10: 'Every cut and every header that was written anew is reported; reading changes nothing.',
  S11: 'Nothing is replaced. A new segment and its name are durable before it is appended to.',
  S12: 'Numbers make the names; links are refused, and nothing is written beside the log.',
  S13: 'There is no rollback. No segment number is used twice, and behind 2^64-1 there is none.',
});
