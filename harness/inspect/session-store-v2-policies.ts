import type { Image } from '../../spec/lib/image.ts';
import { differences } from '../../spec/lib/image.ts';
import { assess } from '../../spec/session-store-v2/classify.ts';
import { does } from '../../spec/session-store-v2/table.ts';
import type { OriginalWould, Policies } from './inspector.ts';

/**
 * The threshold that the host of the original uses; opening a store does not depend on it but for
 * frames beyond it.
 */
const hostThreshold = 64n * 1024n * 1024n;

/** What each policy would do with this store; works on the image alone. */
export function judgePolicies(image: Image): Policies {
  const assessment = assess(image);
  const { legal } = assessment;
  return {
    original: originalWould(image),
    safe: {
      opens: legal.open === 'ok',
      codes: legal.open === 'ok' ? [] : legal.codes,
      entryCount: legal.open === 'ok' ? legal.keys.length : 0,
      readable: legal.open === 'ok' ? legal.keys.length : legal.readable.length,
      classes: assessment.classes,
      notices: assessment.expectedNotices,
      repairs: assessment.expectedRepairs.map(({ did, file, why }) => ({
        did: did.join(' or '),
        file,
        why,
      })),
    },
  };
}

function originalWould(image: Image): readonly OriginalWould[] {
  const world = { image, root: '/store', handles: new Map() };
  const op = { op: 'create', h: 'inspect', max: hostThreshold } as const;
  return does(world, op, '2000-01-01T00:00:00.000Z').map((result): OriginalWould => {
    const { outcome } = result;
    const opens = outcome.is === 'ok';
    const value = opens ? outcome.value : null;
    const counts = value !== null && typeof value === 'object' && 'entryCount' in value;
    return {
      opens,
      code: opens ? null : outcome.code,
      entryCount: counts ? String(value.entryCount) : null,
      rows: result.rows,
      changes: differences(image, result.world.image),
    };
  });
}
