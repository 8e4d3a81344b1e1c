import type { Bug } from '../types.ts';

export const quarantineNamedFirst: Bug = {
  id: 'quarantine-named-first',
  kind: 'session-store-v2',
  text: 'Gives a kept fragment its name before its bytes are in it.',
  clause: 'SSV2-S3-6',
  needs: 'kill',
  leansOn: { operations: ['checkpoint', 'rollback'] },
  strikes: ['rollback'],
  edits: [
    {
      file: 'reference/session-store-v2/keep.ts',
      find: `    files.using(files.openTemp(staged), (fd) => {
      eachChunk`,
      replace: `    files.using(files.openTemp(staged), (fd) => {
      if (files.kind(place.dir) === 'none') files.mkdir(place.dir);
      files.rename(staged, target);
      eachChunk`,
    },
    {
      file: 'reference/session-store-v2/keep.ts',
      find: `    if (files.kind(place.dir) === 'none') files.mkdir(place.dir);
    files.rename(staged, target);`,
      replace: `    if (files.kind(place.dir) === 'none') files.mkdir(place.dir);`,
    },
  ],
};
