import type { PortMaker } from '../kind.ts';
import type { Bug, BugFacts, PlantedBug, Zoo } from './types.ts';

/**
 * Where the copies with edits stand, from this folder; they are generated, see
 * scripts/dev/plant.ts.
 */
export const plantedFolder = 'planted';

/** A bug with its port. Rejects with `ERR_MODULE_NOT_FOUND` where its copy was not generated. */
export async function loadBug<O, R>(zoo: Zoo<O, R>, bug: Bug): Promise<PlantedBug<O, R>> {
  return { ...factsOf(bug), make: await makerOf(zoo, bug) };
}

/** What is known of a bug, without what makes it one. */
export function factsOf(bug: Bug): BugFacts {
  if ('wrap' in bug) {
    const { wrap: _, ...facts } = bug;
    return facts;
  }
  const { edits: _, ...facts } = bug;
  return facts;
}

async function makerOf<O, R>(zoo: Zoo<O, R>, bug: Bug): Promise<PortMaker<O, R>> {
  if ('wrap' in bug) return (fs, root) => zoo.safe(bug.wrap(fs), root);
  // The copy is a module like its original: TypeScript in the repository, JavaScript in the
  // package.
  const entry = import.meta.url.endsWith('.ts') ? zoo.entry : zoo.entry.replace(/\.ts$/, '.js');
  const url = new URL(`./${plantedFolder}/${zoo.kind}/${bug.id}/${entry}`, import.meta.url);
  const copy = (await import(url.href)) as { readonly safePort: PortMaker<O, R> };
  return copy.safePort;
}
