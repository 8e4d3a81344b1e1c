import { differences } from '../../spec/lib/image.ts';
import type { Image } from '../../spec/lib/image.ts';
import type { Outcome } from '../../spec/lib/history.ts';
import type { Class, Legal } from '../../spec/lib/judge.ts';
import type { OriginalWould, SafeDemands } from './inspector.ts';

/** A result of a table: an answer, the rows that it went through, and the disk behind it. */
export interface TableWay<W> {
  readonly outcome: Outcome<unknown>;
  readonly rows: readonly string[];
  readonly world: W;
}

/**
 * What the original would do: it opens, then reads. `read` answers how many entries are shown, or
 * null where it fails, which is then how it ends.
 */
export function originalWould<W extends { readonly image: Image }>(
  image: Image,
  opened: readonly TableWay<W>[],
  read: (world: W) => readonly TableWay<W>[],
): readonly OriginalWould[] {
  return opened.flatMap((open) => {
    const changes = differences(image, open.world.image);
    if (open.outcome.is !== 'ok') {
      const { code } = open.outcome;
      return [{ opens: false, code, entryCount: null, rows: open.rows, changes }];
    }
    return read(open.world).map(({ outcome, rows }): OriginalWould => {
      const all = [...new Set([...open.rows, ...rows])];
      if (outcome.is !== 'ok') {
        return { opens: false, code: outcome.code, entryCount: null, rows: all, changes };
      }
      const entries = Array.isArray(outcome.value) ? outcome.value.length : 0;
      return { opens: true, code: null, entryCount: String(entries), rows: all, changes };
    });
  });
}

/** What a kind's assessment of an image says beside the legal results of opening. */
export interface Assessed {
  readonly legal: Legal;
  readonly classes: readonly Class[];
  readonly notices: SafeDemands['notices'];
  readonly repairs: readonly {
    readonly did: readonly string[];
    readonly file: string;
    readonly why: string;
  }[];
}

/** What policy `safe` demands, by an assessment. */
export function safeDemands({ legal, classes, notices, repairs }: Assessed): SafeDemands {
  const opens = legal.open === 'ok';
  return {
    opens,
    codes: opens ? [] : legal.codes,
    entryCount: opens ? legal.keys.length : 0,
    readable: opens ? legal.keys.length : legal.readable.length,
    classes,
    notices,
    repairs: repairs.map(({ did, file, why }) => ({ did: did.join(' or '), file, why })),
  };
}
