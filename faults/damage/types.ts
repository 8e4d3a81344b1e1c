import type { Path } from '../../spec/lib/image.ts';

/** One member of the union for each name, so that a name tells the members. */
type Of<Name extends string, Members = unknown> = Name extends string
  ? { readonly do: Name; readonly file: Path } & Members
  : never;

type Range = { readonly from: number; readonly to: number };
type Line = { readonly line: number };
type Bytes = { readonly bytes: Uint8Array };

/**
 * Damage at rest, as data: what was done to the bytes of a store while nobody had it open.
 * Positions are byte offsets, ranges end before `to`, lines are counted from 0 and end after their
 * LF.
 */
export type Damage =
  | Of<'flip', { readonly at: number; readonly bit: number }>
  | Of<'zeros' | 'ones' | 'delete' | 'duplicate', Range>
  | Of<'cut', { readonly at: number }>
  | Of<'append', Bytes>
  | Of<'insert', { readonly at: number } & Bytes>
  | Of<'duplicate line' | 'delete line' | 'blank line', Line>
  | Of<'swap lines', Line & { readonly other: number }>
  | Of<'crlf' | 'bom' | 'remove' | 'empty'>
  | Of<'copy', { readonly as: Path }>
  | Of<'swap files', { readonly other: Path }>
  /**
   * A file that the store never wrote; a file that it had removed; a file as it was at an earlier
   * time.
   */
  | Of<'foreign' | 'resurrect' | 'stale', Bytes>
  | Of<'replace', { readonly by: 'dir' | 'fifo' }>
  | Of<'replace', { readonly by: 'link'; readonly target: string }>
  /** What a format's own grammar suggests; `why` says it in the format's words. */
  | Of<'splice', Range & Bytes & { readonly why: string }>;

/** Every kind of damage, so that a report can show those that were never tried. */
export const damageNames: readonly Damage['do'][] = [
  'flip',
  'zeros',
  'ones',
  'cut',
  'append',
  'insert',
  'delete',
  'duplicate',
  'duplicate line',
  'delete line',
  'blank line',
  'swap lines',
  'crlf',
  'bom',
  'remove',
  'empty',
  'copy',
  'swap files',
  'foreign',
  'resurrect',
  'stale',
  'replace',
  'splice',
];
