import { describe, expect, it } from 'vitest';
import type { Injecting } from './state.ts';
import { importOf } from './testing-import.ts';

describe('lines of a trace', () => {
  const open = (tid: number, name: string, fd: number): string =>
    `${tid} openat(AT_FDCWD</s>, "${name}", O_RDWR|O_CREAT, 0666) = ${fd}</s/${name}>`;

  it('are in the order in which calls return, and say so where there is none', () => {
    const thread = '1 clone3({flags=CLONE_VM|CLONE_FILES|CLONE_THREAD, exit_signal=0}, 88) = 2';
    const together = importOf(
      [
        thread,
        open(1, 'f', 3),
        '1 pwrite64(3</s/f>, "one", 3, 0 <unfinished ...>',
        '2 fsync(3</s/f> <unfinished ...>',
        '1 <... pwrite64 resumed>) = 3',
        '2 <... fsync resumed>) = 0',
      ],
      '/s',
    );
    expect(together.log.notModelled).toEqual(['pwrite64 and fsync at the same time']);
    const apart = importOf(
      [
        thread,
        open(1, 'f', 3),
        open(1, 'g', 4),
        '1 pwrite64(3</s/f>, "one", 3, 0 <unfinished ...>',
        '2 pwrite64(4</s/g>, "two", 3, 0) = 3',
        '1 <... pwrite64 resumed>) = 3',
        '2 fsync(3</s/f>) = 0',
      ],
      '/s',
    );
    expect(apart.log.notModelled).toEqual([]);
    const last = apart.log.events.slice(-3).map((e) => e.is === 'call' && e.call);
    expect(last).toMatchObject([{ ino: 3 }, { ino: 2 }, { do: 'sync', ino: 2 }]);
  });

  const namedIn = (...lines: readonly string[]): readonly string[] =>
    importOf([open(1, 'f', 3), ...lines], '/s').log.notModelled;
  const syncsIn = (...lines: readonly string[]): number => {
    const { log } = importOf([open(1, 'f', 3), ...lines], '/s');
    return log.events.filter((e) => e.is === 'call' && e.call.do === 'sync').length;
  };

  it('go by where a descriptor leads, and not by its number', () => {
    expect(syncsIn('1 fsync(3</s/f>) = 0')).toBe(1);
    expect(syncsIn('1 fsync(3</elsewhere/f>) = 0', '1 fsync(3<pipe:[7]>) = 0')).toBe(0);
    expect(namedIn('1 fsync(3<pipe:[7]>) = 0', '1 fsync(3</s/f>) = 0')).toEqual([
      'fsync of a file that was not seen being opened',
    ]);
  });

  it('keep a file whose name was removed apart from one that has the name now', () => {
    const found = importOf(
      [
        open(1, 'f', 3),
        '1 unlink("f") = 0',
        open(1, 'f', 4),
        '1 write(3</s/f>(deleted), "old", 3) = 3',
        '1 fsync(3</s/f>(deleted)) = 0',
        '1 close(3</s/f>(deleted)) = 0',
        '1 write(3</s/f>(deleted), "older", 5) = 5',
      ],
      '/s',
    );
    expect(found.log.notModelled).toEqual([]);
    const touched = found.log.events.map((e) => e.is === 'call' && 'ino' in e.call && e.call.ino);
    expect(touched).toEqual([2, null, 3, 2, 2]);
    const link = '1 openat(AT_FDCWD</s>, "/proc/self/fd/3", O_RDWR) = 5</s/f>(deleted)';
    expect(namedIn('1 unlink("f") = 0', open(1, 'f', 4), link)).toEqual([
      'openat of a file without a name',
    ]);
  });

  it('take syncfs for what it reaches', () => {
    expect(syncsIn('1 syncfs(3</s/f>) = 0')).toBe(2);
    expect(syncsIn('1 syncfs(5</mnt/f>) = 0', '1 syncfs(5</>) = 0')).toBe(0);
    expect(namedIn('1 syncfs(5</mnt/f>) = 0')).toEqual([
      'syncfs of what may be another file system',
    ]);
  });

  it('tell of a shared map that is made writable later', () => {
    const map = '1 mmap(NULL, 8192, PROT_READ, MAP_SHARED, 3</s/f>, 0) = 0x7000';
    const write = '1 mprotect(0x8000, 4096, PROT_READ|PROT_WRITE) = 0';
    const says = ['mprotect: a shared map that becomes writable'];
    expect(namedIn(map)).toEqual([]);
    expect(namedIn(map, write)).toEqual(says);
    expect(namedIn(map, '1 mremap(0x7000, 8192, 4096, MREMAP_MAYMOVE) = 0x7000', write)).toEqual(
      [],
    );
    expect(namedIn(map, '1 munmap(0x8000, 4096) = 0', write)).toEqual([]);
    expect(namedIn(map, '1 execve("/bin/x", ["x"], 0x1 /* 2 vars */) = 0', write)).toEqual([]);
    const moved = '1 mremap(0x7000, 8192, 8192, MREMAP_MAYMOVE) = 0x9000';
    expect(namedIn(map, moved, write)).toEqual([]);
    expect(namedIn(map, moved, '1 mprotect(0xa000, 1, PROT_WRITE) = 0')).toEqual(says);
    expect(namedIn(map, '1 mprotect(0x9000, 4096, PROT_WRITE) = 0')).toEqual([]);
  });

  it('name what changes the meaning of names, descriptors and writes', () => {
    const flags = 'flags=CLONE_VM|CLONE_FILES|CLONE_UNTRACED|CLONE_THREAD';
    expect(namedIn(`1 clone3({${flags}, exit_signal=0}, 88) = 2`)).toEqual([
      'clone3 with CLONE_UNTRACED',
    ]);
    expect(namedIn('1 unshare(CLONE_FILES) = 0')).toEqual(['unshare with CLONE_FILES']);
    expect(namedIn('1 chroot("/x") = 0')).toEqual(['chroot']);
    expect(namedIn('1 fcntl(3</s/f>, F_SETFL, O_RDWR|O_DIRECT) = 0')).toEqual([
      'fcntl with O_DIRECT',
    ]);
    expect(namedIn('1 rename("/proc/self/fd/5/f", "/proc/self/cwd/g") = 0')).toEqual([
      'a change by a path through /proc',
    ]);
    const swap = '1 renameat2(AT_FDCWD</s>, "f", AT_FDCWD</s>, "g", RENAME_EXCHANGE)';
    expect(namedIn(`${swap} = 0`)).toEqual(['renameat2 that exchanges']);
  });

  it('pass over what was refused, and what says nothing about files', () => {
    const refused = ' = -1 EPERM (Operation not permitted)';
    const swap = '1 renameat2(AT_FDCWD</s>, "f", AT_FDCWD</s>, "g", RENAME_EXCHANGE)';
    expect(
      namedIn(
        `1 io_uring_setup(64, {flags=0})${refused}`,
        `1 chroot("/x")${refused}`,
        `1 unshare(CLONE_FILES)${refused}`,
        `1 ioctl(3</s/f>, BTRFS_IOC_CLONE or FICLONE, 4)${refused}`,
        `${swap}${refused}`,
        '1 ioctl(3</s/f>, FIOCLEX) = 0',
        '1 unshare(CLONE_NEWUTS) = 0',
      ),
    ).toEqual([]);
  });

  it('are worth nothing where an error hit another call than was meant, or was not ordered', () => {
    const said = (injecting: Injecting | undefined, line: string): readonly unknown[] => {
      const told: string[] = [];
      const options = { told: (what: string) => void told.push(what) };
      const watched = injecting === undefined ? options : { ...options, injecting };
      const { log, calls } = importOf([open(1, 'f', 3), line], '/s', watched);
      return [log.notModelled, told, calls.at(-1)?.failed];
    };
    const failed = ' = -1 EIO (Input/output error) (INJECTED)';
    const foreign = `1 pread64(7</sys/x>, "", 9, 0)${failed}`;
    const hit = 'an injected error that hit pread64 of another file';
    expect(said({}, `1 fsync(3</s/f>)${failed}`)).toEqual([[], [], 'EIO']);
    expect(said({}, foreign)).toEqual([[hit], [], undefined]);
    const unordered = 'an injected error that nobody ordered';
    expect(said(undefined, foreign)).toEqual([[unordered], [unordered], undefined]);
  });

  it('share between threads what clone says that they share', () => {
    const thread = (flags: string): string =>
      `1 clone(child_stack=NULL, flags=${flags}|SIGCHLD, child_tidptr=0x1) = 2`;
    const moves = '2 chdir("/s/d") = 0';
    const makes = '1 mkdir("e", 0777) = 0';
    const names = (...lines: readonly string[]): readonly string[] => {
      const { log } = importOf(['1 chdir("/s") = 0', '1 mkdir("d", 0777) = 0', ...lines], '/s');
      return log.events.flatMap((e) =>
        e.is === 'call' && e.call.do === 'name' ? [e.call.at] : [],
      );
    };
    expect(names(thread('CLONE_FILES'), moves, makes)).toEqual(['d', 'e']);
    expect(names(thread('CLONE_FILES|CLONE_FS'), moves, makes)).toEqual(['d', 'd/e']);
  });

  it('name calls that can change files without being seen, and unknown ones with a descriptor', () => {
    const found = importOf(
      [
        open(1, 'f', 3),
        '1 io_uring_setup(64, {flags=0}) = 5<anon_inode:[io_uring]>',
        '1 splice(7<pipe:[1]>, NULL, 3</s/f>, NULL, 10, 0) = 10',
        '1 splice(7<pipe:[1]>, NULL, 8<pipe:[2]>, NULL, 10, 0) = 10',
        '1 write(9</s/f>, "x", 1) = 1',
        '1 ioctl(3</s/f>, BTRFS_IOC_CLONE or FICLONE, 4) = 0',
        '1 ioctl(3</s/f>, _IOC(_IOC_WRITE, 0x58, 0x24, 0x30), 0x7ffc) = 0',
      ],
      '/s',
    );
    expect(found.log.notModelled).toEqual([
      'io_uring_setup',
      'splice',
      'write of a file that was not seen being opened',
      'ioctl BTRFS_IOC_CLONE or FICLONE',
      'ioctl _IOC(_IOC_WRITE, 0x58, 0x24, 0x30)',
    ]);
  });
});
