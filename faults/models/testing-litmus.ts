import { fileNode, type Image } from '../../spec/lib/image.ts';
import { createDisk, type Disk } from '../disk.ts';
import { choicesOf } from '../ladder.ts';
import { powerOf, type Power } from '../power.ts';
import type { PersistenceModel } from './model.ts';
import { allChoices } from './testing-states.ts';

/** A file of so many bytes, all of them that letter. */
export function filled(length: number, letter: string): Uint8Array {
  return new Uint8Array(length).fill(letter.charCodeAt(0));
}

/** A small program on a small disk, whose crash states are counted. */
export interface Litmus {
  readonly base: Image;
  readonly run: (fs: Disk['fs']) => void;
}

const withA = (length: number): Image => new Map([['a', fileNode(filled(length, 'a'))]]);
const nothing: Image = new Map();

type Fs = Disk['fs'];

function write(fs: Fs, path: string, text: string, at: number): number {
  const fd = fs.openSync(`/store/${path}`, 'r+');
  fs.writeSync(fd, text, at);
  return fd;
}

/** The programs; those of Ferrite first. */
export const programs: Readonly<Record<string, Litmus>> = {
  'append-chrome': {
    base: withA(2509),
    run: (fs) => {
      const fd = fs.openSync('/store/a', 'a');
      fs.writeSync(fd, filled(13, 'b'));
      fs.writeSync(fd, filled(2500, 'c'));
    },
  },
  'two-appends': {
    base: nothing,
    run: (fs) => {
      const a = fs.openSync('/store/a', 'wx');
      const b = fs.openSync('/store/b', 'wx');
      fs.writeSync(a, 'aa');
      fs.writeSync(b, 'b');
      fs.fsyncSync(b);
    },
  },
  replace: {
    base: withA(1),
    run: (fs) => {
      fs.writeFileSync('/store/b', 'bb');
      fs.renameSync('/store/b', '/store/a');
    },
  },
  'lost create': {
    base: withA(1),
    run: (fs) => fs.writeFileSync('/store/b', 'b', { flush: true }),
  },
  'lost rename': { base: withA(1), run: (fs) => fs.renameSync('/store/a', '/store/b') },
  'lost unlink': { base: withA(1), run: (fs) => fs.unlinkSync('/store/a') },
  'lost truncate': { base: withA(3), run: (fs) => fs.truncateSync('/store/a', 1) },
  'size before data': { base: withA(3), run: (fs) => fs.appendFileSync('/store/a', 'bb') },
  'write over the end': { base: withA(3), run: (fs) => void write(fs, 'a', 'bb', 2) },
  'overwrite, synced': { base: withA(3), run: (fs) => fs.fsyncSync(write(fs, 'a', 'b', 1)) },
  'truncate, synced': {
    base: withA(3),
    run: (fs) => {
      const fd = fs.openSync('/store/a', 'r+');
      fs.ftruncateSync(fd, 1);
      fs.fsyncSync(fd);
    },
  },
  'over two sectors': { base: withA(1024), run: (fs) => void write(fs, 'a', 'bbbb', 510) },
  'over two blocks': { base: withA(5000), run: (fs) => void write(fs, 'a', 'bbbb', 4094) },
  'twice in a block': {
    base: withA(600),
    run: (fs) => {
      write(fs, 'a', 'bb', 1);
      write(fs, 'a', 'c', 1);
    },
  },
  'into a hole': {
    base: withA(3),
    run: (fs) => {
      fs.truncateSync('/store/a', 9000);
      write(fs, 'a', 'b', 0);
      write(fs, 'a', 'c', 5000);
    },
  },
  'truncate and append': {
    base: withA(3),
    run: (fs) => {
      fs.truncateSync('/store/a', 1);
      fs.appendFileSync('/store/a', 'b');
    },
  },
  'cut and grown': {
    base: withA(3),
    run: (fs) => {
      fs.truncateSync('/store/a', 1);
      fs.truncateSync('/store/a', 5);
    },
  },
  'overwrite, then append': {
    base: withA(5000),
    run: (fs) => {
      write(fs, 'a', 'b', 0);
      fs.appendFileSync('/store/a', 'c');
    },
  },
  'truncate and write anew': {
    base: withA(600),
    run: (fs) => {
      fs.truncateSync('/store/a', 0);
      write(fs, 'a', 'b', 0);
    },
  },
  'append and truncate': {
    base: withA(3),
    run: (fs) => {
      fs.appendFileSync('/store/a', 'bb');
      fs.truncateSync('/store/a', 4);
    },
  },
  'new block after unlink': {
    base: new Map([...withA(4096), ['b', fileNode(filled(9, 'b'))]]),
    run: (fs) => {
      fs.unlinkSync('/store/b');
      fs.appendFileSync('/store/a', 'c');
    },
  },
  'into a hole after unlink': {
    base: new Map([
      ['a', { is: 'file', bytes: filled(3, 'a'), size: 9000 }],
      ['b', fileNode(filled(2000, 'b'))],
    ]),
    run: (fs) => {
      fs.unlinkSync('/store/b');
      write(fs, 'a', 'c', 5000);
    },
  },
  'replace, another file synced': {
    base: new Map([...withA(1), ['c', fileNode(filled(1, 'c'))]]),
    run: (fs) => {
      fs.writeFileSync('/store/b', 'bb');
      fs.renameSync('/store/b', '/store/a');
      fs.fsyncSync(fs.openSync('/store/c'));
    },
  },
  'two creates, the later synced': {
    base: nothing,
    run: (fs) => {
      fs.writeFileSync('/store/a', '');
      fs.writeFileSync('/store/b', '', { flush: true });
    },
  },
  'two creates, the earlier synced': {
    base: nothing,
    run: (fs) => {
      const fd = fs.openSync('/store/a', 'wx');
      fs.writeFileSync('/store/b', '');
      fs.fsyncSync(fd);
    },
  },
  'a file in a new directory, synced': {
    base: nothing,
    run: (fs) => {
      fs.mkdirSync('/store/d');
      fs.writeFileSync('/store/d/x', '', { flush: true });
    },
  },
  'two directories, one synced': {
    base: nothing,
    run: (fs) => {
      fs.mkdirSync('/store/d');
      fs.writeFileSync('/store/d/x', '');
      fs.fsyncSync(fs.openSync('/store'));
    },
  },
  'a directory in a new directory, synced': {
    base: nothing,
    run: (fs) => {
      fs.mkdirSync('/store/d');
      fs.writeFileSync('/store/d/x', '');
      fs.fsyncSync(fs.openSync('/store/d'));
    },
  },
  'overwrite, another file synced': {
    base: new Map([...withA(1), ['b', fileNode(filled(1, 'b'))]]),
    run: (fs) => {
      write(fs, 'a', 'c', 0);
      fs.fsyncSync(fs.openSync('/store/b'));
    },
  },
  'overwrite, the directory synced': {
    base: withA(1),
    run: (fs) => {
      write(fs, 'a', 'c', 0);
      fs.fsyncSync(fs.openSync('/store'));
    },
  },
};

