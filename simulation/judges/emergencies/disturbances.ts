import { ORGANIZATION, type Scope } from '../../../lambdas/domain/anchor.ts';
import type { ScopePlan } from '../../../lambdas/domain/plan-document/scope-plan.ts';
import type { Doer, LoggedEvent } from '../../log/event-log.ts';
import { waitsForMisplaced } from '../trust/misplaced.ts';
import type { JudgeContext } from '../watch.ts';

/** Steps that come after every cut, so that their faults hold up none. */
const AFTERWARDS = ['restore', 'schedule-next', 'release'];

/**
 * Returns a record of what went wrong beside a run, by the scopes that it may have held up. A fault in
 * one scope does not excuse another (I16). A fault in a failed attempt at Plan excuses nothing either,
 * since the next attempt began anew.
 */
export function createDisturbances(context: JudgeContext) {
  const { replay, rules, scenario } = context;
  /** Scopes in which a run was disturbed: `execution scope`; and runs that were disturbed as a whole. */
  const somewhere = new Set<string>();
  const everywhere = new Set<string>();
  /**
   * What each attempt at Plan has met: a fault in one project's listing, or null for
   * one that concerns all projects.
   */
  const met = new Map<number, Set<Scope | null>>();
  const plannedAt = new Map<string, number>();

  const disturb = (execution: string, scopes: readonly Scope[] | null): void => {
    if (scopes === null) everywhere.add(execution);
    else for (const scope of scopes) somewhere.add(`${execution} ${scope}`);
  };

  function failed(event: LoggedEvent & { what: 'fault' | 'failed' }): void {
    const seen = replay.state.invocations.get(event.invocation);
    const scope = seen?.scope ?? (event.what === 'fault' ? scopeIn(event.address) : null);
    if (scope) {
      if (!isHeldForNothing(event, context)) disturb(event.execution, [scope]);
    } else if (seen?.step === 'plan') {
      if (event.what === 'failed') met.delete(event.invocation);
      else met.set(event.invocation, (met.get(event.invocation) ?? new Set()).add(listedBy(event)));
    } else if (event.what === 'failed' && !AFTERWARDS.includes(seen?.step ?? ''))
      disturb(event.execution, null);
  }

  function planned({ at, execution, invocation }: LoggedEvent & { what: 'returned' }): void {
    plannedAt.set(execution, at);
    for (const scope of met.get(invocation) ?? []) disturb(execution, scope === null ? null : [scope]);
  }

  /**
   * The scopes that an outsider's change concerns, or null for all. A client proves
   * its project and the organization.
   */
  function concerned(event: LoggedEvent): readonly Scope[] | null {
    if (event.what === 'trust' && event.scope !== ORGANIZATION) return [event.scope];
    const client = event.what === 'leaf' ? scenario.clients.find(({ name }) => name === event.client) : null;
    return client ? [...rules.touched(client.project), ORGANIZATION] : null;
  }

  return {
    /** When a run's plan was made in milliseconds, if it has one. */
    plannedAt: (execution: string): number | undefined => plannedAt.get(execution),
    isCalm: (execution: string, scope: Scope): boolean =>
      plannedAt.has(execution) && !everywhere.has(execution) && !somewhere.has(`${execution} ${scope}`),
    note(event: LoggedEvent): void {
      if (event.what === 'killed') disturb(event.execution, null);
      else if (event.what === 'fault' || event.what === 'failed') failed(event);
      else if (event.what === 'returned' && event.heard) {
        if (replay.state.invocations.get(event.invocation)?.step === 'plan') planned(event);
      }
      const by: Doer | undefined = 'by' in event ? event.by : undefined;
      const isOthers = event.what === 'trouble' || event.what === 'hold' || by === 'outsider';
      // Another run disturbs a run as well: by the anchors that it names, or by a call that lands late.
      const isBeside = event.what === 'trust' || event.what === 'leaf' || event.what === 'compromised';
      const own = typeof by === 'object' && isBeside ? by.execution : undefined;
      if (!isOthers && own === undefined) return;
      for (const execution of replay.state.running)
        if (execution !== own) disturb(execution, concerned(event));
    },
  };
}

/**
 * Whether a cut was not made because of a client whose key is of another project, though that client loses
 * nothing by it, or may be left behind (I6, I17).
 */
function isHeldForNothing(event: LoggedEvent & { what: 'fault' | 'failed' }, context: JudgeContext): boolean {
  if (event.what === 'fault' || event.error !== 'KeyOfAnotherProject') return false;
  const { scope, step, input } = context.replay.state.invocations.get(event.invocation) ?? {};
  if (!scope || step !== 'deactivate') return false;
  const { successions } = (input as { plan: Pick<ScopePlan, 'successions'> }).plan;
  const at = event.at / 1000;
  return !successions.some(({ retiring }) => waitsForMisplaced({ scope, retiring, at }, context));
}

/** The scope of a visit that never came to an invocation: `execution/state/scope#visit`. */
const scopeIn = (address: string): Scope | null => address.split('/')[2]?.split('#')[0] || null;

/** The project whose listing a fault in Plan concerns, or null for any other fault. */
function listedBy({ call }: LoggedEvent & { what: 'fault' }): Scope | null {
  return call?.scope && call.scope !== ORGANIZATION ? call.scope : null;
}
