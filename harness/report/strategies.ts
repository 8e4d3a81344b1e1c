import { strategies, type Compared, type Strategy } from '../zoo/strategies.ts';

/** How the columns are headed where there is little room. */
const short: Readonly<Record<Strategy, string>> = {
  'kill only': 'kill',
  'unsynced suffix dropped': 'suffix',
  'random prefix': 'prefix',
  'prefix plus one omission': 'omission',
};

const statesText = (states: number | null): string => (states === null ? '-' : String(states));

/**
 * One planted bug as a line: after how many states each strategy found it, `-` where it did not.
 */
export function comparedLine({ bug, ours, others, budget }: Compared): string {
  const columns = strategies.map((one) => statesText(others[one]).padStart(short[one].length + 2));
  const name = `${bug.kind}/${bug.id}`.padEnd(48);
  const own = (ours === null ? 'NOT' : String(ours)).padStart(5);
  return `${name}${bug.needs.padEnd(7)}${own}${columns.join('')}${String(budget).padStart(8)}`;
}

/** The heading of such lines. */
export function comparedHeading(): string {
  const columns = strategies.map((one) => short[one].padStart(short[one].length + 2));
  return `${'planted bug'.padEnd(48)}${'needs'.padEnd(7)} ours${columns.join('')}  budget`;
}

/** How many of the bugs each strategy found. */
export function comparedTotals(rows: readonly Compared[]): string[] {
  const found = (states: (row: Compared) => number | null): string =>
    `${rows.filter((row) => states(row) !== null).length} of ${rows.length}`;
  return [
    `ours: ${found(({ ours }) => ours)}`,
    ...strategies.map((one) => `${one}: ${found(({ others }) => others[one])}`),
  ];
}

/** The page `docs/zoo.md`: which planted bugs weaker crash strategies find. */
export function strategiesPage(rows: readonly Compared[], seed: string): string {
  const kinds = [...new Set(rows.map(({ bug }) => bug.kind))];
  const table = kinds.flatMap((kind) => [
    `## ${kind}`,
    '',
    `| planted bug | what it does | needs | ours | ${strategies.join(' | ')} |`,
    `|---|---|---|--:|${strategies.map(() => '--:|').join('')}`,
    ...rows
      .filter(({ bug }) => bug.kind === kind)
      .map(({ bug, ours, others }) => {
        const cells = [ours, ...strategies.map((one) => others[one])].map(statesText);
        return `| ${bug.id} | ${bug.text} | ${bug.needs} | ${cells.join(' | ')} |`;
      }),
    '',
  ]);
  return [...preface(seed), ...comparedTotals(rows).map((line) => `- ${line}`), '', ...table].join(
    '\n',
  );
}

const preface = (seed: string): string[] => [
  '# Which planted bugs weaker crash strategies find',
  '',
  `Written by \`npx tsx scripts/dev/zoo-docs.ts\`, seed ${seed}; \`tearproof zoo --strategies\` prints the same.`,
  '',
  'Every bug of the zoo that takes a crash or a failing call, by how many states were walked until it',
  'showed, `-` where it did not. All strategies run in one engine: the same histories, the same walk,',
  'the same clauses. Ours looks on the rung that the bug is declared for, and is done when the clause of',
  'the bug breaks; the others may break any clause, and are given twice the states that ours needed, at',
  'least 100. They are what other tools do, as far as it can be said of a record of file calls:',
  '',
  '- **kill only**: the process dies between two calls or inside a write; nothing unsynced is lost.',
  '- **unsynced suffix dropped**: every file ends where it was last synced, names stay (LevelDB).',
  '- **random prefix**: a random prefix of what was not yet durable is kept (RocksDB).',
  '- **prefix plus one omission**: everything up to a moment is kept but one thing (ALICE).',
  '',
];
