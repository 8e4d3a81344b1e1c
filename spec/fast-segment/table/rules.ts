/**
 * Every decision of the original that the table makes, with the question that it answers. A spec
 * mutant answers one of them the other way round. Ids are permanent: kill matrices refer to them.
 */
export const rules = {
  'name-opens': 'does something other than a directory stand where the segment should',
  'file-empty': 'is the file empty, so that a header is written',
  'magic-whole': 'does the file hold as many bytes as the magic has',
  'magic-matches': 'does the file begin with the magic',
  'header-whole': 'does the file hold a whole committed length, when it is opened',
  'read-header-whole': 'does the file hold a whole committed length, when it is read',
  'frame-begins-before': 'does the next frame begin before the committed length',
  'length-whole': 'are eight bytes left for the length of a frame',
  'length-allocatable': 'can as many bytes be allocated as a frame says it has',
  'frame-whole': 'are payload and hash of a frame there',
  'hash-matches': 'has a payload the hash that stands behind it',
  'count-allocatable': 'can as many bytes be allocated as a list inside an entry says it has',
  'entry-decodes': 'does a payload begin with an entry',
  'deadline-passed': 'has the deadline passed, so that a seal is cut again',
  'length-possible': 'can a file have the length that it is cut to',
  'tracked-fits': 'does the tracked length stay below 2^64',
  'name-fast': 'does a name in the directory end in `.fast`',
  'name-number': 'is the rest of such a name a number of 32 bits, with or without `+` and zeros',
  // What the original never asks: the answer is always no.
  'open-checks-length': 'does opening refuse a committed length that the file does not reach',
  'open-cuts-tail': 'does opening cut what stands behind the committed length',
  'open-refuses-link': 'is a symbolic link refused, instead of being followed',
  'read-checks-magic': 'is the magic asked again by a reader',
  'read-checks-boundary': 'is a frame refused that ends behind the committed length',
  'read-keeps-position': 'does the next append go to the end of the file after a read',
  'trailing-refused': 'is a payload refused that goes on behind its entry',
  'wide-refused': 'is a number refused that is spelled wider than need be',
  'doubles-refused': 'is a frame refused whose like stood before it',
  'cut-publishes': 'does `truncate` write the header',
  'cut-refuses-header': 'is a length refused that cuts into the header',
  'cut-refuses-growth': 'is a length refused that makes the file longer',
  'cut-restores-magic': 'do `reset` and `syncGroup` write a whole header',
  'sync-checks-length': 'is a tracked length refused that is not the end of the file',
  'list-checks-sort': 'is a name left out that is no regular file',
} as const;

export type RuleId = keyof typeof rules;

/** The ids of all decisions, for kill matrices and coverage. */
export const ruleIds: readonly RuleId[] = Object.keys(rules) as RuleId[];
