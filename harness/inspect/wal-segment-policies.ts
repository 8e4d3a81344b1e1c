import type { Image } from '../../spec/lib/image.ts';
import { assess } from '../../spec/wal-segment/classify.ts';
import { does, start } from '../../spec/wal-segment/table.ts';
import { originalWould, safeDemands } from './binary-policies.ts';
import type { Policies } from './inspector.ts';

const noTime = '2000-01-01T00:00:00.000Z';

/** What each policy would do with this log: open it, and replay it, strict and by the chain. */
export function judgePolicies(image: Image): Policies {
  const opened = does(start(image), { op: 'open', instance: 0n }, noTime);
  const { legal, classes, expectedNotices, expectedRepairs } = assess(image);
  return {
    original: originalWould(image, opened, ({ image: after }) =>
      does(start(after), { op: 'replay', after: 0n }, noTime),
    ),
    safe: safeDemands({ legal, classes, notices: expectedNotices, repairs: expectedRepairs }),
  };
}
