import { clausesOf, planOf, type Subject } from '../../harness/plan.ts';
import type { CheckRequest } from '../../harness/engine.ts';
import { shown } from '../../harness/lib/shown.ts';
import { counted, thousands } from '../../harness/report/numbers.ts';

type AnySubject = Subject<unknown, unknown, unknown, unknown>;

/** Every clause of the kinds of a run, and what would become of it: a line each. */
export function clauseLines(request: CheckRequest, subjects: readonly AnySubject[]): string[] {
  return subjects.flatMap((subject) => [
    '',
    `${subject.trial.kind.name} (${shown(subject.by)})`,
    ...ofSubject(request, subject),
  ]);
}

function ofSubject(request: CheckRequest, subject: AnySubject): string[] {
  const { kind, policy } = subject.trial;
  const plan = clausesOf(subject, chosenBy(request));
  const aside = [...plan.notScored, ...plan.notApplicable];
  const standing = (id: string): string => {
    const own = aside.find((one) => one.clause === id);
    const untested = plan.notTested.find((one) => one.startsWith(`${id} `));
    if (own !== undefined) return own.why;
    if (untested !== undefined) return `not tested ${untested.slice(id.length + 1)}`;
    return plan.judged.some((one) => one.id === id) ? 'counts' : 'not selected';
  };
  const clauses = kind.clauses.filter((one) => one.policies.includes(policy));
  const width = Math.max(...clauses.map((one) => one.id.length));
  return clauses.map(({ id, level, since, text }) => {
    const columns = [id.padEnd(width), level.padEnd(6), since.padEnd(6)];
    return shown(`  ${columns.join('  ')}  ${standing(id)}: ${text}`);
  });
}

/** What a run would do, fixed before it begins. */
export function planLines(request: CheckRequest, subjects: readonly AnySubject[]): string[] {
  const { depth, policy, seed, port } = request;
  const reach = port === undefined ? 'in process' : `reach ${port.reach}`;
  return [
    `depth ${depth.name} · policy ${policy} · ${reach} · seed ${seed}`,
    ...subjects.flatMap((subject) => {
      const plan = planOf(subject, depth, chosenBy(request));
      const { must, should, notScored = [], notApplicable = [], histories, least } = plan;
      const aside = [
        ...(notApplicable.length === 0 ? [] : [`not applicable ${notApplicable.length}`]),
        ...(notScored.length === 0 ? [] : [`not scored ${notScored.length}`]),
      ];
      return [
        '',
        `${plan.kind} (${shown(plan.port)})`,
        `  clauses     ${[`MUST ${must.length}`, `SHOULD ${should.length}`, ...aside].join(' · ')}`,
        `  histories   ${thousands(histories)} of ${counted(depth.operations, 'operation')}, at least ${least}`,
        `  rungs       ${plan.rungs.join(', ')}`,
        `  models      ${plan.models.join(', ') || 'none'}`,
        ...plan.notTested.map(
          (one, i) => `  ${i === 0 ? 'not tested' : '          '}  ${shown(one)}`,
        ),
      ];
    }),
    '',
    `nothing was run; to run it: npx ${shown(request.command)}`,
  ];
}

function chosenBy({ select, expect }: CheckRequest): Parameters<typeof clausesOf>[1] {
  return { select, waivers: expect?.waivers };
}
