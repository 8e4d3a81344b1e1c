import { fileGiven, flagsGiven } from './given.ts';
import { sharingOf } from './processes.ts';
import { notModelled, type Turn } from './state.ts';

/** Calls behind which files change without being named, or names mean something else. */
export const unseenCalls = [
  'io_uring_setup', 'io_uring_enter', 'io_setup', 'io_submit',
  'chroot', 'pivot_root', 'mount', 'umount2', 'setns', 'open_tree', 'move_mount',
] as const; // prettier-ignore

/** Behind it nobody knows what the process does to files. */
export function unseen({ state, syscall }: Turn): void {
  if ((syscall.result.value ?? -1) >= 0) notModelled(state, syscall.name);
}

/** Requests of `ioctl` that neither change a file nor what its calls mean. */
const harmless =
  /^(?:TC|TIO|FION|FIOCLEX|FIOASYNC|FIOQSIZE|FIGETBSZ|BLK.*GET|FS_IOC_GET|FS_IOC_FSGET|FS_IOC_FIEMAP|FIBMAP|EXT4_IOC_GET)/;

/** `ioctl` of a file of the store: content that is shared, a flag that makes writes durable. */
export function control(turn: Turn): void {
  const { state, syscall } = turn;
  const [fd, request] = syscall.args;
  if ((syscall.result.value ?? -1) < 0 || fileGiven(turn, fd) === null) return;
  const said = request?.is === 'word' ? request.text : 'of a number';
  if (!harmless.test(said)) notModelled(state, `ioctl ${said}`);
}

/** What makes a process that no tracer is told of, or parts what threads were seen to share. */
export function share({ state, proc, syscall }: Turn): void {
  const { name } = syscall;
  if ((syscall.result.value ?? -1) < 0) return;
  if (name.startsWith('execve')) {
    proc.maps = [];
    return;
  }
  const given = name === 'unshare' ? flagsGiven(syscall.args[0]).join('|') : sharingOf(syscall);
  const hidden = /CLONE_(?:UNTRACED|NEWNS|NEWUSER)/.exec(given)?.[0];
  const parted = name === 'unshare' ? /CLONE_(?:FILES|FS)/.exec(given)?.[0] : undefined;
  const what = hidden ?? parted;
  if (what !== undefined) notModelled(state, `${name} with ${what}`);
}
