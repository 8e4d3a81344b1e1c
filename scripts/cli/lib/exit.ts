/** What a command's exit code says. */
export const exit = {
  conforms: 0,
  violates: 1,
  usage: 2,
  cannotStart: 3,
  harnessBug: 4,
  inconclusive: 5,
  interrupted: 130,
} as const;

/** What was asked for makes no sense: shown without a stack, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
