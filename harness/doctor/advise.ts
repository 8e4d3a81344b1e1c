/** What was found on a machine; null where it is not there or could not be asked. */
export interface Probes {
  readonly platform: string;
  /** As `process.versions.node`. */
  readonly node: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** `why` says what reach traced lacks. */
  readonly trace:
    { readonly ok: true; readonly version: string } | { readonly ok: false; readonly why: string };
  /** `/dev/shm`, where syncs cost nothing. */
  readonly shm: Place | null;
  /** The folder for temporary files. */
  readonly temporary: Place | null;
  readonly python: string | null;
  readonly cargo: string | null;
  /** True where Debian's packages can be installed. */
  readonly apt: boolean;
}

/** A folder that can be written to. */
export interface Place {
  readonly fileSystem: string;
  readonly freeBytes: number;
}

/** One thing of the machine. `ok` is false where something cannot be done without it. */
export interface Found {
  readonly what: string;
  readonly has: string;
  readonly ok: boolean;
  /** What that means, or what to do; empty where there is nothing to say. */
  readonly means: string;
}

/** Whether a reach can be had here. */
export interface ReachHere {
  readonly reach: 'in process' | 'images' | 'traced';
  readonly works: boolean;
  readonly why: string;
}

export interface Diagnosis {
  readonly found: readonly Found[];
  readonly reaches: readonly ReachHere[];
}

/** What images need beside the state that is tried: a few stores for each worker. */
const smallPlaceBytes = 256 * 1024 * 1024;

/** The least version of Node, as package.json has it. */
export const leastNode = [20, 19] as const;

/** What a machine allows, from what was found on it. */
export function diagnose(probes: Probes): Diagnosis {
  const node = isNodeNew(probes.node);
  const hasPlace = probes.shm !== null || probes.temporary !== null;
  const place = probes.shm === null ? 'a temporary folder on a disk: each sync is waited for' : '';
  const images = node && hasPlace;
  const traced = images && probes.trace.ok;
  return {
    found: [
      nodeFound(probes.node),
      {
        what: 'cores',
        has: String(probes.cores),
        ok: true,
        means: `check uses ${Math.min(4, probes.cores)} workers unless -j says otherwise`,
      },
      { what: 'memory', has: size(probes.memoryBytes), ok: true, means: '' },
      shmFound(probes),
      temporaryFound(probes.temporary),
      traceFound(probes),
      programFound('python3', probes.python, 'the starter port in ports/python cannot be run'),
      programFound('cargo', probes.cargo, 'the starter port in ports/rust cannot be built'),
      {
        what: 'apt-get',
        has: probes.apt ? 'yes' : 'no',
        ok: true,
        means: probes.apt ? 'what is missing can be installed by it' : '',
      },
    ],
    reaches: [
      {
        reach: 'in process',
        works: node,
        why: node ? 'TypeScript ports, on a disk in memory' : tooOld,
      },
      {
        reach: 'images',
        works: images,
        why: images ? place || 'any program that speaks the protocol' : node ? noPlace : tooOld,
      },
      {
        reach: 'traced',
        works: traced,
        why: traced
          ? 'its system calls are recorded, and made to fail'
          : images
            ? whyNot(probes)
            : 'it needs what reach images needs',
      },
    ],
  };
}

const tooOld = `Node ${leastNode.join('.')} or newer is needed`;
const noPlace = 'there is no folder to put stores into';

function isNodeNew(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > leastNode[0] || (major === leastNode[0] && minor >= leastNode[1]);
}

function nodeFound(version: string): Found {
  const ok = isNodeNew(version);
  return { what: 'node', has: version, ok, means: ok ? '' : tooOld };
}

function shmFound({ shm, platform }: Probes): Found {
  if (shm === null) {
    const means = 'stores of ports lie on a disk, where each sync is waited for';
    return { what: '/dev/shm', has: 'no', ok: platform !== 'linux', means };
  }
  const isSmall = shm.freeBytes < smallPlaceBytes;
  const means = isSmall ? `under ${size(smallPlaceBytes)}: stores may not fit` : '';
  return { what: '/dev/shm', has: placeText(shm), ok: !isSmall, means };
}

function temporaryFound(temporary: Place | null): Found {
  const what = 'temporary folder';
  if (temporary === null) return { what, has: 'not writable', ok: false, means: 'set TMPDIR' };
  return { what, has: placeText(temporary), ok: true, means: '' };
}

function traceFound({ trace, apt }: Probes): Found {
  if (trace.ok) return { what: 'strace', has: trace.version, ok: true, means: '' };
  const cure = apt ? 'apt-get install strace util-linux coreutils, or see what it says' : '';
  return { what: 'strace', has: `no: ${trace.why}`, ok: false, means: cure };
}

function programFound(what: string, version: string | null, means: string): Found {
  return { what, has: version ?? 'no', ok: version !== null, means: version === null ? means : '' };
}

function whyNot({ trace }: Probes): string {
  return trace.ok ? '' : trace.why;
}

function placeText({ fileSystem, freeBytes }: Place): string {
  return `${fileSystem}, ${size(freeBytes)} free`;
}

/** Bytes as people read them, in powers of 1,024. */
function size(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let [value, unit] = [bytes, 0];
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
