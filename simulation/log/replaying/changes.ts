import type { Lease } from '../../../lambdas/domain/memory/lease.ts';
import { digestInId } from '../../../lambdas/domain/memory/named-key.ts';
import { hasRotatedKey, outdated } from '../../organizations/leaves/leaf-names.ts';
import type { EventOf, Handlers } from './handlers.ts';
import type { ReplayState } from './state.ts';

type ChangeEvents = 'trust' | 'leaf' | 'anchor' | 'trouble' | 'admin' | 'lease' | 'compromised' | 'retracted';

/**
 * Notes what changes: by a run, by an outsider, or by itself. `sharing` gives the anchors of one key (I15).
 */
export function changeHandlers(
  state: ReplayState,
  sharing: (anchorId: string) => readonly string[],
): Handlers<ChangeEvents> {
  // A key that was named by its digest belongs to no anchor.
  const named = (id: string): readonly string[] => (digestInId(id) ? [id] : sharing(id));
  return {
    trust: (event) => changeTrust(state, event),
    leaf: (event) => changeLeaf(state, event),
    anchor({ anchorId, exists }) {
      if (exists) state.existing.add(anchorId);
      else state.existing.delete(anchorId);
    },
    trouble(event) {
      if (event.mended) state.broken.delete(event.broken);
      else state.broken.add(event.broken);
      if (event.broken.startsWith('project '))
        state.archived.set(event.broken.slice('project '.length), event);
      if (event.mended && event.broken.startsWith('unnamed '))
        state.namedAt.set(event.broken.slice('unnamed '.length), event.at);
    },
    admin({ at, to }) {
      state.admin = { leaf: to, at };
    },
    lease({ lease }) {
      noteEnd(state, lease);
      state.lease = lease;
    },
    compromised({ at, anchorId }) {
      for (const id of named(anchorId))
        state.compromised.set(id, Math.min(at, state.compromised.get(id) ?? at));
    },
    retracted({ at, anchorId }) {
      for (const id of named(anchorId)) if (state.compromised.delete(id)) state.retractedAt.set(id, at);
    },
  };
}

/** Notes how a run leaves the scopes to the next holder of the lease. */
function noteEnd({ lease, active, activeAtEnd }: ReplayState, next: Lease): void {
  if (!lease || lease.released || (next.holder === lease.holder && !next.released)) return;
  activeAtEnd.set(lease.holder, new Map([...active].map(([scope, ids]) => [scope, new Set(ids)])));
}

/** Whether a call was on its way when its run lost the lease, so that nobody could call it back. */
export const isLateIn = ({ lease }: ReplayState, { by }: EventOf<'leaf'>): boolean =>
  typeof by === 'object' && (lease?.holder !== by.execution || lease.released);

function changeTrust(state: ReplayState, { at, by, scope, active, anchorIds }: EventOf<'trust'>): void {
  const ids = state.active.get(scope) ?? new Set();
  state.active.set(scope, ids);
  const isOurs = typeof by === 'object';
  for (const id of anchorIds) {
    const key = `${scope} ${id}`;
    if (active) ids.add(id);
    else ids.delete(id);
    if (active) (isOurs ? state.activatedAt : state.broughtInAt).set(key, at);
    // A person who makes the anchor active in one scope has not said that it may be tried in the others.
    if (active && isOurs) state.takenBack.delete(key);
    if (active || !isOurs) state.cuts.delete(key);
    // What Undo takes back is a successor, and no cut.
    else if (state.invocations.get(by.invocation)?.step === 'undo') state.takenBack.set(key, at);
    else {
      state.cuts.set(key, { at, execution: by.execution });
      state.lastCutAt.set(key, at);
      state.cuttingSince.set(by.execution, state.cuttingSince.get(by.execution) ?? at);
    }
  }
  if (by === 'outsider') state.outsiderAt.set(scope, at);
}

function changeLeaf(state: ReplayState, event: EventOf<'leaf'>): void {
  const { at, by, client, stage, from, to } = event;
  const leaf = state.leaves.get(client) ?? { AWSCURRENT: null, AWSPENDING: null };
  const { AWSCURRENT, AWSPENDING, ...rest } = { ...leaf, [stage]: to };
  const isLeft = AWSCURRENT && AWSPENDING && hasRotatedKey(AWSCURRENT) && !hasRotatedKey(AWSPENDING);
  state.leaves.set(client, {
    ...rest,
    ...{ AWSCURRENT, AWSPENDING: isLeft ? outdated(AWSPENDING) : AWSPENDING },
    ...(stage === 'AWSCURRENT' && { AWSPREVIOUS: from }),
  });
  if (to !== null) state.everHeld.set(to, { AWSCURRENT: to, AWSPENDING: null });
  if (stage === 'AWSCURRENT') {
    const isBack = typeof by === 'object' && state.invocations.get(by.invocation)?.step === 'restore';
    state.movedAt.set(client, { at, from, ours: typeof by === 'object', isBack });
    if (isLateIn(state, event)) state.lateAt.set(client, at);
  }
  if (by === 'outsider') state.outsiderAt.set(client, at);
}
