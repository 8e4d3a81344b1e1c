/** How far a run goes. Counts, never seconds, so that a slow machine explores the same states. */
export interface Depth {
  readonly name: string;
  readonly histories: number;
  readonly operations: number;
  /** Damaged images made from each history. */
  readonly damaged: number;
  /** Kills inside each write, drawn at random; all that matter to the format where missing. */
  readonly tearsPerWrite?: number;
}

export const depths: Readonly<Record<'quick' | 'standard' | 'deep', Depth>> = {
  quick: { name: 'quick', histories: 20, operations: 24, damaged: 120, tearsPerWrite: 5 },
  standard: { name: 'standard', histories: 30, operations: 40, damaged: 300 },
  deep: { name: 'deep', histories: 200, operations: 60, damaged: 400 },
};
