import * as fs from 'node:fs';
import { openLane, type Lane } from './lane.ts';
import { ownBytes } from './memory.ts';
import type { Processes } from './processes.ts';

/** Lanes on one process, so that several walks over states may be made in it at the same time. */
export interface Lanes {
  /** The first of them: whatever is made alone is made here. */
  readonly main: Lane;
  /** At most so many walks may be made at once. */
  readonly most: number;
  /** From here on one at a time. */
  readonly narrow: () => void;
  /**
   * Makes a walk in a lane that is free. One that was made beside others rejects with `WalkAgain`
   * where the process failed meanwhile: it must be made again, with no other beside it.
   */
  take<T>(make: (lane: Lane) => Promise<T>): Promise<T>;
  /** What the lanes are told of false claims, as `Lane.lies`, sorted. */
  lies: () => readonly string[];
}

/** How lanes are opened. */
export interface LanesOptions {
  /** An existing folder; that of each lane is made in it. */
  readonly work: string;
  readonly helpers: string;
  readonly processes: Processes;
  readonly most: number;
}

/** A lane with whoever is at work in it: what it does alone, until another one begins. */
interface Held {
  readonly lane: Lane;
  isBusy: boolean;
  isShared: boolean;
}

/** The folders of so many lanes, whether they are there yet or not. */
export function worldsIn(work: string, most: number): readonly string[] {
  return Array.from({ length: most }, (_, number) => `${work}/lane${number}`);
}

/** Opens the first lane; the others are opened as they are needed. */
export function openLanes({ work, helpers, processes, most }: LanesOptions): Lanes {
  const all: Held[] = [];
  const open = (): Held => {
    const name = `lane${all.length}`;
    const world = worldsIn(work, most)[all.length]!;
    fs.mkdirSync(world, { recursive: true });
    const isShared = (): boolean => held.isShared;
    const lane = openLane({ world, helpers, name, processes, isAlone: most === 1, isShared });
    const held: Held = { lane, isBusy: false, isShared: false };
    all.push(held);
    return held;
  };
  const { lane: main } = open();
  const waiting: (() => void)[] = [];
  const freeOne = async (): Promise<Held> => {
    for (;;) {
      const free = all.find(({ isBusy }) => !isBusy) ?? (all.length < most ? open() : null);
      if (free !== null) {
        // Now, before anybody else looks.
        free.isBusy = true;
        return free;
      }
      await new Promise<void>((resolve) => void waiting.push(resolve));
    }
  };
  const take = async <T>(make: (lane: Lane) => Promise<T>): Promise<T> => {
    const held = await freeOne();
    const others = all.filter((one) => one.isBusy && one !== held);
    held.isShared = others.length > 0;
    for (const other of others) other.isShared = true;
    try {
      return await make(held.lane);
    } finally {
      held.isBusy = false;
      held.isShared = false;
      const isOver = all.every(({ isBusy }) => !isBusy);
      try {
        // Of a process that has asked for so much once, it would not be seen again.
        if (isOver && processes.memory.grownBytes() > ownBytes) await processes.renew();
      } finally {
        waiting.shift()?.();
      }
    }
  };
  const lies = (): readonly string[] =>
    [...new Set(all.flatMap(({ lane }) => lane.lies()))].toSorted();
  let width = most;
  return {
    main,
    get most() {
      return width;
    },
    narrow: () => void (width = 1),
    take,
    lies,
  };
}
