import { isMoving, type Inspection } from '../../harness/inspect/inspect.ts';
import type {
  FileReport, OriginalWould, Policies, ShownFrame, Survey,
} from '../../harness/inspect/inspector.ts'; // prettier-ignore
import type { Paint } from './lib/paint.ts';
import { counted, shown, shownShort } from '../../harness/lib/shown.ts';

const listedFiles = 40;
const listedEntries = 12;
const listedProblems = 60;

/**
 * An inspection for a person: files, entries, what is odd, what is wrong, what opening would do;
 * failures last.
 */
export function inWords(found: Inspection, paint: Paint): string {
  const blocks = [
    [`kind ${found.kind}`],
    files(found.survey),
    entries(found.survey),
    policies(found.policies, paint),
    problems(found.survey, 'odd', paint),
    unread(found, paint),
    problems(found.survey, 'wrong', paint),
    verdict(found, paint),
  ];
  const text = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${text.join('\n\n')}\n`;
}

function files(survey: Survey): readonly string[] {
  const lines = survey.files.slice(0, listedFiles).map(fileLine);
  const more = survey.files.length - lines.length;
  return [
    counted(survey.files.length, 'file or directory', 'files and directories'),
    ...lines,
    ...(more > 0 ? [`  … ${more} more`] : []),
  ];
}

function fileLine(file: FileReport): string {
  const what = file.is === 'file' ? counted(file.size, 'byte') : file.is;
  const role = file.role === '' ? 'unknown' : file.role;
  const records = file.records > 0 ? `, ${counted(file.records, 'record')}` : '';
  const wrong = file.wrong > 0 ? `, ${file.wrong} wrong` : '';
  return `  ${shownShort(file.path)}  ${role}, ${what}${records}${wrong}`;
}

function entries(survey: Survey): readonly string[] {
  const half = listedEntries / 2;
  const all = survey.entryWords;
  const few = all.length <= listedEntries;
  const lines = (few ? all : [...all.slice(0, half), ...all.slice(-half)]).map(indented);
  const between = survey.entryCount - lines.length;
  if (!few) lines.splice(half, 0, `  … ${between} more`);
  const listedAll = survey.entryCount === all.length;
  return [
    entriesTitle(survey),
    ...survey.ownWords.map(indented),
    ...lines,
    ...(listedAll || few
      ? []
      : [`  (the last ones shown are the last of the first ${all.length})`]),
  ];
}

const indented = (words: string): string => `  ${shown(words)}`;

function entriesTitle({ entryCount, verified }: Survey): string {
  const count = counted(entryCount, 'entry', 'entries');
  return verified === entryCount ? count : `${count}, ${verified} of them before any damage`;
}

function policies(would: Inspection['policies'], paint: Paint): readonly string[] {
  if ('leftOut' in would) {
    return [`What each policy would do was not computed: ${shown(would.leftOut)}.`];
  }
  return [...original(would.original, paint), ...safe(would.safe, paint)];
}

function original(results: readonly OriginalWould[], paint: Paint): readonly string[] {
  return results.flatMap((result, at) => {
    const of = result.of === undefined ? '' : ` of ${shownShort(result.of)}`;
    const or = at === 0 || results[at - 1]?.of !== result.of ? `original${of}` : 'or';
    const ends = result.opens
      ? `opens with entry count ${result.entryCount}`
      : paint('red', `refuses: ${shown(result.code ?? '')}`);
    const rows = result.rows.length === 0 ? '' : ` (rows ${result.rows.join(', ')})`;
    const changes = result.changes.filter((path) => !path.startsWith('tmp/'));
    return [
      `${or}: ${ends}${rows}`,
      ...changes.slice(0, 20).map((path) => `  changes ${shownShort(path)}`),
      ...(changes.length > 20 ? [`  … ${changes.length - 20} more`] : []),
    ];
  });
}

function safe(demands: Policies['safe'], paint: Paint): readonly string[] {
  const { readable } = demands;
  const read =
    readable === null ? '' : `; an inspecting open reads ${counted(readable, 'entry', 'entries')}`;
  const ends = demands.opens
    ? `opens with ${counted(demands.entryCount, 'entry', 'entries')}`
    : `${paint('red', `refuses: ${demands.codes.join(' or ')}`)}${read}`;
  const bad = demands.classes.filter((c) => c.is !== 'valid');
  const say = [
    ...bad.map((c) => `  ${c.is} ${shownShort(c.file)} ${c.from} to ${c.to}: ${shown(c.why)}`),
    ...demands.repairs.map((r) => `  repairs ${shownShort(r.file)}: ${r.did}, ${r.why}`),
    ...demands.notices.map((n) => `  reports ${n.code} of ${shownShort(n.file)}`),
  ];
  return [
    `safe: ${ends}`,
    ...say.slice(0, 40),
    ...(say.length > 40 ? [`  … ${say.length - 40} more`] : []),
  ];
}

function problems(survey: Survey, weight: 'wrong' | 'odd', paint: Paint): readonly string[] {
  const count = survey[weight];
  if (count === 0) return [];
  const found = survey.problems.filter((p) => p.weight === weight);
  const lines = found.slice(0, listedProblems).map(({ file, from, to, code, say }) => {
    const name = paint(weight === 'wrong' ? 'red' : 'yellow', code);
    return `  ${shownShort(file)} ${from} to ${to}  ${name}: ${shownShort(say, 300)}`;
  });
  const title = weight === 'wrong' ? counted(count, 'thing is wrong', 'things are wrong') : null;
  const more = count - lines.length;
  return [
    title ?? `${counted(count, 'oddity', 'oddities')}, read all the same`,
    ...lines,
    ...(more > 0 ? [`  … ${more} more`] : []),
  ];
}

function unread(found: Inspection, paint: Paint): readonly string[] {
  const lines = found.unread.slice(0, 20).map((p) => {
    const detail = p.detail === undefined ? '' : `: ${shownShort(p.detail)}`;
    return `  ${shownShort(p.path === '' ? '.' : p.path)}  ${paint('yellow', p.code)}${detail}`;
  });
  const unchecked = found.survey.unchecked.map((say) => `  ${shown(say)}`);
  if (lines.length + unchecked.length === 0) return [];
  const more = found.unread.length - lines.length;
  return ['Not looked at', ...lines, ...(more > 0 ? [`  … ${more} more`] : []), ...unchecked];
}

function verdict(found: Inspection, paint: Paint): readonly string[] {
  if (found.verdict === 'whole') {
    const store = found.survey.files.some((file) => file.is === 'file' && file.role !== '');
    return store ? [paint('green', 'whole')] : [`no file of a ${found.kind} is here`, 'whole'];
  }
  if (isMoving(found.unread)) {
    const say = 'it was written while it was looked at: what is said to be wrong may be on its way';
    return [paint('yellow', say)];
  }
  if (found.verdict === 'unfinished') {
    return [paint('yellow', 'nothing wrong was found, but not everything was looked at')];
  }
  return [paint('red', 'something is wrong')];
}

/** A frame for a person. */
export function frameInWords(found: ShownFrame): string {
  const title = `${shown(found.file)}, bytes ${found.from} to ${found.to}, CRC-32C ${found.crc32c}`;
  return `${[title, ...found.dump].join('\n')}\n`;
}
