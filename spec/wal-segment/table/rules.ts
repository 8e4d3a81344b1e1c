/**
 * Every decision of the original that the table makes, with the question that it answers. A spec
 * mutant answers one of them the other way round. Ids are permanent: kill matrices refer to them.
 */
export const rules = {
  'name-counts': 'is a name in the directory that of a segment, in any spelling',
  'chain-asked': 'is the chain to be checked before anything is applied',
  'header-there': 'has a segment the 64 bytes of a header, in the check of the chain',
  'magic-right': 'does a segment begin with the magic number, in the check of the chain',
  'prev-right': 'does a header hold the hash of the file before it',
  'prev-hashes-file': 'is the hash of a file taken over all of its bytes, behind its frames too',
  'chain-strict': 'does a broken chain fail the replay, rather than end it there',
  'holds-frames': 'is a segment longer than its header, and so read',
  'length-there': 'are the four bytes of a length there',
  'length-least': 'is a length at least 21',
  'length-most': 'is a length at most 64 MiB',
  'frame-fits': 'are there as many bytes as a length says',
  'crc-right': 'has a frame its CRC',
  'corrupt-strict': 'does a corrupt frame fail the replay, rather than end its segment',
  'seq-after': 'is a sequence above the one to begin behind',
  'seq-rises': 'is a sequence above the last one that was applied',
  'type-known': 'is the payload type 1, 2 or 4',
  'type-strict': 'does an unknown payload type fail the replay, rather than be passed over',
  'segment-there': 'does the segment exist that the frame reader is to read',
  'reader-header-there': 'has it the 64 bytes of a header',
  'open-last': 'does an open without a number take the last segment, where there is one',
  'file-empty': 'is the file that is opened empty, so that it gets a header',
  'handle-there': 'is a log open',
  'batch-empty': 'has a batch no frame, so that nothing is done',
  'due-forced': 'was a rotation forced',
  'due-size': 'has the segment reached the size',
  'due-age': 'has the segment reached the age',
  // What the original never asks, or always does: the answer is always the same.
  'version-checked': 'must the version be 1',
  'reserved-checked': 'must the reserved bytes be zero',
  'instance-checked': 'must the instance of a segment be that of the one before',
  'number-checked': 'must the number in a header be that of its name',
  'magic-always': 'must the magic number be right where the chain is not checked',
  'gap-refused': 'must the numbers of segments follow each other',
  'seq-gap-refused': 'must sequences follow each other',
  'skipped-counts': 'does a frame that is passed over count as the last one applied',
  'torn-refused': 'does a torn frame fail a strict replay',
  'corrupt-ends-all': 'does a corrupt frame end a permissive replay for later segments too',
  'torn-ends-all': 'does a torn frame end the replay for later segments too',
  'link-refused': 'is a link at the place of a segment refused',
  'open-checks-header': 'must the header of a segment that is opened be one',
  'open-cuts-tail': 'is a tail that is no frame cut when a segment is opened',
  'open-continues-chain': 'does a segment that an open creates hold the hash of the one before',
  'append-checks-seq': 'must a sequence that is appended be above the last',
  'append-checks-type': 'must a payload type that is appended be known',
  'append-splits': 'does a batch go on in a new segment where the size is reached',
  'rotate-unforces': 'does a rotation end that one was forced',
  'rotate-chains': 'does a segment that a rotation creates hold the hash of the one before',
  'rotate-wraps': 'does the number 0 follow 2^64-1',
} as const;

export type RuleId = keyof typeof rules;

/** The ids of all decisions, for kill matrices and coverage. */
export const ruleIds: readonly RuleId[] = Object.keys(rules) as RuleId[];
