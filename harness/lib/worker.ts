import { Worker } from 'node:worker_threads';

/**
 * Starts the module `name` (without its ending, relative to `from`, an `import.meta.url`) as a
 * worker: compiled where the caller is compiled, and through tsx where it is source, because a
 * worker does not inherit how its parent reads TypeScript.
 */
export function startWorker(from: string, name: string, workerData: unknown): Worker {
  if (!from.endsWith('.ts')) return new Worker(new URL(`${name}.js`, from), { workerData });
  const { href } = new URL(`${name}.ts`, from);
  const tsx = import.meta.resolve('tsx/esm/api');
  const code = `import(${JSON.stringify(tsx)}).then((tsx) => {
    tsx.register();
    return import(${JSON.stringify(href)});
  });`;
  return new Worker(code, { eval: true, workerData });
}
