import { fail, fsError, type Errno } from '../disk/errno.ts';
import { memEvents, type MemCore, type MemLink } from './memory.ts';

/** Lets names change as on Linux where memfs does otherwise, or loses what stood there. */
export function nameRules(core: MemCore): void {
  core.getLinkParentAsDirOrThrow = (path, syscall = 'stat') => {
    const text = typeof path === 'string' ? path : `/${path.join('/')}`;
    return parentOf(core, text, (code) => fail(code, syscall, text)).dir;
  };
  const unlink = core.unlink.bind(core);
  core.unlink = (path) => {
    const at = core.walk(path, false, false, false);
    if (at.ok && at.value?.getNode().isDirectory() === true) fail('EISDIR', 'unlink', path);
    unlink(path);
  };
  core.rename = (from, to) => rename(core, from, to);
  core.link = (existing, path) => link(core, existing, path);
  core.rm = (path, force, recursive) => remove(core, path, force === true, recursive === true);
  const mkdirp = core.mkdirp.bind(core);
  core.mkdirp = (path, mode) => {
    const missing = firstMissing(core, path);
    if (missing === null) return undefined;
    mkdirp(path, mode);
    return missing;
  };
}

type Refuse = (code: Errno) => never;

/** The directory that holds the last name of a path, and that name. */
function parentOf(core: MemCore, path: string, refuse: Refuse): { dir: MemLink; name: string } {
  const steps = core.filenameToSteps(path);
  const name = steps.pop() ?? '';
  const walked = core.walk(`/${steps.join('/')}`, true, true, false);
  if (!walked.ok) return refuse(walked.err.code as Errno);
  const dir = walked.value;
  if (dir === null) return refuse('ENOENT');
  if (!dir.getNode().isDirectory()) return refuse('ENOTDIR');
  return { dir, name };
}

function rename(core: MemCore, from: string, to: string): void {
  const refuse = (code: Errno): never => fail(code, 'rename', from, to);
  const old = parentOf(core, from, refuse);
  const next = parentOf(core, to, refuse);
  if (old.name === '' || next.name === '') refuse('EBUSY');
  const moved = old.dir.children.get(old.name) ?? refuse('ENOENT');
  const target = next.dir.children.get(next.name);
  const refused = renameRefusal(moved, old.dir, next.dir, target);
  if (refused !== null) refuse(refused);
  if (moved.getNode() === target?.getNode()) return;
  if (target !== undefined) {
    next.dir.deleteChild(target);
    target.getNode().nlink--;
  }
  const oldSteps = moved.steps;
  old.dir.deleteChild(moved);
  moved.name = next.name;
  moved.steps = [...next.dir.steps, next.name];
  next.dir.setChild(next.name, moved);
  const { steps } = moved;
  core.changes.emit({ type: memEvents.move, steps, node: moved.getNode(), link: moved, oldSteps });
}

function renameRefusal(
  moved: MemLink,
  from: MemLink,
  into: MemLink,
  target: MemLink | undefined,
): Errno | null {
  const isDir = moved.getNode().isDirectory();
  if (isDir && isWithin(into, moved)) return 'EINVAL';
  if (target === undefined || target === moved) return null;
  if (target.getNode().isDirectory() && isWithin(from, target)) return 'ENOTEMPTY';
  if (!isDir) return target.getNode().isDirectory() ? 'EISDIR' : null;
  if (!target.getNode().isDirectory()) return 'ENOTDIR';
  return isEmpty(target) ? null : 'ENOTEMPTY';
}

function isWithin(dir: MemLink, above: MemLink): boolean {
  // The top is its own parent.
  for (let at = dir; ; at = at.parent) {
    if (at === above) return true;
    if (at.parent === undefined || at.parent === at) return false;
  }
}

function isEmpty(dir: MemLink): boolean {
  for (const name of dir.children.keys()) if (name !== '.' && name !== '..') return false;
  return true;
}

function link(core: MemCore, existing: string, path: string): void {
  const refuse = (code: Errno): never => fail(code, 'link', existing, path);
  const from = core.walk(existing, false, true, false);
  if (!from.ok) return refuse(from.err.code as Errno);
  const { dir, name } = parentOf(core, path, refuse);
  if (from.value === null) return refuse('ENOENT');
  if (dir.children.has(name)) refuse('EEXIST');
  const node = from.value.getNode();
  if (node.isDirectory()) refuse('EPERM');
  node.nlink++;
  const made = dir.createChild(name, node);
  core.changes.emit({ type: memEvents.create, steps: made.steps, node, link: made });
}

/** Takes a link itself, never what it leads to. */
function remove(core: MemCore, path: string, force: boolean, recursive: boolean): void {
  const walked = core.walk(path, false, true, false);
  if (!walked.ok) {
    if (force && walked.err.code === 'ENOENT') return;
    fail(walked.err.code as Errno, 'lstat', path);
  }
  const found = walked.value;
  if (found === null || !found.getNode().isDirectory()) return core.unlink(path);
  if (!recursive) {
    const error = fsError('ERR_FS_EISDIR', 'rm', path);
    error.message = `Path is a directory: rm returned EISDIR (is a directory) ${path}`;
    throw Object.assign(error, { errno: 21 });
  }
  removeTree(core, found);
}

function removeTree(core: MemCore, dir: MemLink): void {
  for (const [name, entry] of Array.from(dir.children)) {
    if (entry === undefined || name === '.' || name === '..') continue;
    if (entry.getNode().isDirectory()) removeTree(core, entry);
    else core.unlink(entry.getPath());
  }
  core.changes.emit({ type: memEvents.delete, steps: dir.steps, node: dir.getNode(), link: dir });
  dir.parent?.deleteChild(dir);
}

/**
 * The first directory that `mkdir -p` would have to make; null where all stand already. A link that
 * leads nowhere is in its way.
 */
function firstMissing(core: MemCore, path: string): string | null {
  const steps = core.filenameToSteps(path);
  for (let count = 1; count <= steps.length; count++) {
    const part = `/${steps.slice(0, count).join('/')}`;
    const walked = core.walk(part, true, false, false);
    if (!walked.ok) fail(walked.err.code as Errno, 'mkdir', path);
    if (walked.value === null) {
      const itself = core.walk(part, false, false, false);
      if (itself.ok && itself.value !== null) fail('ENOENT', 'mkdir', path);
      return part;
    }
    if (walked.value.getNode().isDirectory()) continue;
    fail(count === steps.length ? 'EEXIST' : 'ENOTDIR', 'mkdir', path);
  }
  return null;
}
