import type { Loses, PersistenceModel } from './model.ts';

/** What ext4 does by default; its relatives are told by what they do otherwise. */
const ext4: Loses = {
  granule: 4096,
  sizes: 'with new blocks',
  order: [
    'names',
    'same block',
    'sizes of a file',
    'new block after earlier writes',
    'replacing rename after data',
  ],
  overwrite: [],
  newBlock: [],
  rename: [],
  tears: 'none',
  sync: { file: ['data', 'size', 'all names'], dir: ['all names'] },
};

/** Calls in their order, whatever they are. */
const inOrder: Loses = {
  granule: 'call',
  sizes: 'with data',
  order: ['everything'],
  overwrite: [],
  newBlock: [],
  rename: [],
  tears: 'none',
  sync: { file: ['everything'], dir: ['everything'] },
};

const honest: readonly Omit<PersistenceModel, 'rank' | 'honest'>[] = [
  {
    name: 'kill9',
    title: 'the process dies, the machine goes on',
    source: 'definition: what a call did is kept once it returned (POSIX); no cache is lost',
    confidence: 'high',
    loses: null,
  },
  {
    name: 'seq',
    title: 'calls become durable one after the other',
    source: 'definition: the sequential baseline of Bornholt et al. 2016 (Ferrite)',
    confidence: 'high',
    loses: inOrder,
  },
  {
    name: 'ext4-journal',
    title: 'ext4, data=journal',
    source:
      'Linux Documentation/filesystems/ext4: data goes through the journal before it goes to its ' +
      'place, without delayed allocation. That a large write may span transactions is inferred',
    confidence: 'medium',
    loses: { ...inOrder, granule: 4096 },
  },
  {
    name: 'ext4-ordered-nodelalloc',
    title: 'ext4, data=ordered,nodelalloc',
    source: 'Bornholt et al., Specifying and Checking File System Crash-Consistency Models, 2016',
    confidence: 'medium',
    // A size that waits for its data needs no gluing to it.
    loses: { ...ext4, sizes: 'apart', order: [...ext4.order, 'size after earlier data'] },
  },
  {
    name: 'ext4-ordered',
    title: 'ext4 as it comes',
    source:
      'Bornholt et al. 2016; Linux Documentation/filesystems/ext4 (auto_da_alloc). That a sync ' +
      'of a file commits all names is how jbd2 works, not a promise. What auto_da_alloc does at ' +
      'close after a cut to nothing is not in an op log and is not modelled',
    confidence: 'medium',
    loses: ext4,
  },
  {
    name: 'xfs',
    title: 'XFS',
    source:
      'xfs_setattr_size (flush below the new end), log order of names; that a size may come ' +
      'before its data is the weaker value, true of old kernels; Hellwig 2025 on what a sync ' +
      'of a directory need not bring',
    confidence: 'medium',
    loses: {
      ...ext4,
      sizes: 'apart',
      order: ['names', 'same block', 'sizes of a file', 'length after the data below it'],
      sync: {
        file: ['data', 'size', 'own name'],
        dir: ['names in it'],
      },
    },
  },
  {
    name: 'btrfs',
    title: 'Btrfs',
    source:
      'log tree: a sync brings its file, not the names before it (Linux 5a3f23d5, rocksdb 8903); ' +
      'copy on write keeps an extent whole, its size after its data; that an extent is a call is ' +
      'an approximation',
    confidence: 'medium',
    loses: {
      ...ext4,
      granule: 'call',
      sizes: 'with data',
      order: [
        'names',
        'same block',
        'sizes of a file',
        'size after earlier data',
        'replacing rename after data',
      ],
      sync: {
        file: ['data', 'size', 'own name'],
        dir: ['names in it'],
        brings: 'directories above',
      },
    },
  },
  {
    name: 'adversarial-512',
    title: 'no more than POSIX promises, on a disk with whole sectors and atomic renames',
    source:
      'superset by construction: sectors, no order but what a sync forces, a name only by a sync ' +
      'of its directory',
    confidence: 'high',
    loses: {
      granule: 512,
      sizes: 'apart',
      order: [],
      overwrite: [],
      newBlock: ['zeros'],
      rename: [],
      tears: 'none',
      sync: { file: ['data', 'size'], dir: ['names in it'] },
    },
  },
];

const reported: readonly Omit<PersistenceModel, 'rank' | 'honest'>[] = [
  {
    name: 'ext4-writeback',
    title: 'ext4, data=writeback',
    source: 'Linux Documentation/filesystems/ext4: "can leave stale data exposed" in new blocks',
    confidence: 'high',
    loses: {
      ...ext4,
      sizes: 'apart',
      order: ['names', 'same block', 'sizes of a file'],
      newBlock: ['stale'],
    },
  },
  {
    name: 'apfs',
    title: 'APFS, where fsync is not F_FULLFSYNC',
    source:
      'fsync(2) of macOS: the drive may keep it in its cache and reorder. The order of names is ' +
      'believed; whether blocks, sizes and appends have one, and whether a replacing rename ' +
      'waits for data, is unknown, and the weaker is taken',
    confidence: 'low',
    loses: { ...ext4, sizes: 'apart', order: ['names'], sync: null },
  },
  {
    name: 'ntfs',
    title: 'NTFS',
    source:
      'FlushFileBuffers; zeros up to the valid data length (claude-code 76059). Names in the ' +
      'order of $LogFile is believed. A directory cannot be synced; whether a sync of a file ' +
      'brings its name, and whether a rename is atomic, is unknown, and the weaker is taken',
    confidence: 'low',
    loses: {
      ...ext4,
      sizes: 'apart',
      order: ['names'],
      rename: ['both names', 'neither'],
      sync: { file: ['data', 'size'], dir: [] },
    },
  },
  {
    name: 'adversarial',
    title: 'nothing but completed syncs is sure, down to the byte',
    source: 'superset by construction (after ALICE, Pillai et al. 2014)',
    confidence: 'high',
    loses: {
      granule: 512,
      sizes: 'apart',
      order: [],
      overwrite: ['zeros', 'stale', 'garbage'],
      newBlock: ['zeros', 'stale', 'garbage'],
      rename: ['both names', 'neither'],
      tears: 'bytes',
      sync: { file: ['data', 'size'], dir: ['names in it'] },
    },
  },
  {
    name: 'lying-fsync',
    title: 'a device or host cache that reports flushes it did not make',
    source: 'consumer disks, nobarrier, WSL2 and VM host caches; else as ext4-ordered',
    confidence: 'high',
    loses: { ...ext4, sync: null },
  },
];

/**
 * The models, from benign to hostile: first those that are honest, whose findings gate, then those
 * that are only reported.
 */
export const models: readonly PersistenceModel[] = [
  ...honest.map((model) => ({ ...model, honest: true })),
  ...reported.map((model) => ({ ...model, honest: false })),
].map((model, rank) => ({ ...model, rank }));
