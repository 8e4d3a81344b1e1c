import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Node } from '../../spec/lib/image.ts';
import { imageAfter } from '../replay.ts';
import type { TraceImport } from './import.ts';
import { importOf } from './testing-import.ts';

// Real programs under strace: what their trace builds is what stands on disk. Without strace and
// python3 every test with one fails.

let world: string;
const slow = 120_000;

beforeAll(() => {
  world = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'tearproof-import-')));
  traced(
    'all',
    [...buildable, ...named, beside].map(([, program]) => program),
  );
}, slow);
afterAll(() => fs.rmSync(world, { recursive: true }));

/**
 * Runs programs in Python, one after the other in one process under strace, each in a store's
 * directory of its own.
 */
function traced(name: string, programs: readonly string[], ...flags: readonly string[]): void {
  const script = join(world, `${name}.py`);
  const parts = programs.map((program, i) => {
    const root = join(world, name, String(i), 'store');
    fs.mkdirSync(root, { recursive: true });
    return `os.chdir('${root}')\n${program}\n`;
  });
  fs.writeFileSync(script, `import os, fcntl, mmap, threading\n${parts.join('')}`);
  const args = ['-f', '-y', '-s', '100000', ...flags, '-e', 'trace=%file,%desc,%process,sync'];
  execFileSync('strace', [...args, '-o', join(world, name, 'trace'), 'python3', script]);
}

/** What the trace tells of program `i` of those that were run together. */
function storeOf(name: string, i: number): { readonly root: string; readonly found: TraceImport } {
  const root = join(world, name, String(i), 'store');
  const lines = fs
    .readFileSync(join(world, name, 'trace'), 'latin1')
    .trimEnd()
    .split('\n');
  return { root, found: importOf(lines, root) };
}

/** What stands on disk, in words. */
function onDisk(dir: string, prefix = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of fs.readdirSync(dir, { withFileTypes: true })) {
    const full = join(dir, entry.name);
    const path = prefix + entry.name;
    if (entry.isDirectory()) Object.assign(found, { [path]: 'dir' }, onDisk(full, `${path}/`));
    else if (entry.isSymbolicLink()) found[path] = `-> ${fs.readlinkSync(full)}`;
    else found[path] = fs.readFileSync(full).toString('hex');
  }
  return found;
}

const inWords = (node: Node): string => {
  if (node.is === 'link') return `-> ${node.to}`;
  if (node.is !== 'file') return node.is;
  return Buffer.concat([node.bytes, Buffer.alloc(node.size - node.bytes.length)]).toString('hex');
};

function built({ log }: TraceImport): Record<string, string> {
  const image = imageAfter(log, log.events.length);
  return Object.fromEntries([...image].map(([path, node]) => [path, inWords(node)]));
}

type Program = readonly [what: string, program: string];

const buildable: readonly Program[] = [
  [
    'writes of all kinds',
    `
fd = os.open('f', os.O_RDWR | os.O_CREAT)
os.write(fd, b'0123456789' * 10); os.pwrite(fd, b'AB', 3); os.lseek(fd, 20, 0); os.write(fd, b'C"\\n\\\\')
os.writev(fd, [b'one', b'two', b'']); os.pwritev(fd, [b'x', b'yz'], 50); os.read(fd, 5); os.write(fd, b'after a read')
os.pread(fd, 5, 0); os.write(fd, b'!'); os.ftruncate(fd, 300); os.lseek(fd, -4, 2); os.write(fd, b'longer')
log = os.open('log', os.O_WRONLY | os.O_CREAT | os.O_APPEND)
os.write(log, b'a'); os.pwrite(log, b'b', 0); os.lseek(log, 0, 0); os.write(log, b'c'); os.truncate('f', 200)`,
  ],
  [
    'descriptors that are duplicated, in a child too',
    `
a = os.open('f', os.O_RDWR | os.O_CREAT)
b = os.dup(a); os.write(a, b'one'); os.write(b, b'two'); os.dup2(b, 77); os.close(a); os.close(b); os.write(77, b'three')
c = fcntl.fcntl(77, fcntl.F_DUPFD_CLOEXEC, 100); os.write(c, b'four')
fcntl.fcntl(c, fcntl.F_SETFL, os.O_APPEND); os.lseek(77, 0, 0); os.write(77, b'end')
if os.fork() == 0:
    os.write(c, b'child'); os.close(77); d = os.open('own', os.O_WRONLY | os.O_CREAT); os.write(d, b'mine'); os._exit(0)
os.wait(); os.write(77, b'parent')
e = os.open('g', os.O_WRONLY | os.O_CREAT); os.write(e, b'g'); os.closerange(3, 200)
e = os.open('h', os.O_WRONLY | os.O_CREAT); os.write(e, b'h')`,
  ],
  [
    'names, by directories and without',
    `
os.mkdir('d'); os.mkdir('d/e'); d = os.open('d', os.O_RDONLY)
f = os.open('f', os.O_WRONLY | os.O_CREAT, dir_fd=d); os.write(f, b'f'); os.rename('f', 'g', src_dir_fd=d, dst_dir_fd=d)
os.link('d/g', 'h'); os.symlink('nowhere', 'd/l'); os.symlink('d/g', 'to'); os.rename('d', 'moved')
os.chdir('moved'); open('in cwd', 'w').write('x'); os.unlink('l'); os.mkdir('gone'); os.rmdir('gone'); os.unlink('g', dir_fd=d)
t = os.open('e/t.tmp', os.O_WRONLY | os.O_CREAT | os.O_EXCL); os.write(t, b'new'); os.fsync(t); os.replace('e/t.tmp', '../h')
open('../to', 'a').close() if False else None
os.unlink('../to'); open('e/again', 'w').write('1'); open('e/again', 'w').write('22')`,
  ],
  [
    'copies and room',
    `
a = os.open('a', os.O_RDWR | os.O_CREAT); os.write(a, b'0123456789' * 100)
b = os.open('b', os.O_RDWR | os.O_CREAT); os.sendfile(b, a, 5, 100); os.copy_file_range(a, b, 50, offset_src=10)
os.posix_fallocate(b, 0, 5000); os.lseek(a, 0, 0); os.sendfile(b, a, None, 7); os.sync()`,
  ],
  [
    'threads, one after the other',
    `
def work(n):
    f = os.open('t%d' % n, os.O_WRONLY | os.O_CREAT); os.write(f, b'x' * n); os.fsync(f); shared.append(f)
shared = []
for n in range(5):
    t = threading.Thread(target=work, args=(n,)); t.start(); t.join()
for f in shared: os.write(f, b'main')`,
  ],
];

