import type { Anomaly } from './clause.ts';

/** What an anomaly is, and what a user loses by it; the keys are all anomalies there are. */
export const anomalyTexts: Readonly<
  Record<Anomaly, { readonly says: string; readonly loses: string }>
> = {
  lost_durable: {
    says: 'An entry that was acknowledged as surviving a power cut is gone after one.',
    loses: 'Work that the program was told is safe on disk: nobody will write it again.',
  },
  lost_acked: {
    says: 'An acknowledged entry is gone after the process was killed.',
    loses: 'Work that the program had finished, after nothing worse than a crash of the program.',
  },
  phantom: {
    says: 'Recovery shows an entry that was never accepted.',
    loses: 'The truth of the log: a reader acts on something that nobody wrote.',
  },
  resurrected: {
    says: 'An entry that was accepted and then rolled back is shown again.',
    loses: 'The rollback: what was taken back on purpose is part of the history once more.',
  },
  duplicate: {
    says: 'One accepted entry is shown twice.',
    loses: 'Exactness: a payment, a message or an edit is applied twice on replay.',
  },
  reordered: {
    says: 'Entries are shown in another order than they were accepted in.',
    loses: 'Cause and effect: replay ends in a state that never was.',
  },
  gap: {
    says: 'An entry is missing while a later one is shown.',
    loses: 'A step in the middle, without a sign that anything is missing.',
  },
  torn_visible: {
    says: 'Part of a record that a crash tore is shown as an entry.',
    loses: 'The meaning of an entry: a reader gets half of it as the whole.',
  },
  corrupt_accepted: {
    says: 'Bytes that contradict their checksum or their place are shown as valid.',
    loses: 'Any use of the checksum: altered data is handed on as if it were sound.',
  },
  chain_broken: {
    says: 'A chain hash that is stored or reported is not the fold over the recovered entries.',
    loses: 'The proof that a log is the one it claims to be; later verification fails or lies.',
  },
  unopenable: {
    says: 'The store does not open after a fault that it must recover from.',
    loses: 'The whole log, though all or nearly all of its bytes are sound.',
  },
  silent_repair: {
    says: 'Opening changed the files without reporting it.',
    loses: 'The chance to notice that something broke, and to ask for what was cut.',
  },
  destroyed_evidence: {
    says: 'Bytes were cut, overwritten or removed and kept nowhere.',
    loses: 'What could still have been salvaged, and the trace of what went wrong.',
  },
  readers_disagree: {
    says: 'Two ways of reading the same store show different entries.',
    loses: 'A single truth: a view and an export of one session differ.',
  },
  not_idempotent: {
    says: 'Opening a second time changes or reports something again.',
    loses: 'Stability: each start may cost another piece of the log.',
  },
  not_atomic: {
    says: 'A rollback or truncation is seen half done.',
    loses: 'Both the state before and the state after: the store is between two truths.',
  },
  continuation_broken: {
    says: 'What is appended after recovery is refused, lost, or fused with older bytes.',
    loses: 'New work, although the store seemed to have recovered.',
  },
  wrong_error: {
    says: 'The error has another code than the one laid down, or none.',
    loses: 'The right reaction: a program retries, deletes or gives up where it should not.',
  },
  allocation_unbounded: {
    says: 'A length read from disk was trusted before the bytes behind it were known to exist.',
    loses: 'The process: a few damaged bytes make it ask for all memory there is.',
  },
  hang: {
    says: 'An operation did not come back.',
    loses: 'Availability: the program waits for ever on a damaged file.',
  },
  died: {
    says: 'The port ended instead of answering.',
    loses: 'Availability, and everything that the process held in memory.',
  },
  side_effect: {
    says: 'A call that must not change anything changed the disk.',
    loses: 'The state before the refusal, and trust in every check made by looking.',
  },
};
