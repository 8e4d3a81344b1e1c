import type { Bug } from '../types.ts';

export const rootLeftToMaker: Bug = {
  id: 'root-left-to-maker',
  kind: 'session-store-v2',
  text: 'Trusts that whoever made its directories lived on to sync their names.',
  clause: 'SSV2-S3-1',
  needs: 'nested',
  takesTwo: true,
  pair: ['kill', 'power'],
  barrier: '',
  strikes: ['create'],
  edits: [
    {
      file: 'reference/session-store-v2/handle.ts',
      find: 'for (const dir of [paths.segments, paths.indexDir, paths.root])',
      replace: 'for (const dir of [paths.segments, paths.indexDir])',
    },
  ],
};
