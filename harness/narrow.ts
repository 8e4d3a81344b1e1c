import { powerRungs } from '../faults/ladder.ts';
import type { Depth } from './depth.ts';
import { rungs, type Rung } from './rungs.ts';

/** What a run is narrowed to; what is missing is not narrowed. */
export interface Only {
  /** Persistence models of power cuts. A kill leaves what every model allows, and stays. */
  readonly models?: readonly string[];
  readonly rungs?: readonly Rung[];
}

/** The name that kills go by among the models: to ask for it alone is to ask for no power cut. */
export const killModel = 'kill9';

/** A depth that tries nothing else, with as many states of each rung as before. */
export function narrow(depth: Depth, { models, rungs: asked }: Only): Depth {
  const cutting = models === undefined ? {} : { models: models.filter((m) => m !== killModel) };
  // Whoever asks for a model wants all that the depth has for it.
  const { reportedRungs, ...plan } = depth.power;
  const held = models === undefined && reportedRungs !== undefined ? { reportedRungs } : {};
  const power = { ...plan, ...held, ...cutting };
  const nested = { ...depth.nested, ...cutting };
  const lazy = depth.lazy === undefined ? {} : { lazy: { ...depth.lazy, ...cutting } };
  if (asked === undefined) return { ...depth, ...lazy, power, nested };
  const only = withFirsts(asked);
  const kept = powerRungs.filter((rung) => only.includes(rung));
  return { ...depth, ...lazy, only, power: { ...power, rungs: kept }, nested };
}

/** A depth with those of its rungs alone, each as far as before. */
export function within(depth: Depth, asked: readonly Rung[]): Depth {
  const only = rungs.filter((rung) => asked.includes(rung) && wants(depth, rung));
  const kept = depth.power.rungs.filter((rung) => only.includes(rung));
  return { ...depth, only, power: { ...depth.power, rungs: kept } };
}

/** A fault inside recovery comes after a first one: after kills, of those that prefixes give. */
function withFirsts(asked: readonly Rung[]): readonly Rung[] {
  const needed: readonly Rung[] = asked.includes('nested') ? ['none', 'all prefixes'] : ['none'];
  return rungs.filter((rung) => asked.includes(rung) || needed.includes(rung));
}

/** True where a run of this depth tries the rung. */
export function wants({ only }: Pick<Depth, 'only'>, rung: Rung): boolean {
  return only?.includes(rung) ?? true;
}

/** Whatever of these belongs to a rung that a run of this depth tries. */
export function* wanted<T extends { readonly rung: Rung }>(
  depth: Pick<Depth, 'only'>,
  all: Iterable<T>,
): Generator<T> {
  for (const one of all) if (wants(depth, one.rung)) yield one;
}
