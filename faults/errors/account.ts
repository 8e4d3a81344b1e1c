import { constants } from 'node:fs';
import type { Path } from '../../spec/lib/image.ts';
import type { AskedCall } from '../disk/around.ts';
import type { DiskState } from '../disk/state.ts';
import { needsBytes, type Usage } from './space.ts';
import type { CallMade, CallSite } from './types.ts';
import { writesFrom } from './would.ts';

/** What is still being learnt of a call. */
export type CallDraft = { -readonly [K in keyof CallMade]: CallMade[K] };

/** The account of every file call of a disk, in order. */
export interface Account {
  readonly calls: readonly CallMade[];
  /** The site of the call that began last. */
  readonly site: CallSite;
  begin(call: AskedCall): CallDraft;
  /** Told before `end` where a descriptor was handed out. */
  opened(call: Extract<AskedCall, { readonly name: 'openSync' }>, fd: unknown): void;
  end(call: AskedCall, draft: CallDraft): void;
}

/** An empty account of a disk. */
export function accountOf(state: DiskState, usage: Usage): Account {
  const calls: CallMade[] = [];
  const paths = new Map<number, Path>();
  let site: CallSite = { step: -1, nth: -1 };
  return {
    calls,
    get site() {
      return site;
    },
    begin: (call) => {
      const nth = site.step === state.step ? site.nth + 1 : 0;
      site = { step: state.step, nth };
      const draft: CallDraft = { ...site, call: call.name };
      if ('fd' in call) describeFd(state, call, paths, draft);
      else if (call.name !== 'symlinkSync') draft.path = shownPath(state.root, call.path);
      if ('to' in call) draft.to = shownPath(state.root, call.to);
      const needed = mayNeedSpace(call) ? needsBytes(state, call) : null;
      if (needed !== null) draft.spaceBytes = usage.usedBytes();
      return draft;
    },
    opened: (call, fd) => {
      if (typeof fd === 'number') paths.set(fd, shownPath(state.root, call.path));
    },
    end: (call, draft) => {
      if (call.name === 'closeSync' && state.fds[call.fd] === null) paths.delete(call.fd);
      calls.push(draft);
    },
  };
}

function describeFd(
  state: DiskState,
  call: Extract<AskedCall, { readonly fd: number }>,
  paths: ReadonlyMap<number, Path>,
  draft: CallDraft,
): void {
  const file = state.fds[call.fd];
  const path = paths.get(call.fd);
  if (path !== undefined) draft.path = path;
  if (file !== undefined && file !== null) {
    const { is } = file.inode;
    draft.on = is === 'file' || is === 'dir' ? is : 'other';
    if (call.name === 'writeSync') draft.from = writesFrom(file, call.position);
  }
  if (call.name === 'writeSync') draft.bytes = call.bytes.length;
  if (call.name === 'readSync') draft.bytes = call.length;
}

const spenders = new Set(['mkdirSync', 'symlinkSync', 'linkSync', 'renameSync', 'writeSync']);

/** False where a look at the flags or the name is enough to know that no space is needed. */
function mayNeedSpace(call: AskedCall): boolean {
  if (call.name === 'openSync') return (call.bits & constants.O_CREAT) !== 0;
  return spenders.has(call.name);
}

/** As the op log writes paths: relative below the root, '' for the root, absolute elsewhere. */
function shownPath(root: Path, path: Path): Path {
  if (path === root) return '';
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
}
