import type { Bug } from '../types.ts';

export const swallowsNoSpace: Bug = {
  id: 'swallows-no-space',
  kind: 'session-store-v2',
  text: 'Acknowledges an append whose frame found no space.',
  clause: 'SSV2-S3-1',
  needs: 'errors',
  errors: [{ is: 'space' }],
  edits: [
    {
      file: 'reference/session-store-v2/append.ts',
      find: `    h.files.undo(fd, { size, changes });
    throw error;
  }
}

/**
 * Writes the row`,
      replace: `    h.files.undo(fd, { size, changes });
  }
}

/**
 * Writes the row`,
    },
  ],
};
