import { safePort } from '../../kinds/append-log-example.ts';
import type { Op, Value } from '../../../spec/append-log/ops.ts';
import type { Zoo } from '../types.ts';
import { acknowledgesEarly } from './acknowledges-early.ts';
import { clippedFrame } from './clipped-frame.ts';
import { followsLink } from './follows-link.ts';
import { forgetsHeader } from './forgets-header.ts';
import { keepsTornTail } from './keeps-torn-tail.ts';
import { noChecksum } from './no-checksum.ts';
import { readMovesEnd } from './read-moves-end.ts';
import { rewritesInPlace } from './rewrites-in-place.ts';
import { zerosAreEntries } from './zeros-are-entries.ts';

/** The bugs planted in the example log. */
export const appendLogZoo: Zoo<Op, Value> = {
  kind: 'append-log',
  entry: 'harness/kinds/append-log-example.ts',
  safe: safePort,
  bugs: [
    acknowledgesEarly,
    clippedFrame,
    followsLink,
    forgetsHeader,
    keepsTornTail,
    noChecksum,
    readMovesEnd,
    rewritesInPlace,
    zerosAreEntries,
  ],
};
