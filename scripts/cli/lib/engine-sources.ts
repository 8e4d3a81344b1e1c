import { models } from '../../../faults/models/index.ts';
import type { PersistenceModel } from '../../../faults/models/model.ts';
import { modelWords } from '../../../faults/models/words.ts';
import { depths } from '../../../harness/depth.ts';
import { rungsOf } from '../../../harness/fault-classes.ts';
import { rungWords } from '../../../harness/report/rung-words.ts';
import { rungs, type Rung } from '../../../harness/rungs.ts';
import type { Explained } from './sources.ts';

/** Where what is told here is told in its connection. */
const page = 'docs/crash-engine.md';

/** The persistence models and the rungs of the ladder, by the names that options take. */
export function engineParts(): readonly Explained[] {
  return [...models.map(ofModel), ...rungs.filter((rung) => rung !== 'none').map(ofRung)];
}

function ofModel(model: PersistenceModel): Explained {
  const { whole, order, syncFile, syncDir, leaves, rename } = modelWords(model);
  return {
    id: model.name,
    what: `persistence model, ${model.honest ? 'its findings count' : 'its findings are reported and do not count'}`,
    says: `What a power cut may lose, as it stands for: ${model.title}.`,
    source: page,
    more: [
      ['believed because', model.source],
      ['confidence', model.confidence],
      ['kept or lost whole', whole],
      ['kept in order', order.join('; ') || (model.loses === null ? 'all' : 'nothing')],
      ['a sync of a file forces', syncFile],
      ['a sync of a directory forces', syncDir],
      ['a lost write leaves', leaves],
      ['a rename', rename],
      ['rank from benign to hostile', `${model.rank + 1} of ${models.length}`],
      ['only this one', `npx tearproof check --model ${model.name}`],
    ],
  };
}

function ofRung(rung: Rung): Explained {
  const { says, bounds, finds } = rungWords[rung];
  const tried = Object.values(depths).filter((depth) => rungsOf(depth).includes(rung));
  const id = rung.replaceAll(' ', '-');
  return {
    id,
    what: 'rung of the ladder of faults',
    says,
    source: page,
    more: [
      ['how far', bounds],
      ['the first to find', finds],
      ['tried at depth', tried.map((depth) => depth.name).join(', ') || 'none'],
      ['only this one', `npx tearproof check --rung ${id}`],
    ],
  };
}
