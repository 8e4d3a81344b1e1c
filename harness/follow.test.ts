import { describe, expect, it } from 'vitest';
import type { Outcome } from '../spec/lib/history.ts';
import { machine } from '../spec/append-log/machine.ts';
import type { Op, Value } from '../spec/append-log/ops.ts';
import { follow, type Follower } from './follow.ts';
import type { State } from '../spec/append-log/machine.ts';

const AT = '2026-01-01T00:00:00.000Z';
const ok: Outcome<Value> = { is: 'ok', value: null };
const refused = (code: string): Outcome<Value> => ({ is: 'fail', code });
const append: Op = { op: 'append', payload: new Uint8Array([1]) };

function told(isFailing: boolean, ...answers: readonly [Op, Outcome<Value>][]): boolean[] {
  return answersOf(follow(machine(), isFailing), answers);
}

function answersOf(
  follower: Follower<State, Op, Value>,
  answers: readonly [Op, Outcome<Value>][],
): boolean[] {
  return answers.map(([op, outcome]) => follower.answered(op, AT, outcome));
}

describe('a machine that is followed', () => {
  it('goes on with what it allows, whatever was answered, where no call fails', () => {
    const follower = follow(machine(), false);
    const answers = answersOf(follower, [
      [{ op: 'open', durability: 'entry' }, ok],
      [append, refused('io')],
      [{ op: 'close' }, ok],
    ]);
    expect(answers).toEqual([true, false, true]);
    expect(follower.states.map((s) => s.payloads.length)).toEqual([0, 0, 1, 1]);
  });

  it('learns from a later answer that a close which failed has closed', () => {
    const follower = follow(machine(), true);
    const answers = answersOf(follower, [
      [{ op: 'open', durability: 'entry' }, ok],
      [{ op: 'close' }, refused('EIO')],
      [{ op: 'open' }, ok],
      [append, ok],
    ]);
    expect(answers).toEqual([true, false, true, true]);
    expect(follower.states.map((s) => s.open)).toEqual([null, 'entry', null, 'none', 'none']);
  });

  it('takes an append that failed for one that was not made, until a read shows it', () => {
    const read: [Op, Outcome<Value>] = [{ op: 'read' }, { is: 'ok', value: [] }];
    expect(told(true, [{ op: 'open' }, ok], [append, refused('EIO')], read)).toEqual([
      true,
      false,
      true,
    ]);
    const follower = follow(machine(), true);
    const shown: Outcome<Value> = { is: 'ok', value: [new Uint8Array([1])] };
    answersOf(follower, [
      [{ op: 'open' }, ok],
      [append, { is: 'info', code: 'EIO' }],
      [{ op: 'read' }, shown],
    ]);
    expect(follower.states.at(-1)?.payloads).toHaveLength(1);
  });
});
