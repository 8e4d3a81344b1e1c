/** One of the thirteen promises of policy `safe`, for every kind of store. */
export interface PromiseText {
  readonly id: `S${number}`;
  readonly level: 'MUST' | 'SHOULD';
  readonly says: string;
}

/** What `safe` promises, in the order of the numbers. */
export const promiseTexts: readonly PromiseText[] = [
  {
    id: 'S1',
    level: 'SHOULD',
    says:
      'Nothing is cut, overwritten or removed before the rest is verified and what goes is kept ' +
      'beside it, durably; the same bytes once. If they cannot be kept, nothing is changed.',
  },
  {
    id: 'S2',
    level: 'SHOULD',
    says:
      'Derived data never changes what primary data says; it is a witness, and is heard before ' +
      'it is written anew.',
  },
  {
    id: 'S3',
    level: 'MUST',
    says:
      'What was acknowledged at a level is in every recovered state that this level survives, ' +
      'unless damage at rest destroyed it, which is then noticed wherever a check covers it; ' +
      'what nobody appended is in none; the rest is a prefix, in order.',
  },
  {
    id: 'S4',
    level: 'MUST',
    says:
      'Recovery can be repeated and survives a crash at each of its own steps. A rollback ' +
      'happens as a whole or not at all.',
  },
  {
    id: 'S5',
    level: 'MUST',
    says:
      'Bytes are told to be torn, corrupt or ambiguous, and nothing is shown as valid that is ' +
      'not. A chain hash that is stored or answered is the fold over exactly the entries shown.',
  },
  {
    id: 'S6',
    level: 'SHOULD',
    says: 'An append refuses what a later open would refuse, before it touches the disk.',
  },
  {
    id: 'S7',
    level: 'MUST',
    says:
      'After a failed write the file is as before, or the handle says that it is not. After a ' +
      'failed sync a handle acknowledges nothing any more.',
  },
  {
    id: 'S8',
    level: 'SHOULD',
    says:
      'A handle notices that another writer moved the files, and refuses. A handle that ' +
      'inspects cannot write.',
  },
  {
    id: 'S9',
    level: 'MUST',
    says:
      'A length or count that is read from disk is bounded, before anything is allocated, by ' +
      'the bytes that are there and by the largest record.',
  },
  {
    id: 'S10',
    level: 'MUST',
    says:
      'Every repair is reported as data: what was done, to which file and range, why, and where ' +
      'the bytes went. Reading changes nothing that an append does later.',
  },
  {
    id: 'S11',
    level: 'SHOULD',
    says:
      'A file is replaced by a temporary one, synced, renamed, and its directory synced. The ' +
      'name of a new file is durable before an acknowledgement rests on it.',
  },
  {
    id: 'S12',
    level: 'MUST',
    says:
      'What a caller gives as path or id cannot lead out of the directory of the store; links ' +
      'are refused where the store has a file or directory.',
  },
  {
    id: 'S13',
    level: 'SHOULD',
    says: 'After a rollback the next frame goes to a segment number that was never used.',
  },
];

/** A promise, and what it comes to in one kind. */
export interface KeptPromise extends PromiseText {
  readonly here: string;
}

/** The promises with what each comes to, by its id. */
export function keptPromises(here: Readonly<Record<string, string>>): readonly KeptPromise[] {
  return promiseTexts.map((one) => ({ ...one, here: here[one.id] ?? '' }));
}
