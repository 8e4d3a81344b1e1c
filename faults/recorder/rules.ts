import { constants } from 'node:fs';
import { fail, fsError, type Errno } from '../disk/errno.ts';
import { syncsOf } from '../disk/flags.ts';
import type { MemCore, MemFile } from './memory.ts';
import type { RecordedNode } from './node.ts';
import { VOLUME_FILE_BYTES_MAX } from './plant.ts';
import { tapedSync, type Tape } from './tape.ts';

const { O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_NONBLOCK } = constants;
const ACCESS = 3;
/** Linux: `__O_TMPFILE`, and `O_PATH`; Node names neither. */
const NOT_SERVED = 0o20000000 | 0o10000000;

/** Lets open files do only what they were opened for, which memfs does not ask. */
export function openFileRules(core: MemCore, tape: Tape): void {
  openRules(core, tape);
  readRules(core);
  writeRules(core, tape);
}

function openRules(core: MemCore, tape: Tape): void {
  const openFile = core.openFile.bind(core);
  const openLink = core.openLink.bind(core);
  core.openFile = (path, flags, mode, follow) => {
    if ((flags & NOT_SERVED) !== 0) {
      tape.notModelled.add('open with O_TMPFILE or O_PATH');
      fail('EOPNOTSUPP', 'open', path);
    }
    return openFile(path, flags, mode === undefined ? mode : mode & ~0o022, follow);
  };
  core.openLink = (link, flags, follow, path = link.getPath()) => {
    const node = link.getNode() as RecordedNode;
    if (node.isDirectory() && (flags & (O_TRUNC | O_CREAT)) !== 0) fail('EISDIR', 'open', path);
    if (node.other !== null) refuseOther(tape, flags, path);
    return openLink(link, flags, follow, path);
  };
}

/** A fifo without a peer would block for ever; here that is an error, so that no run hangs. */
function refuseOther(tape: Tape, flags: number, path: string): void {
  if ((flags & O_NONBLOCK) !== 0) {
    if ((flags & ACCESS) === O_WRONLY) fail('ENXIO', 'open', path);
    return;
  }
  tape.notModelled.add('open of a fifo or device blocks');
  const error = fsError('EDEADLK', 'open', path);
  error.message = `EDEADLK: a real process would wait here for ever, open '${path}'`;
  throw error;
}

const reads = (file: MemFile): boolean => (file.flags & ACCESS) !== O_WRONLY;
const writes = (file: MemFile): boolean => {
  const access = file.flags & ACCESS;
  return access === O_WRONLY || access === O_RDWR;
};

/** Throws what Linux answers to a read through this descriptor; memfs answers with no bytes. */
export function mayRead(core: MemCore, fd: number): void {
  const file = core.getFileByFdOrThrow(fd, 'read');
  if (!reads(file)) fail('EBADF', 'read');
  if (file.node.isDirectory()) fail('EISDIR', 'read');
}

function readRules(core: MemCore): void {
  const read = core.read.bind(core);
  const readv = core.readv.bind(core);
  core.read = (fd, into, offset, length, at) => {
    if (length > 0) mayRead(core, fd);
    return read(fd, into, offset, length, at);
  };
  core.readv = (fd, into, at) => {
    mayRead(core, fd);
    return readv(fd, into, at);
  };
}

function writeRules(core: MemCore, tape: Tape): void {
  const write = core.write.bind(core);
  const ftruncate = core.ftruncate.bind(core);
  core.write = (fd, bytes, offset, length, at) => {
    const file = core.getFileByFdOrThrow(fd, 'write');
    if (!writes(file) || file.node.isDirectory()) fail('EBADF', 'write');
    const count = length ?? bytes.length;
    if (count === 0 || (file.node as RecordedNode).other !== null) return count;
    if (Math.max(at ?? 0, file.node.size) + count > VOLUME_FILE_BYTES_MAX) tooBig(tape, 'write');
    const { position } = file;
    const written = write(fd, bytes, offset, length, at);
    // An appending descriptor does not move where it was told a position.
    if (typeof at === 'number' && at >= 0) file.position = position;
    const syncs = syncsOf(file.flags);
    if (syncs !== 'none' && written > 0) tapedSync(tape, file.node.ino, syncs === 'data');
    return written;
  };
  core.ftruncate = (fd, length = 0) => {
    const file = core.getFileByFdOrThrow(fd, 'ftruncate');
    if (!writes(file) || !file.node.isFile()) fail('EINVAL', 'ftruncate');
    if (length > VOLUME_FILE_BYTES_MAX) tooBig(tape, 'ftruncate');
    ftruncate(fd, length);
  };
}

function tooBig(tape: Tape, syscall: string): never {
  tape.notModelled.add(`a file of more than ${VOLUME_FILE_BYTES_MAX} bytes`);
  const errno: Errno = 'EFBIG';
  return fail(errno, syscall);
}
