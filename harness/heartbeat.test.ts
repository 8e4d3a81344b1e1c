import { describe, expect, it } from 'vitest';
import { beatInto, newHeartbeat, readHeartbeat } from './heartbeat.ts';

describe('the heartbeat', () => {
  it('says what was being tried last', () => {
    const shared = newHeartbeat();
    expect(readHeartbeat(shared)).toEqual({ beats: 0, last: null });
    const beat = beatInto(shared);
    beat('append-log', [{ op: 'append', payload: Uint8Array.of(1) }], { is: 'none' });
    expect(readHeartbeat(shared)).toEqual({
      beats: 1,
      last: {
        kind: 'append-log',
        ops: [{ op: 'append', payload: { $bytes: 'AQ==' } }],
        fault: { is: 'none' },
      },
    });
  });

  it('says nothing of a beat that is still being written', () => {
    const shared = newHeartbeat();
    const beat = beatInto(shared);
    beat('append-log', [], { is: 'none' });
    const seen: unknown[] = [];
    const halfway = {
      toJSON: () => {
        seen.push(readHeartbeat(shared));
        return 'x';
      },
    };
    beat('append-log', [halfway], { is: 'none' });
    expect(seen).toEqual([{ beats: 1, last: null }]);
    expect(readHeartbeat(shared).last).not.toBeNull();
  });
});
