// The program that `policies-apart.ts` runs: a directory and a limit of bytes in, one JSON object
// out.
import { roleOf } from '../../spec/session-store-v2/survey.ts';
import { isForeign } from './inspect.ts';
import { judgePolicies } from './policies.ts';
import { readImage } from './read.ts';

const [root = '', limit = '0'] = process.argv.slice(2);
const { image, problems } = readImage(root, {
  entries: 200_000,
  depth: 16,
  fileBytes: Number(limit),
  totalBytes: Number(limit),
  closed: isForeign,
  hollow: (path) => roleOf(path) === '',
});
const changed = problems.find((p) => p.code !== 'hole_assumed');
const answer =
  changed === undefined
    ? judgePolicies(image)
    : { leftOut: `the store changed meanwhile (${changed.code})` };
process.stdout.write(JSON.stringify(answer));
