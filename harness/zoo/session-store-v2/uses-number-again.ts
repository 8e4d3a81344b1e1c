import type { Bug } from '../types.ts';

export const usesNumberAgain: Bug = {
  id: 'uses-number-again',
  kind: 'session-store-v2',
  text: 'Gives a segment the number of one that a rollback set aside.',
  clause: 'SSV2-S13-1',
  needs: 'history',
  edits: [
    {
      file: 'reference/session-store-v2/tree.ts',
      find: '    if (seq > highest) highest = seq;\n    if (match[2] !== undefined && seq > aside) aside = seq;',
      replace: '    if (match[2] === undefined && seq > highest) highest = seq;',
    },
  ],
};
