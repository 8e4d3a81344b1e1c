import { keptPromises, type KeptPromise } from '../lib/promise-texts.ts';

/** What `safe` promises, and how it is kept in a session store. */
export const promises: readonly KeptPromise[] = keptPromises({
  S1:
    'A cut tail, and an index that says more than the new one, go to `quarantine/` first. A ' +
    'rollback renames whole segments and copies the tail that it cuts. Temporary names are ' +
    'exempt. A full disk refuses with `no_space`.',
  S2:
    'Segments are primary, and so are sessionId, sourceFormat and createdAt of the manifest, ' +
    'and the ledger. Index, checkpoints and the rest of the manifest are witnesses: ' +
    '`witness_ahead`, `witness_disagrees`, `witness_unreadable`.',
  S3:
    'The levels stand under Acknowledgements. An append whose answer never came may be there ' +
    'or not, but only behind all that came before it.',
  S4:
    'A second open changes no byte and reports no repair. The intent file carries a rollback ' +
    'over a crash.',
  S5: 'The first line that does not verify decides, by the four rules below.',
  S6:
    'A known id, an unknown parent, itself as parent, a line that is too long, a payload that ' +
    'is not one JSON value, half a surrogate pair.',
  S7:
    'A short write is continued once, and then cut away and the cut synced; where that fails, ' +
    'and after every failed sync, the handle is `poisoned`.',
  S8:
    'The last segment and the index must be the files, and of the sizes, that the handle left ' +
    '(`stale_handle`, from then on for ever). `read_only` for an inspecting handle.',
  S9:
    'Lines are read in pieces up to 104,857,600 bytes; offsets and lengths of the index are ' +
    'compared, never followed.',
  S10:
    'Repairs are `cut`, `adopted`, `rebuilt`, `set aside` and `finished`; offsets are bytes ' +
    'from the start of the file as it was found.',
  S11:
    'Index, checkpoints, manifest and intent are replaced so; `segments/` and `index/` are ' +
    'synced before the first acknowledgement of level `power` behind a new file.',
  S12:
    'Ids are never part of a path. `symlink_refused` for the five directories, `quarantine/`, ' +
    'segments, index, ledger, manifest, checkpoints and intent; the root itself may be a link.',
  S13: 'Set-aside names count as used, so frames that come back never fit again.',
});
