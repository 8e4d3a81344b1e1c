import type { Bug } from '../types.ts';

export const swallowsNoSpace: Bug = {
  id: 'swallows-no-space',
  kind: 'wal-segment',
  text: 'Acknowledges an append that found no space.',
  clause: 'WAL-S3-1',
  needs: 'errors',
  errors: [{ is: 'space' }],
  edits: [
    {
      file: 'reference/wal-segment/handle.ts',
      find: `    throw error;
  }
}

/** Room`,
      replace: `  }
}

/** Room`,
    },
  ],
};
