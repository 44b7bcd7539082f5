import { type ListedAnchor, ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import type { WireCall } from '../../in-process/wire.ts';
import { leafNamed } from '../../organizations/leaves/leaf-names.ts';
import { isFailure } from '../is-failure.ts';
import type { EventOf, Handlers } from './handlers.ts';
import type { ReplayState } from './state.ts';

/** Notes what an invocation asks of the API, the hosts and the table, as far as its record keeps it. */
export function callHandlers(state: ReplayState): Handlers<'called' | 'answered' | 'fault' | 'demanding'> {
  const probed = (at: number, invocation: number, call: WireCall, verdict: string): void => {
    const [host = '', ...leaf] = (call.about ?? '').split(' ');
    const about = { at, project: call.scope ?? '', host, leaf: leaf.join(' '), verdict };
    state.invocations.get(invocation)?.probes.push({ ...about, ...call.judged });
  };
  return {
    called(event) {
      noteCut(state, event);
      const { at, call } = event;
      const seen = state.invocations.get(event.invocation);
      if (call.op === 'list' && call.scope) seen?.listed.set(call.scope, at);
      if (call.action === 'secretsmanager:GetSecretValue') seen?.read.add(call.about?.split(' ')[1] ?? '');
      const read = seen?.step === 'plan' && readBy(call);
      if (read) state.unread.delete(`${event.execution} ${read}`);
      if (seen && call.action === 'dynamodb:Query' && call.about === 'compromised') seen.askedNamedAt = at;
      noteLeaseRead(state, event);
      noteLeaseFreed(state, event);
      noteSeenGone(state, event);
      noteSeenClient(state, event);
      noteSeenAnchor(state, event);
    },
    answered: ({ at, invocation, call, verdict }) => probed(at, invocation, call, verdict),
    // A call that a fault befell told the step nothing, or appears in the log once more.
    fault({ at, execution, invocation, call, fault }) {
      if (call?.op === 'list' && call.scope && isFailure(fault))
        state.unlisted.add(`${execution} ${call.scope}`);
      const isPlan = state.invocations.get(invocation)?.step === 'plan';
      const read = isPlan && isFailure(fault) && call && readBy(call);
      if (read) state.unread.add(`${execution} ${read}`);
      if (call?.op === 'probe' || call?.op === 'exchange') probed(at, invocation, call, 'inconclusive');
    },
    demanding({ at, invocation }) {
      state.invocations.get(invocation)?.demands.push({ at, read: false, held: false, used: null });
    },
  };
}

/**
 * Notes that a cut anchor was seen inactive. A run whose listing after its cut is not answered cannot know
 * that the cut was made (I7). An attempt of the cut tells no other attempt what it has seen before it has
 * written down that its scope's cut is made.
 */
function noteSeenGone(state: ReplayState, { at, invocation, call, answer }: EventOf<'called'>): void {
  const { lastCutAt, seenGoneAt } = state;
  if (state.invocations.get(invocation)?.step === 'deactivate') {
    const { about = '', action } = call;
    if (action !== 'dynamodb:PutItem' || !about.startsWith('made ')) return;
    const scope = about.slice(about.lastIndexOf('#') + 1);
    for (const key of lastCutAt.keys()) {
      const [where = '', id = ''] = key.split(' ');
      if (where === scope && !state.active.get(scope)?.has(id)) seenGoneAt.set(key, at);
    }
    return;
  }
  if (call.op !== 'list' || !call.scope || !Array.isArray(answer)) return;
  for (const { anchorId, active } of answer as ListedAnchor[]) {
    const key = `${call.scope} ${anchorId}`;
    if (!active && lastCutAt.has(key)) seenGoneAt.set(key, at);
  }
}

/**
 * What a call reads: the client of a running leaf, `client AWSPENDING` for a staged leaf,
 * or the anchor of a certificate.
 */
function readBy({ op, action, about = '' }: WireCall): string | undefined {
  if (op === 'retrieve') return about;
  if (action !== 'secretsmanager:GetSecretValue') return undefined;
  const [, client, stage] = about.split(' ');
  if (stage === 'AWSPENDING') return `${client} ${stage}`;
  return stage === 'AWSCURRENT' ? client : undefined;
}

const [SEEN_CLIENT, SEEN_ANCHOR] = ['seen client#', 'seen anchor#'];

/**
 * Notes under which anchor a plan saw a client. A plan that fails later has written that down all the same.
 */
function noteSeenClient(state: ReplayState, { call: { about = '', action } }: EventOf<'called'>): void {
  if (action !== 'dynamodb:PutItem' || !about.startsWith(SEEN_CLIENT)) return;
  const client = about.slice(SEEN_CLIENT.length);
  const current = state.leaves.get(client)?.AWSCURRENT;
  if (current && state.existing.has(leafNamed(current).anchor))
    state.seenUnder.set(client, [...(state.seenUnder.get(client) ?? []), current]);
}

/**
 * Notes that a plan has written an anchor's name down. Once the anchor is gone, a hold on it keeps what it
 * may have meant by that name (I5).
 */
function noteSeenAnchor(state: ReplayState, { execution, call }: EventOf<'called'>): void {
  const { about = '', action } = call;
  if (action !== 'dynamodb:PutItem' || !about.startsWith(SEEN_ANCHOR)) return;
  const id = about.slice(SEEN_ANCHOR.length);
  // The anchor may be deleted by the time that this is written down.
  if (state.plans.get(execution)?.at(-1)?.existing.has(id)) state.existed.add(id);
}

/** Notes a cut that is written into the journal, or struck off it. */
function noteCut(state: ReplayState, { at, invocation, call }: EventOf<'called'>): void {
  if (!call.changes || !call.about?.startsWith('cut ')) return;
  const cut = call.about.slice('cut '.length).replace('#', ' ');
  if (call.action === 'dynamodb:PutItem') {
    state.written.add(cut);
    return;
  }
  state.written.delete(cut);
  const on = [cut.split(' ')[0] ?? '', ORGANIZATION].some((scope) => state.active.get(scope)?.size);
  state.struck.set(cut, { at, isOff: !on });
  // Confirm forgets a cut when it has proven it.
  if (state.invocations.get(invocation)?.step === 'confirm') state.cuts.delete(cut);
}

/**
 * Notes that Release has freed the lease. The write goes through only where no other run has had the lease
 * since, so it counts as a demand. Earlier demands count no more.
 */
function noteLeaseFreed(
  { invocations, lease }: ReplayState,
  { at, invocation, execution, call }: EventOf<'called'>,
) {
  const seen = invocations.get(invocation);
  if (call.op !== 'lease' || !call.changes || seen?.step !== 'release') return;
  seen.demands.splice(0, Infinity, { at, read: true, held: lease?.holder === execution, used: null });
}

/** Notes which run had the lease when the invocation read it for a demand. */
function noteLeaseRead({ invocations, lease, running }: ReplayState, event: EventOf<'called'>): void {
  if (event.call.op !== 'lease' || event.call.changes) return;
  const demands = invocations.get(event.invocation)?.demands;
  // Several demands may be open at the same time, each for a change of its own.
  const demand = demands?.find(({ read }) => !read) ?? demands?.at(-1);
  if (!demand) return;
  demand.read = true;
  const isTaken = lease !== null && !lease.released;
  // Release comes again for a schedule that could not be set. By then the lease is free and no run has taken
  // it since, or the run that has is dead.
  const isRelease = invocations.get(event.invocation)?.step === 'release';
  const isLeft = isRelease && isTaken && !running.has(lease.holder);
  demand.held = isLeft || ((isTaken || isRelease) && lease?.holder === event.execution);
  demand.isAnothers = isTaken && lease.holder !== event.execution;
  demand.wasAnothers ||= demand.isAnothers;
}
