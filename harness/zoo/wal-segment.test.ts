import { describe } from 'vitest';
import { itCatches, itFindsNothingSafe, oneIn, zooOf } from './testing.ts';

const zoo = zooOf('wal-segment');

describe('the bugs planted in the safe log of chained segments', () => {
  itCatches(zoo, oneIn(5, zoo.bugs), ['2']);
  itFindsNothingSafe(zoo, 50);
});
