import { describe } from 'vitest';
import { itCatches, itFindsNothingSafe, oneIn, zooOf } from './testing.ts';

const zoo = zooOf('session-store-v2');

describe('the bugs planted in the safe session store', () => {
  itCatches(zoo, oneIn(6, zoo.bugs), ['2']);
  itFindsNothingSafe(zoo, 50);
});