const named: readonly Program[] = [
  [
    'mmap: a writable shared map',
    `
f = os.open('f', os.O_RDWR | os.O_CREAT); os.write(f, b'x' * 4096); m = mmap.mmap(f, 4096); m[0:1] = b'y'; m.flush()`,
  ],
  ['openat with O_DIRECT', `os.open('f', os.O_WRONLY | os.O_CREAT | os.O_DIRECT)`],
  ['write: strace cut what it was given', `open('f', 'wb').write(b'x' * 200000)`],
  ["rename across the store's border", `open('../out', 'w').write('1'); os.rename('../out', 'in')`],
  [
    "sendfile from a file that is not the store's",
    `
a = os.open('../out', os.O_RDWR | os.O_CREAT); os.write(a, b'1'); f = os.open('f', os.O_WRONLY | os.O_CREAT); os.sendfile(f, a, 0, 1)`,
  ],
  ['a path through a symbolic link', `os.mkdir('d'); os.symlink('d', 'l'); os.mkdir('l/e')`],
];

const beside: Program = [
  'beside',
  `
open('/dev/null', 'w').write('1'); os.mkdir('../beside'); os.chdir('..'); os.rename('beside', 'moved'); open('../../far', 'w').write('1')`,
];

describe('the trace of a program', () => {
  it.each(buildable.map(([what], i) => [what, i] as const))(
    'builds what stands on disk: %s',
    (_, i) => {
      const { root, found } = storeOf('all', i);
      expect(found.log.notModelled).toEqual([]);
      expect(built(found)).toEqual(onDisk(root));
      expect(found.log.events.length).toBeGreaterThan(8);
    },
  );

  it.each(named.map(([what], i) => [what, i] as const))(
    'names what it cannot model: %s',
    (what, i) => {
      expect(storeOf('all', buildable.length + i).found.log.notModelled).toContain(what);
    },
  );

  it('tells of what it changes beside the store and far away, and of no device', () => {
    const { root, found } = storeOf('all', buildable.length + named.length);
    const far = join(world, 'far');
    const here = found
      .outside()
      .filter((path) => [dirname(root), far].includes(dirname(path)) || path === far);
    expect(here).toEqual([join(dirname(root), 'beside'), join(dirname(root), 'moved'), far]);
    expect(found.outside().some((path) => path.startsWith('/dev/null'))).toBe(false);
    expect(found.log.notModelled).toEqual([]);
  });

  it('has errors that were injected in the log as calls without an effect', () => {
    const program = `
f = os.open('f', os.O_RDWR | os.O_CREAT)
for call in (lambda: os.pwrite(f, b'abc', 0), lambda: os.fsync(f), lambda: os.mkdir('d')):
    try: call()
    except OSError: pass
os.fsync(f)`;
    const inject = ['pwrite64:error=ENOSPC', 'fsync:error=EIO:when=1', 'mkdir:error=EROFS'];
    traced('injected', [program], ...inject.flatMap((one) => ['-e', `inject=${one}`]));
    const { found } = storeOf('injected', 0);
    const failures = found.log.events.flatMap((event) =>
      event.is === 'call' && event.failed ? [[event.call.do, event.failed]] : [],
    );
    expect(failures).toEqual([
      ['write', { errno: 'ENOSPC', injected: true }],
      ['sync', { errno: 'EIO', injected: true }],
      ['name', { errno: 'EROFS', injected: true }],
    ]);
    const account = found.calls.map(({ call, failed, path }) => [call, path, failed]);
    expect(account).toEqual([
      ['openSync', 'f', undefined],
      ['writeSync', 'f', 'ENOSPC'],
      ['fsyncSync', 'f', 'EIO'],
      ['mkdirSync', 'd', 'EROFS'],
      ['fsyncSync', 'f', undefined],
    ]);
    expect(built(found)).toEqual({ f: '' });
  }, slow); // prettier-ignore
});
