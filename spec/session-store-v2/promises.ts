/** One of the thirteen promises of policy `safe`, and what it comes to in a session store. */
export interface KeptPromise {
  readonly id: `S${number}`;
  readonly level: 'MUST' | 'SHOULD';
  /** The promise, for every kind of store. */
  readonly says: string;
  /** How it is kept in session-store-v2. */
  readonly here: string;
}

/** What `safe` promises, in the order of the numbers. */
export const promises: readonly KeptPromise[] = [
  {
    id: 'S1',
    level: 'SHOULD',
    says:
      'Nothing is cut, overwritten or removed before the rest is verified and what goes is kept ' +
      'beside it, durably; the same bytes once. If they cannot be kept, nothing is changed.',
    here:
      'A cut tail, and an index that says more than the new one, go to `quarantine/` first. A ' +
      'rollback renames whole segments and copies the tail that it cuts. Temporary names are ' +
      'exempt. A full disk refuses with `no_space`.',
  },
  {
    id: 'S2',
    level: 'SHOULD',
    says:
      'Derived data never changes what primary data says; it is a witness, and is heard before ' +
      'it is written anew.',
    here:
      'Segments are primary, and so are sessionId, sourceFormat and createdAt of the manifest, ' +
      'and the ledger. Index, checkpoints and the rest of the manifest are witnesses: ' +
      '`witness_ahead`, `witness_disagrees`, `witness_unreadable`.',
  },
  {
    id: 'S3',
    level: 'MUST',
    says:
      'What was acknowledged at a level is in every recovered state that this level survives, ' +
      'unless damage at rest destroyed it, which is then noticed wherever a check covers it; ' +
      'what nobody appended is in none; the rest is a prefix, in order.',
    here:
      'The levels stand under Acknowledgements. An append whose answer never came may be there ' +
      'or not, but only behind all that came before it.',
  },
  {
    id: 'S4',
    level: 'MUST',
    says:
      'Recovery can be repeated and survives a crash at each of its own steps. A rollback ' +
      'happens as a whole or not at all.',
    here:
      'A second open changes no byte and reports no repair. The intent file carries a rollback ' +
      'over a crash.',
  },
  {
    id: 'S5',
    level: 'MUST',
    says:
      'Bytes are told to be torn, corrupt or ambiguous, and nothing is shown as valid that is ' +
      'not. A chain hash that is stored or answered is the fold over exactly the entries shown.',
    here: 'The first line that does not verify decides, by the four rules below.',
  },
  {
    id: 'S6',
    level: 'SHOULD',
    says: 'An append refuses what a later open would refuse, before it touches the disk.',
    here:
      'A known id, an unknown parent, itself as parent, a line that is too long, a payload that ' +
      'is not one JSON value, half a surrogate pair.',
  },
  {
    id: 'S7',
    level: 'MUST',
    says:
      'After a failed write the file is as before, or the handle says that it is not. After a ' +
      'failed sync a handle acknowledges nothing any more.',
    here:
      'A short write is continued once, and then cut away and the cut synced; where that fails, ' +
      'and after every failed sync, the handle is `poisoned`.',
  },
  {
    id: 'S8',
    level: 'SHOULD',
    says:
      'A handle notices that another writer moved the files, and refuses. A handle that ' +
      'inspects cannot write.',
    here:
      'The last segment and the index must be the files, and of the sizes, that the handle left ' +
      '(`stale_handle`, from then on for ever). `read_only` for an inspecting handle.',
  },
  {
    id: 'S9',
    level: 'MUST',
    says:
      'A length or count that is read from disk is bounded, before anything is allocated, by ' +
      'the bytes that are there and by the largest record.',
    here:
      'Lines are read in pieces up to 104,857,600 bytes; offsets and lengths of the index are ' +
      'compared, never followed.',
  },
  {
    id: 'S10',
    level: 'MUST',
    says:
      'Every repair is reported as data: what was done, to which file and range, why, and where ' +
      'the bytes went. Reading changes nothing that an append does later.',
    here:
      'Repairs are `cut`, `adopted`, `rebuilt`, `set aside` and `finished`; offsets are bytes ' +
      'from the start of the file as it was found.',
  },
  {
    id: 'S11',
    level: 'SHOULD',
    says:
      'A file is replaced by a temporary one, synced, renamed, and its directory synced. The ' +
      'name of a new file is durable before an acknowledgement rests on it.',
    here:
      'Index, checkpoints, manifest and intent are replaced so; `segments/` and `index/` are ' +
      'synced before the first acknowledgement of level `power` behind a new file.',
  },
  {
    id: 'S12',
    level: 'MUST',
    says:
      'What a caller gives as path or id cannot lead out of the directory of the store; links ' +
      'are refused where the store has a file or directory.',
    here:
      'Ids are never part of a path. `symlink_refused` for the five directories, `quarantine/`, ' +
      'segments, index, ledger, manifest, checkpoints and intent; the root itself may be a link.',
  },
  {
    id: 'S13',
    level: 'SHOULD',
    says: 'After a rollback the next frame goes to a segment number that was never used.',
    here: 'Set-aside names count as used, so frames that come back never fit again.',
  },
];
