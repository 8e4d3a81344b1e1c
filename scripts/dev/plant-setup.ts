/**
 * The hook of vitest before a run: a fresh clone needs no step of its own for the zoo's tests. What
 * cannot be planted is said here and fails the tests of its zoo, not every test there is.
 */
export default async function setup(): Promise<void> {
  try {
    const { plantAll } = await import('./plant.ts');
    for (const problem of plantAll()) process.stderr.write(`cannot plant ${problem}\n`);
  } catch (error) {
    process.stderr.write(`nothing was planted: ${String(error)}\n`);
  }
}
