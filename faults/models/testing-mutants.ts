import type { Loses, PersistenceModel } from './model.ts';

/** A copy of a model with one rule less, or one that is weaker or another. */
export interface Mutant {
  readonly model: string;
  readonly say: string;
  readonly mutant: PersistenceModel;
}

/** Every copy of a model in which one rule is changed. */
export function mutantsOf(model: PersistenceModel): Mutant[] {
  const { loses } = model;
  const made: Mutant[] = [];
  const add = (say: string, changed: Loses | null): void => {
    made.push({ model: model.name, say, mutant: { ...model, loses: changed } });
  };
  if (loses === null) {
    add('calls wait for a sync', LOSES_CALLS);
    return made;
  }
  add('calls are durable at once', null);
  for (const granule of ['call', 4096, 512] as const) {
    if (granule !== loses.granule) add(`granule ${granule}`, { ...loses, granule });
  }
  // To glue new blocks alone is nothing to a model whose sizes wait for their data.
  const waits = loses.sizes === 'apart' && loses.order.includes('size after earlier data');
  for (const sizes of ['apart', 'with new blocks', 'with data'] as const) {
    const isMoot = waits && sizes === 'with new blocks';
    if (sizes !== loses.sizes && !isMoot) add(`sizes ${sizes}`, { ...loses, sizes });
  }
  for (const rule of loses.order) {
    add(`without order: ${rule}`, { ...loses, order: loses.order.filter((r) => r !== rule) });
  }
  for (const list of ['overwrite', 'newBlock'] as const) {
    for (const word of ['zeros', 'stale', 'garbage'] as const) {
      add(`${list}: ${word} or not`, { ...loses, [list]: toggled(loses[list], word) });
    }
  }
  for (const word of ['both names', 'neither'] as const) {
    add(`rename: ${word} or not`, { ...loses, rename: toggled(loses.rename, word) });
  }
  add('tears or not', { ...loses, tears: loses.tears === 'none' ? 'bytes' : 'none' });
  return [...made, ...syncMutantsOf(model, loses)];
}

function syncMutantsOf(model: PersistenceModel, loses: Loses): Mutant[] {
  const { sync } = loses;
  const made: Mutant[] = [];
  const add = (say: string, changed: Loses['sync']): void => {
    made.push({ model: model.name, say, mutant: { ...model, loses: { ...loses, sync: changed } } });
  };
  if (sync === null) {
    add('syncs force data and size', { file: ['data', 'size'], dir: [] });
    add('syncs of directories force names', { file: [], dir: ['names in it'] });
    return made;
  }
  add('syncs force nothing', null);
  for (const which of ['file', 'dir'] as const) {
    for (const forced of sync[which]) {
      const rest = sync[which].filter((f) => f !== forced);
      add(`a sync of a ${which} without: ${forced}`, { ...sync, [which]: rest });
      if (forced !== 'all names') continue;
      const weaker = which === 'file' ? 'own name' : 'names in it';
      add(`a sync of a ${which} forces: ${weaker}`, { ...sync, [which]: [...rest, weaker] });
    }
  }
  // Where all names are forced and none waits for data, there is nothing left to bring.
  const brings =
    loses.order.includes('replacing rename after data') || sync.dir[0] === 'names in it';
  if (sync.brings !== undefined) add('brings all', { file: sync.file, dir: sync.dir });
  else if (brings) add('brings directories only', { ...sync, brings: 'directories above' });
  return made;
}

function toggled<T>(list: readonly T[], word: T): T[] {
  return list.includes(word) ? list.filter((w) => w !== word) : [...list, word];
}

const LOSES_CALLS: Loses = {
  granule: 'call',
  sizes: 'with data',
  order: ['everything'],
  overwrite: [],
  newBlock: [],
  rename: [],
  tears: 'none',
  sync: { file: ['everything'], dir: ['everything'] },
};
