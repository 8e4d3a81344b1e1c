/** A code that an operation refuses with, and what it says. */
export interface Code {
  readonly code: string;
  /** Which store refuses with it. */
  readonly by: 'original' | 'safe' | 'both';
  readonly says: string;
}

/** Every code that an undamaged log meets. */
export const codes = [
  {
    code: 'no-handle',
    by: 'both',
    says: 'No log is open: none was opened, or it was closed, or opening failed.',
  },
  { code: 'no_such_segment', by: 'both', says: 'No segment has that number.' },
  {
    code: 'segment_sealed',
    by: 'safe',
    says: 'A later segment holds the hash of this one, so nothing may be added to it.',
  },
  {
    code: 'not_increasing',
    by: 'safe',
    says: 'A commit sequence is not above the one before: no replay would get past it.',
  },
  {
    code: 'unknown_payload_type',
    by: 'both',
    says:
      'A payload type that no replay applies: `safe` at the append, the original at a strict ' +
      'replay.',
  },
  { code: 'frame_too_large', by: 'safe', says: 'A frame that is longer than a reader takes.' },
  {
    code: 'chain_mismatch',
    by: 'both',
    says: 'A header does not hold the hash of the segment before it.',
  },
  {
    code: 'non_monotonic',
    by: 'both',
    says: 'A replay meets a commit sequence that is not above the last one applied.',
  },
] as const satisfies readonly Code[];

export type CodeName = (typeof codes)[number]['code'];
