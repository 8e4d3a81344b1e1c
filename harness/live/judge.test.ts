import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../spec/lib/history.ts';
import { judgeLive, type LiveBounds, type LiveRead } from './judge.ts';

const bounds: LiveBounds = {
  owes: [{ must: ['a', 'b'], may: ['c'], never: ['z'] }],
  begun: true,
  moved: false,
};
const shows = (...keys: string[]): LiveRead => ({
  keys,
  outcome: { is: 'ok', value: null },
  changes: 0,
});
const refused = (code: string): LiveRead => {
  const outcome: Outcome<never> = { is: 'info', code };
  return { keys: null, outcome, changes: 0 };
};

describe('a read beside a writer', () => {
  it.each<[string, LiveRead]>([
    ['all that was acknowledged', shows('a', 'b')],
    ['what is being appended, too', shows('a', 'b', 'c')],
  ])('may show %s', (_name, read) => {
    expect(judgeLive(read, bounds)).toBeNull();
  });

  it.each<[string, string, LiveRead]>([
    ['misses what was acknowledged', 'lost_acked', shows('a')],
    ['shows what was never appended', 'torn_visible', shows('a', 'b', 'cc')],
    ['shows what was taken back', 'resurrected', shows('a', 'b', 'z')],
    ['shows an entry twice', 'duplicate', shows('a', 'b', 'b')],
    ['shows another order', 'reordered', shows('b', 'a')],
    ['was refused', 'unopenable', refused('ENOENT')],
    ['died', 'died', refused('died: SIGSEGV')],
    ['hangs', 'hang', refused('hang: no answer')],
    ['writes', 'side_effect', { ...shows('a', 'b'), changes: 1 }],
  ])('that %s is %s', (_name, anomaly, read) => {
    expect(judgeLive(read, bounds)).toMatchObject({ anomaly });
  });

  it('may be refused before the store is there, and while files go away; never die', () => {
    for (const over of [{ begun: false }, { moved: true }]) {
      expect(judgeLive(refused('ENOENT'), { ...bounds, ...over })).toBeNull();
      expect(judgeLive(refused('died: x'), { ...bounds, ...over })).toMatchObject({
        anomaly: 'died',
      });
    }
  });

  it('may see a cut half done, as a prefix and nothing else', () => {
    const moved = { ...bounds, moved: true };
    expect(judgeLive(shows('a'), moved)).toMatchObject({ excused: true });
    expect(judgeLive(shows('b'), moved)).toMatchObject({ anomaly: 'gap' });
    expect(judgeLive(shows('b'), moved)?.excused).toBeUndefined();
    expect(judgeLive(shows('a', 'z'), moved)?.excused).toBeUndefined();
  });
});
