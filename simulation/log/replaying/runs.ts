import type { Plan } from '../../../lambdas/domain/plan-document/plan.ts';
import { leafNamed } from '../../organizations/leaves/leaf-names.ts';
import type { EventOf, Handlers } from './handlers.ts';
import { type Projects, readableLeaves, snapshotOf } from './readable.ts';
import type { ReplayState } from './state.ts';

type RunEvents = 'started' | 'ended' | 'killed' | 'invoked' | 'returned' | 'recorded';

/** Notes executions, the steps that they invoke, and what these write into the journal. */
export function runHandlers(state: ReplayState, around: Projects): Handlers<RunEvents> {
  const remember = (execution: string, at: number): void => {
    const before = state.plans.get(execution) ?? [];
    state.plans.set(execution, [...before, snapshotOf(state, at, around)]);
  };
  const hear = (execution: string, at: number): void => {
    if (!state.heardAt.has(execution)) state.heardAt.set(execution, at);
  };
  const stopped = new Set<string>();
  return {
    started({ at, execution, request }) {
      state.requests.set(execution, request);
      state.startedAt.set(execution, at);
      state.running.add(execution);
    },
    ended({ at, execution }) {
      state.running.delete(execution);
      if (!stopped.has(execution)) hear(execution, at);
    },
    killed({ execution }) {
      state.running.delete(execution);
      stopped.add(execution);
    },
    invoked(event) {
      const { at, execution, step } = event;
      state.invocations.set(event.invocation, {
        ...{ execution, step, state: event.state, scope: scopeIn(event.input), at, input: event.input },
        ...{ listed: new Map(), read: new Set(), probes: [], elsewhere: new Set(), demands: [] },
      });
      if (step === 'plan') remember(execution, at);
    },
    returned(event) {
      if (state.invocations.get(event.invocation)?.step !== 'plan') return;
      remember(event.execution, event.at);
      hear(event.execution, event.at);
      // A plan that leaves everything to a live rotation writes down nothing of what it saw.
      if ((event.result as Plan).decision !== 'busy') noteSeen(state, event.execution, around);
    },
    recorded(event) {
      noteBegun(state, event);
      noteElsewhere(state, event);
    },
  };
}

const scopeIn = (input: unknown) => Object(Object(input).plan).scope ?? null;

/**
 * Notes the anchors and leaves that a plan could see which has ended. It knows no leaf
 * whose issuer it could not read.
 */
function noteSeen(state: ReplayState, execution: string, around: Projects): void {
  for (const id of state.existing) state.existed.add(id);
  const isSeen = (client: string, issuer: string): boolean =>
    state.existing.has(issuer) && ![client, issuer].some((one) => state.unread.has(`${execution} ${one}`));
  const began = state.plans.get(execution)?.[0]?.at ?? 0;
  for (const [client, { AWSCURRENT, AWSPENDING, AWSPREVIOUS }] of readableLeaves(state, around)) {
    if (AWSCURRENT && isSeen(client, leafNamed(AWSCURRENT).anchor))
      state.seenUnder.set(client, [...(state.seenUnder.get(client) ?? []), AWSCURRENT]);
    for (const version of [AWSCURRENT, AWSPENDING, AWSPREVIOUS])
      if (version && isSeen(client, leafNamed(version).anchor)) state.everSeen.set(version, began);
  }
}

function noteElsewhere({ invocations }: ReplayState, { by, entry }: EventOf<'recorded'>): void {
  if (entry.event !== 'confirmed' || typeof by !== 'object') return;
  for (const client of Object(entry.detail).judgedElsewhere ?? [])
    invocations.get(by.invocation)?.elsewhere.add(client);
}

function noteBegun(state: ReplayState, { entry }: EventOf<'recorded'>): void {
  if (entry.event !== 'planned') return;
  const { successions = [] } = Object(entry.detail) as Partial<Plan>;
  for (const { retiring, successor } of successions) state.begun.add(`${retiring} ${successor}`);
}
