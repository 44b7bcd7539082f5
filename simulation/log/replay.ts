import { ORGANIZATION, type Scope } from '../../lambdas/domain/anchor.ts';
import type { Lease } from '../../lambdas/domain/memory/lease.ts';
import type { Plan } from '../../lambdas/domain/plan-document.ts';
import { leafNamed } from '../organizations/scenario-leaves.ts';
import { type AnchorChoice, inOrderOf } from '../world/anchor-choice.ts';
import type { LoggedEvent } from './event-log.ts';
import type { InvocationRecord, LeafState, Snapshot } from './invocation-record.ts';

type Told = {
  /** The anchors of one key, which are compromised together (I15). */
  sharing?: (anchorId: string) => readonly string[];
  /** The project of each client. */
  projectOf?: (client: string) => string | undefined;
  projects?: readonly string[];
  /** How hosts choose among a scope's anchors. */
  choice?: AnchorChoice | undefined;
};

/** The world at one moment of a log, replayed up to there. */
export function createReplay({
  sharing = (id) => [id],
  projectOf = () => undefined,
  projects = [],
  choice = 'first',
}: Told = {}) {
  const active = new Map<Scope, Set<string>>();
  const leaves = new Map<string, LeafState>();
  const existing = new Set<string>();
  const state = {
    active,
    leaves,
    lease: null as Lease | null,
    compromised: new Map<string, number>(),
    requests: new Map<string, unknown>(),
    startedAt: new Map<string, number>(),
    running: new Set<string>(),
    invocations: new Map<number, InvocationRecord>(),
    /** The world as each execution's Plan began and as it returned, for each attempt. */
    plans: new Map<string, Snapshot[]>(),
    /** When we last made an anchor active in a scope: `scope anchor`. */
    activatedAt: new Map<string, number>(),
    /** When an undo of ours last took a successor back that we have not made active in that scope since: `scope anchor` (F16). */
    takenBack: new Map<string, number>(),
    /** Successions that a plan has written into the journal: `retiring successor`. */
    begun: new Set<string>(),
    /** Cuts of ours that nobody has confirmed: `scope anchor`, when and by which execution. */
    cuts: new Map<string, { at: number; execution: string }>(),
    /** Cuts in the journal: `scope anchor`. */
    written: new Set<string>(),
    /** When a cut was last struck off the journal, and whether mutual TLS was off there by then. */
    struck: new Map<string, { at: number; isOff: boolean }>(),
    /** When a client last got its current leaf, and from whom. */
    movedAt: new Map<string, { at: number; from: string | null; ours: boolean }>(),
    /** What each client ran on whenever a plan that ended looked, where it could be read. */
    seenUnder: new Map<string, string[]>(),
    /** Every anchor that a plan that ended could see. */
    existed: new Set<string>(),
    /** What somebody has broken, for as long as it lasts. */
    broken: new Set<string>(),
    /** When a call of ours last moved a client after its run had lost the lease. */
    lateAt: new Map<string, number>(),
    /** When an outsider last touched a scope's trust, or a client's secret. */
    outsiderAt: new Map<string, number>(),
    /** Projects that are archived, or have been: their keys are refused, and they are not listed. */
    archived: new Map<Scope, { at: number; mended: boolean }>(),
  };

  /** It was on its way when its run lost the lease: nobody could call it back. */
  const isLate = ({ by }: LoggedEvent & { what: 'leaf' }): boolean =>
    typeof by === 'object' && (state.lease?.holder !== by.execution || state.lease.released);

  const seenBy = (invocation: number): InvocationRecord | undefined => state.invocations.get(invocation);

  function apply(event: LoggedEvent): void {
    const { at } = event;
    if (event.what === 'started') {
      state.requests.set(event.execution, event.request);
      state.startedAt.set(event.execution, at);
      state.running.add(event.execution);
    } else if (event.what === 'ended' || event.what === 'killed') state.running.delete(event.execution);
    else if (event.what === 'invoked') invoked(event);
    else if (event.what === 'returned') returned(event);
    else if (event.what === 'called') called(event);
    else if (event.what === 'recorded') recorded(event);
    else if (event.what === 'answered') {
      const [host = '', ...leaf] = (event.call.about ?? '').split(' ');
      const verdict = event.verdict;
      seenBy(event.invocation)?.probes.push({
        ...{ at, project: event.call.scope ?? '', host, leaf: leaf.join(' '), verdict, ...event.call.judged },
      });
    } else if (event.what === 'demanding') {
      seenBy(event.invocation)?.demands.push({ at, read: false, held: false, used: null });
    } else if (event.what === 'trust') trust(event);
    else if (event.what === 'leaf') {
      const leaf = leaves.get(event.client) ?? { AWSCURRENT: null, AWSPENDING: null };
      leaves.set(event.client, { ...leaf, [event.stage]: event.to });
      const ours = typeof event.by === 'object';
      if (event.stage === 'AWSCURRENT') state.movedAt.set(event.client, { at, from: event.from, ours });
      if (event.stage === 'AWSCURRENT' && isLate(event)) state.lateAt.set(event.client, at);
      if (event.by === 'outsider') state.outsiderAt.set(event.client, at);
    } else if (event.what === 'anchor') {
      if (event.exists) existing.add(event.anchorId);
      else existing.delete(event.anchorId);
    } else if (event.what === 'trouble') {
      if (event.mended) state.broken.delete(event.broken);
      else state.broken.add(event.broken);
      if (event.broken.startsWith('project '))
        state.archived.set(event.broken.slice('project '.length), event);
    } else if (event.what === 'lease') state.lease = event.lease;
    else if (event.what === 'compromised')
      for (const id of sharing(event.anchorId))
        state.compromised.set(id, Math.min(at, state.compromised.get(id) ?? at));
  }

  function recorded({ entry }: LoggedEvent & { what: 'recorded' }): void {
    if (entry.event !== 'planned') return;
    const { successions = [] } = Object(entry.detail) as Partial<Plan>;
    for (const { retiring, successor } of successions) state.begun.add(`${retiring} ${successor}`);
  }

  function invoked({
    at,
    execution,
    invocation,
    step,
    state: name,
    input,
  }: LoggedEvent & { what: 'invoked' }) {
    const scope = Object(Object(input).plan).scope ?? null;
    const fresh = { listed: new Map(), probes: [], demands: [] };
    state.invocations.set(invocation, { execution, step, state: name, scope, at, input, ...fresh });
    if (step === 'plan') remember(execution, at);
  }

  function remember(execution: string, at: number): void {
    const copy = new Map([...active].map(([scope, ids]) => [scope, new Set(ids)]));
    const snapshots = state.plans.get(execution) ?? [];
    state.plans.set(execution, [
      ...snapshots,
      {
        ...{ at, active: copy, leaves: readable(), existing: new Set(existing) },
        archived: new Set([...state.broken].flatMap((one) => one.split('project ')[1] ?? [])),
        cuts: new Set(state.cuts.keys()),
        written: new Set(state.written),
      },
    ]);
  }

  /** The leaves that anybody could read: not those of a secret that is broken, nor of a project that is not there. */
  function readable(): Map<string, LeafState> {
    const isRead = (client: string): boolean => {
      const project = projectOf(client);
      const isThere =
        project === undefined || (projects.includes(project) && !state.broken.has(`project ${project}`));
      return isThere && !SECRET_TROUBLES.some((what) => state.broken.has(`${what} ${client}`));
    };
    return new Map([...leaves].filter(([client]) => isRead(client)));
  }

  function returned({ at, invocation, execution, result }: LoggedEvent & { what: 'returned' }): void {
    const seen = seenBy(invocation);
    if (seen?.step !== 'plan') return;
    remember(execution, at);
    // One that leaves it all to a live rotation writes down nothing of what it saw.
    if ((result as Plan).decision === 'busy') return;
    for (const id of existing) state.existed.add(id);
    for (const [client, { AWSCURRENT }] of readable())
      if (AWSCURRENT && existing.has(leafNamed(AWSCURRENT).anchor))
        state.seenUnder.set(client, [...(state.seenUnder.get(client) ?? []), AWSCURRENT]);
  }

  function called({ at, invocation, execution, call }: LoggedEvent & { what: 'called' }): void {
    const seen = seenBy(invocation);
    const cut = call.changes && call.about?.startsWith('cut ') ? call.about.slice(4).replace('#', ' ') : null;
    if (cut && call.action === 'dynamodb:PutItem') state.written.add(cut);
    else if (cut) {
      state.written.delete(cut);
      const on = [cut.split(' ')[0] ?? '', ORGANIZATION].some((scope) => active.get(scope)?.size);
      state.struck.set(cut, { at, isOff: !on });
      // Confirm forgets a cut when it has proven it.
      if (seen?.step === 'confirm') state.cuts.delete(cut);
    }
    if (call.op === 'list' && call.scope) seen?.listed.set(call.scope, at);
    // Several may be asked for at the same time, each for a change of its own.
    const demand = seen?.demands.find(({ read }) => !read) ?? seen?.demands.at(-1);
    if (call.op !== 'lease' || call.changes || !demand) return;
    demand.read = true;
    demand.held = state.lease?.holder === execution && !state.lease.released;
  }

  function trust({ at, by, scope, active: on, anchorIds }: LoggedEvent & { what: 'trust' }): void {
    const ids = active.get(scope) ?? new Set();
    active.set(scope, ids);
    for (const id of anchorIds) {
      if (on) ids.add(id);
      else ids.delete(id);
      if (on && typeof by === 'object') state.activatedAt.set(`${scope} ${id}`, at);
      // Somebody who makes it active in one scope by hand has not said that it may be tried in the others.
      if (on && typeof by === 'object') state.takenBack.delete(`${scope} ${id}`);
      if (on || typeof by !== 'object') state.cuts.delete(`${scope} ${id}`);
      // What Undo takes back is a successor, and no cut.
      else if (seenBy(by.invocation)?.step === 'undo') state.takenBack.set(`${scope} ${id}`, at);
      else state.cuts.set(`${scope} ${id}`, { at, execution: by.execution });
    }
    if (by === 'outsider') state.outsiderAt.set(scope, at);
  }

  return {
    state,
    apply,
    readable,
    isLate,
    exists: (anchorId: string): boolean => existing.has(anchorId),
    activeIn: (scope: Scope): ReadonlySet<string> => active.get(scope) ?? NONE,
    /** The anchors of a scope in the order in which hosts ask them. */
    inOrder: (ids: Iterable<string>): string[] => inOrderOf(choice, ids),
    /** What a project trusts: its own anchors and the organization's, as hosts ask them (F7). */
    trusted: (scope: Scope): Set<string> =>
      new Set([scope, ORGANIZATION].flatMap((of) => inOrderOf(choice, active.get(of) ?? NONE))),
  };
}

export type Replay = ReturnType<typeof createReplay>;

const SECRET_TROUBLES = ['missing', 'undecipherable', 'garbled'];

const NONE: ReadonlySet<string> = new Set();
