import type { PersistenceModel } from './model.ts';
import { models } from './table.ts';

export { models } from './table.ts';

/** The model of that name; an unknown one is a `RangeError` with code `unknown_model`. */
export function modelNamed(name: string): PersistenceModel {
  const model = models.find((m) => m.name === name);
  if (model !== undefined) return model;
  throw Object.assign(new RangeError(`no model is called ${name}`), { code: 'unknown_model' });
}
