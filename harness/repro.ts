import { z } from 'zod';
import type { Image, Node, Path } from '../spec/lib/image.ts';
import type { Owes } from '../spec/lib/judge.ts';
import type { Policy } from '../spec/lib/port.ts';
import type { Injection } from '../faults/errors/types.ts';
import type { Fault } from './fault.ts';
import { fromPlain, toPlain, type Plain } from './lib/plain.ts';
import type { Case } from './shrink.ts';

const plain: z.ZodType<Plain> = z.lazy(
  () =>
  z.union([
    z.null(), z.boolean(), z.number(), z.string(), z.array(plain), z.record(z.string(), plain),
  ]), // prettier-ignore
);

const node = z.union([
  z.object({ text: z.string(), size: z.number().int().nonnegative().optional() }).strict(),
  z.object({ base64: z.string(), size: z.number().int().nonnegative().optional() }).strict(),
  z.object({ dir: z.literal(true) }).strict(),
  z.object({ link: z.string() }).strict(),
  z.object({ other: z.string() }).strict(),
]);

const owes = z
  .object({
    must: z.array(z.string()),
    may: z.array(z.string()),
    never: z.array(z.string()),
    /** What each book besides the log may hold, by digest; null where it may be missing. */
    books: z
      .array(
        z.object({
          name: z.string(),
          oneOf: z.union([z.literal('any'), z.array(z.string().nullable())]),
          withCut: z.literal(true).optional(),
        }),
      )
      .optional(),
  })
  .strict();

/**
 * A counterexample as a small JSON file, version 2: version 1 knew neither power cuts nor failing
 * calls. Old versions are read for ever.
 */
export const reproSchema = z
  .object({
    version: z.union([z.literal(1), z.literal(2)]),
    kind: z.string(),
    policy: z.enum(['original', 'safe']),
    clause: z.string(),
    anomaly: z.string(),
    /** One sentence: what happened. */
    say: z.string(),
    /** The state that was opened: it replays on any port of the kind. */
    image: z.record(z.string(), node),
    undamaged: z.record(z.string(), node).optional(),
    /** The state that a first walk began on, where the fault came into it. */
    earlier: z.record(z.string(), node).optional(),
    fault: z.enum(['none', 'kill', 'power', 'damage']),
    owes: z.array(owes),
    /**
     * How the state came about: it replays on the port that made it and derives the image again.
     */
    made: z
      .object({
        by: z.string(),
        /** Where the port's own calls were seen: at less, what was done to them cannot be done. */
        reach: z.literal('traced').optional(),
        ops: z.array(plain),
        /** Faults of the file calls of the history; since version 2. */
        errors: z.array(plain).optional(),
        fault: plain,
      })
      .strict()
      .optional(),
    /** Another history that leaves the same bytes and owes what excludes this one's duties. */
    limit: z
      .object({ ops: z.array(plain), fault: plain })
      .strict()
      .optional(),
    /** The run that found it. */
    seed: z.string().optional(),
  })
  .strict();

export type Repro = z.infer<typeof reproSchema>;
export type NodeJson = z.infer<typeof node>;

/** An image as JSON: text where the bytes are UTF-8, else base64. */
export function imageToJson(image: Image): Record<Path, NodeJson> {
  const names = [...image.keys()].toSorted();
  return Object.fromEntries(names.map((path) => [path, nodeToJson(image.get(path)!)]));
}

function nodeToJson(n: Node): NodeJson {
  if (n.is === 'dir') return { dir: true };
  if (n.is === 'link') return { link: n.to };
  if (n.is === 'other') return { other: n.what };
  const sparse = n.size === n.bytes.length ? {} : { size: n.size };
  const text = textOf(n.bytes);
  if (text !== null) return { text, ...sparse };
  return { base64: Buffer.from(n.bytes).toString('base64'), ...sparse };
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

export function imageFromJson(json: Readonly<Record<Path, NodeJson>>): Image {
  return new Map(Object.entries(json).map(([path, n]) => [path, nodeFromJson(n)]));
}

function nodeFromJson(n: NodeJson): Node {
  if ('dir' in n) return { is: 'dir' };
  if ('link' in n) return { is: 'link', to: n.link };
  if ('other' in n) return { is: 'other', what: n.other };
  const bytes = 'text' in n ? Buffer.from(n.text, 'utf8') : Buffer.from(n.base64, 'base64');
  return { is: 'file', bytes: new Uint8Array(bytes), size: n.size ?? bytes.length };
}

/** What was done last to the state: all that the clauses ask for. */
function lastOf(fault: Fault): Repro['fault'] {
  return fault.is === 'nested' ? fault.second.is : fault.is;
}

/** What a repro is made from. */
export interface ReproSource<O> {
  readonly kind: string;
  readonly policy: Policy;
  readonly clause: string;
  readonly anomaly: string;
  readonly say: string;
  readonly image: Image;
  readonly undamaged?: Image;
  readonly earlier?: Image;
  readonly owes: readonly Owes[];
  readonly by: string;
  readonly reach?: 'traced';
  readonly case: Case<O>;
  readonly seed?: string;
  readonly limit?: Case<O>;
}

export function makeRepro<O>(source: ReproSource<O>): Repro {
  const { kind, policy, clause, anomaly, say } = source;
  return reproSchema.parse({
    version: 2,
    kind,
    policy,
    clause,
    anomaly,
    say,
    fault: lastOf(source.case.fault),
    made: {
      by: source.by,
      ...(source.reach === undefined ? {} : { reach: source.reach }),
      ops: source.case.ops.map(toPlain),
      ...(source.case.errors === undefined ? {} : { errors: source.case.errors.map(toPlain) }),
      fault: toPlain(source.case.fault),
    },
    owes: source.owes,
    image: imageToJson(source.image),
    ...(source.undamaged === undefined ? {} : { undamaged: imageToJson(source.undamaged) }),
    ...(source.earlier === undefined ? {} : { earlier: imageToJson(source.earlier) }),
    ...(source.limit === undefined
      ? {}
      : { limit: { ops: source.limit.ops.map(toPlain), fault: toPlain(source.limit.fault) } }),
    ...(source.seed === undefined ? {} : { seed: source.seed }),
  });
}

/** The history and fault of a repro's `made` layer, or null where it has none. */
export function caseOf<O>(repro: Repro): Case<O> | null {
  if (repro.made === undefined) return null;
  return {
    ops: repro.made.ops.map((op) => fromPlain(op) as O),
    ...(repro.made.errors && {
      errors: repro.made.errors.map((one) => fromPlain(one) as Injection),
    }),
    fault: fromPlain(repro.made.fault) as Fault,
  };
}
