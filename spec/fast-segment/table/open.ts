import { headerBytes, magic, pathOf } from '../layout.ts';
import { headerOf } from '../bytes.ts';
import type { Opened } from '../ops.ts';
import {
  list, makeDirectory, openFile, readBytes, seekEnd, setLength, sizeOf, writeBytes,
} from './disk.ts'; // prettier-ignore
import { u64Of } from './read.ts';
import { Fault, osFault, unexpectedEof, type Run } from './run.ts';

/**
 * Opens a session's segment, made where it is missing or empty, and puts the position at its end.
 * Nothing is compared: not the committed length with the file, not what stands behind it. Throws
 * `io-unexpected-eof` for a torn header, `io-invalid-data` for another magic.
 */
export function open(run: Run, id: number): Opened {
  const { disk, handle } = run;
  makeDirectory(disk, 'sessions');
  noteName(run, id);
  handle.file = openFile(run, pathOf(id));
  handle.position = 0;
  const isNew = sizeOf(run) === 0;
  handle.committed = run.rule('file-empty', isNew) ? create(run) : headerIn(run);
  if (!isNew) checks(run);
  seekEnd(run);
  return { committed: handle.committed, repairs: [], notices: [] };
}

function noteName(run: Run, id: number): void {
  const node = run.disk.image.get(pathOf(id));
  if (node?.is === 'dir') run.row('F22');
  if (node?.is === 'link') run.row('F21');
  if (run.rule('open-refuses-link', false) && node?.is === 'link') throw osFault('ELOOP');
}

function create(run: Run): bigint {
  const { disk, handle } = run;
  if (disk.image.get(handle.file)?.is === 'file') run.row('F1');
  writeBytes(run, headerOf(BigInt(headerBytes)));
  return BigInt(headerBytes);
}

function headerIn(run: Run): bigint {
  const begin = readBytes(run, magic.length);
  if (!run.rule('magic-whole', begin.length === magic.length)) {
    run.row('F2');
    throw unexpectedEof();
  }
  if (
    !run.rule(
      'magic-matches',
      begin.every((byte, i) => byte === magic[i]),
    )
  ) {
    run.row('F3');
    throw new Fault('io-invalid-data');
  }
  const length = readBytes(run, 8);
  if (!run.rule('header-whole', length.length === 8)) {
    run.row('F2');
    throw unexpectedEof();
  }
  return u64Of(length);
}

/** What the original never does; a mutant does it. */
function checks(run: Run): void {
  const { handle } = run;
  const size = BigInt(sizeOf(run));
  if (run.rule('open-checks-length', false) && handle.committed > size) {
    throw new Fault('io-invalid-data');
  }
  if (run.rule('open-cuts-tail', false) && handle.committed < size) {
    setLength(run, handle.committed);
  }
}

/** The ids that names in the directory stand for, ascending, one for each name. */
export function listIds(run: Run): readonly number[] {
  const names = list(run.disk, 'sessions');
  const ids = names.flatMap(([name, node]) => {
    if (!run.rule('name-fast', name.endsWith('.fast'))) return [];
    const stem = name.slice(0, -'.fast'.length);
    const isNumber = /^\+?\d+$/.test(stem) && BigInt(stem.replace('+', '')) < 1n << 32n;
    if (!run.rule('name-number', isNumber)) return [];
    const id = Number(/\d+/.exec(stem)?.[0] ?? 0);
    if (name !== `${id}.fast`) run.row('F23');
    if (node.is !== 'file') run.row('F31');
    return run.rule('list-checks-sort', false) && node.is !== 'file' ? [] : [id];
  });
  return ids.toSorted((a, b) => a - b);
}
