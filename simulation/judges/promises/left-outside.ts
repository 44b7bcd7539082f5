import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import type { Finding } from '../../log/findings.ts';
import type { InvocationRecord } from '../../log/invocation-record.ts';
import { hostsAnswering } from '../../organizations/hosts-answering.ts';
import { allowancesSoFar } from '../emergencies/allowances.ts';
import type { Edges } from '../leaf.ts';
import type { JudgeContext, Watch } from '../watch.ts';

type Look = { at: number; outside: string[]; returned: boolean };

/**
 * Judges that after a halt the current leaf of each client gets in, as far as our runs moved the
 * client to it. A client that could go back to its previous leaf when Restore looked, and still could
 * at the end, has been left outside.
 */
export function createOutsideWatch(context: JudgeContext, edges: Edges): Watch {
  const { replay, scenario } = context;
  const looks = new Map<string, Look>();
  const trustAt = new Map<string, number>();

  function ended(at: number, execution: string): Finding[] {
    const look = looks.get(execution);
    // A Restore that failed has said so, and neither keeps nor breaks a promise. In the
    // end other judges look as well.
    if (!look?.returned) return [];
    const isSettled = (client: string): boolean => {
      const project = scenario.clients.find(({ name }) => name === client)?.project ?? '';
      const since = [trustAt.get(project), trustAt.get(ORGANIZATION), replay.state.outsiderAt.get(client)];
      return since.every((time = 0) => time < look.at);
    };
    const still = outsideNow(at, look.outside, context, edges).filter(isSettled);
    return still.map((client) => ({
      kind: 'outside',
      at,
      what: `${execution} halted and left ${client} on a leaf that is turned away, though its previous one gets in`,
    }));
  }

  return (event) => {
    const { at } = event;
    if (event.what === 'trust') trustAt.set(event.scope, at);
    else if (event.what === 'invoked' && event.step === 'restore') {
      const { plan } = event.input as { plan: Plan };
      const outside =
        plan.evidence === 'probe' ? outsideNow(at, clientsOf(plan, context), context, edges) : [];
      looks.set(event.execution, { at, outside, returned: false });
    } else if (event.what === 'returned') {
      const seen: InvocationRecord | undefined = replay.state.invocations.get(event.invocation);
      const look = seen?.step === 'restore' && event.heard ? looks.get(event.execution) : undefined;
      if (look) look.returned = true;
    } else if (event.what === 'ended' && event.error !== null && event.error !== 'Superseded')
      return ended(at, event.execution);
    return [];
  };
}

/** The clients that this plan proves and that run on the successor which they are to prove. */
function clientsOf({ waves }: Plan, { replay, rules }: JudgeContext): string[] {
  const checks = waves.flatMap(({ scopes }) => scopes.flatMap((scope) => scope.checks));
  const current = (client: string) => replay.state.leaves.get(client)?.AWSCURRENT ?? null;
  const own = checks.filter(({ client, successor }) => rules.issuersOf(current(client)).includes(successor));
  return [...new Set(own.map(({ client }) => client))];
}

/**
 * The clients whose current leaf some host turns away, while every host lets in the leaf from
 * which a run of ours moved them.
 */
const outsideNow = (
  at: number,
  clients: readonly string[],
  context: JudgeContext,
  edges: Edges,
): string[] => {
  const { replay, rules, scenario } = context;
  const { mayLeave } = allowancesSoFar(context);
  return scenario.clients
    .filter(({ name }) => clients.includes(name))
    .filter(({ name, project }) => {
      const { leaves, movedAt, outsiderAt, broken } = replay.state;
      const move = movedAt.get(name);
      // No host says whether the leaf of a client with a revoked key gets in.
      if (broken.has(`revoked ${name}`)) return false;
      // A client that a person has decided to lock out is looked after as far as hosts
      // answer, and nobody waits for it (I6).
      const left = rules.issuersOf(move?.from ?? null);
      if (left.length > 0 && mayLeave(name, left)) return false;
      // A client that somebody has given another leaf since, to run on or to
      // move to, is that person's affair.
      if (!move?.ours || (outsiderAt.get(name) ?? 0) > move.at) return false;
      const places = hostsAnswering(project, scenario).map((host) => edges(host, project));
      const isIn = (leaf: string | null) =>
        places.map((trusted) => rules.accepted(leaf, trusted, at / 1000, true));
      // A host that has yet to hear of a cut still accepts the leaf. That is nothing to go back to.
      const isThere = rules.accepted(move.from, replay.trusted(project), at / 1000, true);
      const current = leaves.get(name)?.AWSCURRENT ?? null;
      const isOutside = !isIn(current).every(Boolean);
      // A host that answers at several places hears at each by itself. The one that was asked may have let the
      // leaf in, and the others hear of its anchor within minutes.
      const isOnItsWay =
        (scenario.edges ?? 1) > 1 && rules.accepted(current, replay.trusted(project), at / 1000, true);
      return isOutside && !isOnItsWay && isThere && isIn(move.from).every(Boolean);
    })
    .map(({ name }) => name);
};
