import type { PersistenceModel } from './model.ts';

const ext4Order = [
  'same block',
  'sizes of a file',
  'extension after earlier writes',
  'data before replacing rename',
] as const;

/**
 * The models, from benign to hostile; each contains what those above it allow, as far as they are
 * comparable.
 */
export const models: readonly PersistenceModel[] = [
  {
    name: 'seq',
    source: 'definition: calls become durable one after the other',
    confidence: 'high',
    honest: true,
    blockBytes: 'call',
    names: 'total',
    order: ['everything'],
    lost: { overwrite: ['old'], extension: ['old'] },
    fsync: { file: ['data', 'size', 'own name', 'all names'], dir: 'names' },
  },
  {
    name: 'ext4-ordered-nodelalloc',
    source: 'Bornholt et al., Specifying and Checking File System Crash-Consistency Models, 2016',
    confidence: 'medium',
    honest: true,
    blockBytes: 4096,
    names: 'total',
    order: [...ext4Order, 'size after earlier writes'],
    lost: { overwrite: ['old'], extension: ['old'] },
    fsync: { file: ['data', 'size', 'own name', 'all names'], dir: 'names' },
  },
  {
    name: 'ext4-ordered',
    source: 'Bornholt et al. 2016; Linux Documentation/filesystems/ext4 (auto_da_alloc)',
    confidence: 'medium',
    honest: true,
    blockBytes: 4096,
    names: 'total',
    order: ext4Order,
    lost: { overwrite: ['old'], extension: ['old'] },
    fsync: { file: ['data', 'size', 'own name', 'all names'], dir: 'names' },
  },
  {
    name: 'adversarial-512',
    source: 'superset by construction: sectors, no order but what fsync forces, atomic rename',
    confidence: 'high',
    honest: true,
    blockBytes: 512,
    names: 'free',
    order: [],
    lost: { overwrite: ['old'], extension: ['old', 'zeros'] },
    fsync: { file: ['data', 'size'], dir: 'names' },
  },
  {
    name: 'lying-fsync',
    source: 'a device or host cache that reports flushes it did not make',
    confidence: 'high',
    honest: false,
    blockBytes: 4096,
    names: 'total',
    order: ext4Order,
    lost: { overwrite: ['old'], extension: ['old'] },
    fsync: { file: [], dir: 'nothing' },
  },
];

/** The model of that name; an unknown one is a `RangeError` with code `unknown_model`. */
export function modelNamed(name: string): PersistenceModel {
  const model = models.find((m) => m.name === name);
  if (model !== undefined) return model;
  throw Object.assign(new RangeError(`no model is called ${name}`), { code: 'unknown_model' });
}