/** Images as text, so that equal ones fall together; zeros to the size are written out. */
export function shown(image: Image): string {
  const lines = [...image].map(([path, node]) => {
    if (node.is !== 'file') return `${path} ${node.is}`;
    const bytes = Buffer.alloc(node.size);
    bytes.set(node.bytes);
    return `${path} ${bytes.toString('latin1')}`;
  });
  return lines.toSorted().join('\n');
}

/** The power cuts of a program. */
export function powerOfLitmus({ base, run }: Litmus): Power {
  const disk = createDisk(base);
  run(disk.fs);
  return powerOf(disk.log);
}

/** Different images that a model allows: at all cuts together, and at the end. */
export function statesOf(
  power: Power,
  model: PersistenceModel,
): { readonly all: ReadonlySet<string>; readonly end: ReadonlySet<string> } {
  const rules = power.rules(model);
  const all = new Set<string>();
  let end = new Set<string>();
  for (const cut of power.cuts) {
    end = new Set();
    for (const choice of allChoices(rules, cut)) end.add(shown(power.image(choice)));
    for (const choice of choicesOf(power, rules, 'frontier tears', cut)) {
      end.add(shown(power.image(choice)));
    }
    for (const text of end) all.add(text);
  }
  return { all, end };
}

/** How many images those are: `all/end`; '-' where too many groups may be lost to try them all. */
export function countOf(power: Power, model: PersistenceModel): string {
  const rules = power.rules(model);
  if (power.cuts.some((cut) => rules.pendingAt(cut).length > 8)) return '-';
  const { all, end } = statesOf(power, model);
  return `${all.size}/${end.size}`;
}
