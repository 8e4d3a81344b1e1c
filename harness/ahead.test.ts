import { describe, expect, it } from 'vitest';
import { ahead, newPace, type Flight, type Pace } from './ahead.ts';
import { WalkAgain } from './remote/walk-again.ts';

// Walks here take as many turns of the event loop as a state says, and write down what goes on.

interface Journal {
  readonly flight: Flight<number, string>;
  readonly pace: Pace;
  readonly told: string[];
  /** The most walks that were made at once. */
  readonly widest: () => number;
}

interface Options {
  readonly most: number;
  readonly states: readonly number[];
  readonly isAlone?: (index: number) => boolean;
  /** What a walk rejects with, where others are made beside it and where not. */
  readonly fails?: (index: number, isAlone: boolean) => unknown;
  /** Before this state is pulled, all before it must be judged. */
  readonly settlesAt?: number;
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

function journal({ most, states, isAlone, fails, settlesAt }: Options): Journal {
  const told: string[] = [];
  const pace = newPace();
  let now = 0;
  let widest = 0;
  const given = async function* (): AsyncGenerator<number, void> {
    for (const [index, state] of states.entries()) {
      if (index === settlesAt) await pace.settled();
      told.push(`pulled ${index}`);
      yield state;
    }
  };
  const walk = async (turns: number, index: number): Promise<string> => {
    now++;
    let beside = now;
    for (let i = 0; i < turns; i++) {
      await turn();
      beside = Math.max(beside, now);
    }
    widest = Math.max(widest, beside);
    now--;
    const error = fails?.(index, beside === 1);
    told.push(`walked ${index}`);
    if (error !== undefined) throw error;
    return beside === 1 ? `${index} alone` : `${index}`;
  };
  const flight: Flight<number, string> = {
    states: given(),
    most,
    isAlone: (_, index) => isAlone?.(index) === true,
    walk,
    again: async (walks) => {
      for (const one of walks) await one.walk();
    },
  };
  return { flight, pace, told, widest: () => widest };
}

async function seenOf({ flight, pace, told }: Journal): Promise<readonly string[]> {
  const seen: string[] = [];
  for await (const { evidence } of ahead(flight, pace)) {
    told.push(`judged ${seen.length}`);
    seen.push(evidence);
  }
  return seen;
}

describe('ahead', () => {
  it('walks several states at once and gives them in their order', async () => {
    const one = journal({ most: 3, states: [9, 1, 4, 1, 1, 6] });
    expect(await seenOf(one)).toEqual(['0', '1', '2', '3', '4', '5']);
    expect(one.widest()).toBe(3);
    expect(one.told.indexOf('walked 1')).toBeLessThan(one.told.indexOf('walked 0'));
    expect(one.told.indexOf('judged 0')).toBeLessThan(one.told.indexOf('judged 1'));
  });

  it('with one at a time pulls nothing before the last is judged', async () => {
    const one = journal({ most: 1, states: [2, 2] });
    expect(await seenOf(one)).toEqual(['0 alone', '1 alone']);
    expect(one.told).toEqual([
      'pulled 0', 'walked 0', 'judged 0', 'pulled 1', 'walked 1', 'judged 1',
    ]); // prettier-ignore
  });

  it('leaves alone what must be walked alone', async () => {
    const one = journal({ most: 4, states: [3, 3, 3, 3, 3, 3], isAlone: (index) => index === 2 });
    expect(await seenOf(one)).toEqual(['0', '1', '2 alone', '3', '4', '5']);
    expect(one.told.indexOf('judged 2')).toBeLessThan(one.told.indexOf('pulled 3'));
  });

  it('walks again alone what was disturbed, and no other', async () => {
    const disturbed = new WalkAgain('the process failed');
    const fails = (index: number, isAlone: boolean): unknown =>
      index >= 1 && index <= 2 && !isAlone ? disturbed : undefined;
    const one = journal({ most: 3, states: [2, 2, 2, 2, 2], fails });
    expect((await seenOf(one)).slice(0, 4)).toEqual(['0', '1 alone', '2 alone', '3']);
    expect(one.told.filter((line) => line === 'walked 1')).toHaveLength(2);
    expect(one.told.filter((line) => line === 'walked 3')).toHaveLength(1);
  });

  it('begins anew what was disturbed once it is known by whom', async () => {
    let isOver = false;
    const fails = (): unknown => (isOver ? undefined : new WalkAgain('the process failed'));
    const one = journal({ most: 3, states: [2, 2, 2, 2], fails });
    const again: typeof one.flight.again = async ([first]) => {
      isOver = true;
      await first?.walk();
      one.told.push('known');
    };
    const flight = { ...one.flight, again };
    expect((await seenOf({ ...one, flight }))[0]).toBe('0 alone');
    expect(one.told.filter((line) => line === 'known')).toHaveLength(1);
    for (const index of [1, 2]) {
      expect(one.told.filter((line) => line === `walked ${index}`)).toHaveLength(2);
      expect(one.told.lastIndexOf(`walked ${index}`)).toBeGreaterThan(one.told.indexOf('judged 0'));
    }
  });

  it('throws what a walk fails with when all before it are judged, and leaves none behind', async () => {
    const fails = (index: number): unknown => (index === 2 ? new Error('broken') : undefined);
    const one = journal({ most: 4, states: [8, 8, 1, 8, 8], fails });
    await expect(seenOf(one)).rejects.toThrow('broken');
    expect(one.told).toContain('judged 1');
    expect(one.told).not.toContain('judged 2');
    // Those that were under way are over, so that whoever asks the port next has it for himself.
    expect(one.told).toContain('walked 3');
    expect(one.told).not.toContain('pulled 6');
  });

  it('lets who gives the states wait until those before are judged', async () => {
    const one = journal({ most: 3, states: [2, 2, 2, 2], settlesAt: 2 });
    expect(await seenOf(one)).toHaveLength(4);
    expect(one.told.indexOf('judged 1')).toBeLessThan(one.told.indexOf('pulled 2'));
  });

  it('is quiet when no state is being made either, unless that waits for the judge', async () => {
    let isMaking = false;
    const pace = newPace();
    const states = async function* (): AsyncGenerator<number, void> {
      for (let state = 0; state < 6; state++) {
        if (state === 4) await pace.settled();
        isMaking = true;
        for (let i = 0; i < 3; i++) await turn();
        isMaking = false;
        yield state;
      }
    };
    const seen: number[] = [];
    const one = journal({ most: 4, states: [] });
    const walk = async (state: number): Promise<string> => turn().then(() => `${state}`);
    for await (const { state, quiet } of ahead({ ...one.flight, states: states(), walk }, pace)) {
      await quiet();
      expect(isMaking).toBe(false);
      for (let i = 0; i < 4; i++) await turn();
      expect(isMaking).toBe(false);
      seen.push(state);
    }
    expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('ends with all walks over where nobody wants more', async () => {
    const one = journal({ most: 3, states: [1, 5, 5, 5], settlesAt: 3 });
    for await (const { quiet } of ahead(one.flight, one.pace)) {
      await quiet();
      break;
    }
    const { length } = one.told;
    for (let i = 0; i < 12; i++) await turn();
    expect(one.told).toHaveLength(length);
  });
});
