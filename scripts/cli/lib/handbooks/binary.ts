import type { Clause } from '../../../../spec/lib/clause.ts';
import type { Format } from '../../../../spec/lib/layout.ts';
import type { Handbook } from './handbook.ts';

/** What a kind of binary files says as data, in the shapes that its folder of the spec has. */
export interface BinaryData extends Omit<Handbook, 'kind' | 'codes' | 'accepts'> {
  readonly clauses: readonly Clause[];
  readonly format: Format;
  readonly codes: readonly {
    readonly code: string;
    readonly by: 'original' | 'safe' | 'both';
    readonly is: 'refusal' | 'notice' | 'reason';
    readonly says: string;
    readonly message?: string;
  }[];
  readonly accepts: readonly {
    readonly id: string;
    readonly text: string;
    readonly source: string;
    readonly safe: boolean;
    readonly vector: unknown;
  }[];
}

/** A handbook of these data; `exampleOf` shows the vector of an exception, where it can be. */
export function binaryBook(
  data: BinaryData,
  exampleOf: (accept: BinaryData['accepts'][number]) => string | null = () => null,
): Handbook & { readonly format: Format } {
  const { kind } = data.format;
  return {
    ...data,
    kind,
    accepts: data.accepts.map((accept) => {
      const { id, text, source, safe } = accept;
      const example = exampleOf(accept);
      return { id, text, source, safe, ...(example === null ? {} : { example }) };
    }),
    codes: data.codes.map(({ code, by, is, says, message }) => ({
      code,
      by,
      is,
      says,
      what: `${is} of ${kind}, ${by === 'both' ? 'both stores' : `store ${by}`}`,
      source: 'format page, Codes',
      more: message === undefined ? [] : [["the original's message begins", message]],
    })),
  };
}
