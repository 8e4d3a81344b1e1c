import { table } from './markdown.ts';

/** One side of a certificate, as `limits.json` has it. */
interface Side {
  readonly ops: readonly { readonly op: string }[];
  readonly fault: { readonly is: string; readonly [member: string]: unknown };
}

/** A limit of a format, as `limits.json` has it; `scripts/dev/limits.ts` writes it. */
interface Limit {
  readonly clause: string;
  readonly anomaly: string;
  readonly say: string;
  readonly history: Side;
  readonly other: Side;
}

/** Limits with both of their histories, operation by operation. */
export function limitsTable(limits: readonly Limit[]): string {
  return table(
    ['clause', 'what happens', 'after', 'leaves the same bytes as'],
    limits.map(({ clause, anomaly, say, history, other }) => [
      `[${clause}](#${clause})`,
      `${say} (\`${anomaly}\`)`,
      inWords(history),
      inWords(other),
    ]),
  );
}

function inWords({ ops, fault }: Side): string {
  const names = ops.map(({ op }) => `\`${op}\``).join(', ');
  return fault.is === 'none' ? names : `${names}; then ${faultInWords(fault)}`;
}

function faultInWords(fault: Side['fault']): string {
  const kill = fault['kill'];
  if (fault.is !== 'kill' || typeof kill !== 'object' || kill === null) return `a ${fault.is}`;
  const { calls, partialBytes } = { calls: 0, partialBytes: 0, ...kill };
  const part = partialBytes > 0 ? ` and ${partialBytes} bytes of the next` : '';
  return `a kill after ${calls} calls of the last one${part}`;
}
