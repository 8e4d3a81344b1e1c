import { describe } from 'vitest';
import { itCatches, itFindsNothingSafe, zooOf } from './testing.ts';

const zoo = zooOf('append-log');

describe('the bugs planted in the example log', () => {
  itCatches(zoo, zoo.bugs, ['2', '3']);
  itFindsNothingSafe(zoo, 150);
});
