import type { Image } from '../../spec/lib/image.ts';
import { keyOf } from '../../spec/fast-segment/bytes.ts';
import { verdict } from '../../spec/fast-segment/classify.ts';
import { segmentsIn, survey } from '../../spec/fast-segment/survey.ts';
import { does, start } from '../../spec/fast-segment/table.ts';
import { originalWould, safeDemands } from './binary-policies.ts';
import type { OriginalWould, Policies, SafeDemands } from './inspector.ts';

const noTime = '2000-01-01T00:00:00.000Z';

/**
 * What each policy would do with each session of this store: open it, and read what is committed.
 * All of them together are what the store is: it opens where every one does.
 */
export function judgePolicies(image: Image): Policies {
  const segments = [...segmentsIn(image)];
  const original = segments.flatMap(([path]) => ofSession(image, path));
  const safe = segments.map(([file, node]): SafeDemands => {
    const { committed, refusals, classes } = verdict(file, survey(node));
    const keys = committed.map(({ entry }) => keyOf(entry));
    return safeDemands({
      legal:
        refusals.length === 0
          ? { open: 'ok', keys }
          : { open: 'refused', codes: refusals, readable: keys },
      classes,
      notices: committed.every(({ canonical }) => canonical)
        ? []
        : [{ code: 'non_canonical', file }],
      repairs:
        refusals.length > 0 ? [] : classes.map(({ why }) => ({ did: didOf(why), file, why })),
    });
  });
  return { original, safe: together(safe) };
}

function ofSession(image: Image, path: string): readonly OriginalWould[] {
  const id = Number(/(\d+)\.fast$/.exec(path)?.[1] ?? 0);
  const opened = does(start(image), { op: 'open', id }, noTime);
  const results = originalWould(image, opened, (world) =>
    does(world, { op: 'readCommitted', id }, noTime),
  );
  return results.map((one) => ({ ...one, of: path }));
}

const didOf = (why: string): readonly string[] => [why === 'uncommitted_tail' ? 'cut' : 'rebuilt'];

function together(all: readonly SafeDemands[]): SafeDemands {
  const sum = (count: (one: SafeDemands) => number): number =>
    all.reduce((before, one) => before + count(one), 0);
  return {
    opens: all.every(({ opens }) => opens),
    codes: [...new Set(all.flatMap(({ codes }) => codes))],
    entryCount: sum(({ entryCount }) => entryCount),
    readable: null,
    classes: all.flatMap(({ classes }) => classes),
    notices: all.flatMap(({ notices }) => notices),
    repairs: all.flatMap(({ repairs }) => repairs),
  };
}
