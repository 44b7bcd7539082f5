import { saysNobodyGetsIn } from '../../domain/blocked/shut-out.ts';
import { certifiersSeen, concernsCompromise } from '../../domain/blocked/vouching.ts';
import { unconfirmedCuts } from '../../domain/cut/unconfirmed.ts';
import { cutsAtOnce } from '../../domain/cut/urgent.ts';
import { gravest, WindlassError } from '../../domain/errors.ts';
import { firstFew } from '../../domain/first-few.ts';
import { runOf } from '../../domain/memory/audit.ts';
import type { Claim } from '../../domain/memory/lease.ts';
import { idOfKey } from '../../domain/memory/named-key.ts';
import { seenNow } from '../../domain/memory/seen-now.ts';
import { compromisedMetrics, planMetrics } from '../../domain/metrics.ts';
import type { Plan } from '../../domain/plan-document/plan.ts';
import { isCompromised } from '../../domain/planning/compromise.ts';
import { indexAnchors, type PlanningFacts } from '../../domain/planning/facts.ts';
import { withLaterNeeds } from '../../domain/planning/later-needs.ts';
import { plan as decide } from '../../domain/planning/plan.ts';
import type { Request } from '../../domain/request.ts';
import { finished, newlyBegun } from '../../domain/succession/resume.ts';
import type { Clients } from '../aws/client-list.ts';
import type { Journal } from '../table/journal.ts';
import type { Leases } from '../table/lease.ts';
import { marksOf } from '../x509/issuer.ts';
import { configurationOf, type Handed } from './configuration.ts';
import { readWhatDecides } from './emergency-facts.ts';
import type { FactPorts } from './read-facts.ts';

type Ports = FactPorts & { clients: Clients };

/** Returns the plan, and what to remember and to forget with it. */
export async function decideWithFacts(
  ports: Ports,
  asked: {
    request: Request;
    execution: { id: string; startedAt: string };
    configuration: Handed;
    ownListings?: boolean | undefined;
    settles?: boolean | undefined;
    isLook?: boolean;
    /** The number of the lease that this run has; absent in a look. */
    turn?: number;
  },
) {
  const { request, ownListings, settles = false, isLook, turn } = asked;
  const configuration = await configurationOf(ports.clients, asked.configuration);
  const read = await readWhatDecides(ports, {
    ...{ request, configuration, execution: asked.execution },
    ...{ mayLeave: ownListings === true, isLook },
  });
  const { seen, toldBy, anchors, placed, settled, ended, isWhole, missed, namesKnown, unheardOf } = read;
  const facts = withoutRetracted(read.facts);
  const { inventory, memory } = facts;
  const marks = new Map(anchors.map(({ anchorId, pem }) => [anchorId, marksOf(pem)]));
  const decided = withLaterNeeds(
    decide({ ...facts, ...(isLook && { isLook }), ...(turn !== undefined && { turn }) }),
    { marks, inventory, clients: placed },
    { ...configuration, settles },
  );
  const { blocked, decision } = decided;
  // An upload without an answer may be the successor, so a plan that rotates nothing needs another attempt. A
  // look that lacks a compromised anchor's key has not seen everything, unless something can be cut all the
  // same (I9).
  const isEnough = isLook && read.isKeyMissed ? cutsAtOnce(decided) : decision === 'rotate';
  if (missed.length > 0 && !isEnough) throw gravest(missed);
  const telling = { by: runOf(asked.execution), toldBy, isWhole };
  const { changed, over: gone, isNew } = seenNow(seen, blocked, facts, telling);
  const { stale } = unconfirmedCuts(memory.cuts, facts);
  const soaked = isWhole ? finished(memory.soaks, inventory) : [];
  const changes = {
    // A stale cut is forgotten by the plan that reports it; an emergency does not report what other runs
    // left. While a project could not be listed nothing counts as over: the anchor may be active there.
    cuts: request.mode === 'emergency' || !isWhole ? [] : stale,
    soaks: [...soaked, ...ended],
    begun: isWhole ? finished(memory.begun, inventory) : [],
    fresh: newlyBegun(decided, memory),
    settled,
    unheardOf,
    certified: certifiersSeen(facts),
    ...{ changed, gone },
  };
  const lettingSomebodyIn = blocked.filter((one) => !saysNobodyGetsIn(one));
  const isRed = isNew || (decided.anyBlocked && concernsCompromise(lettingSomebodyIn, facts));
  return {
    plan: { ...decided, namesKnown, isRed },
    clients: configuration.clients,
    changes,
    soaks: memory.soaks.filter((one) => !soaked.includes(one)),
    ...{ facts, stale, isAnyNamed: (facts.compromised?.ids.size ?? 0) > 0 },
    measure: (found: Pick<Plan, 'mode' | 'blocked' | 'warnings'> = decided) => [
      ...planMetrics(facts, found),
      ...compromisedMetrics(facts, found),
    ],
  };
}

/**
 * Returns the facts without what this emergency named and a person has taken back since. An emergency names
 * once, and no client is moved away from an anchor that is trusted again (I6, I15). The rest of what it names
 * goes on at once (I16). An anchor whose key is still remembered stays compromised; an id that does not exist
 * is reported elsewhere. Throws `CompromiseRetracted` when nothing is left.
 */
function withoutRetracted<F extends PlanningFacts & { warnings?: readonly string[] }>(facts: F): F {
  const { request, warnings = [] } = facts;
  if (request.mode !== 'emergency') return facts;
  const { anchors } = indexAnchors(facts.inventory);
  const isRemembered = (id: string) => isCompromised(id, { ...facts, request: { mode: 'scheduled' } });
  const { keys = [] } = request;
  const known = keys.filter((key) => facts.compromised?.keys.has(key));
  const retracted = request.anchors.filter((id) => anchors.has(id) && !isRemembered(id));
  const all = [...retracted, ...keys.filter((key) => !known.includes(key)).map(idOfKey)];
  if (all.length === 0) return facts;
  const told = `a person has taken back since this emergency began that ${firstFew(all, 5).join(', ')} is compromised`;
  const left = request.anchors.filter((id) => !retracted.includes(id));
  if (left.length === 0) throw new WindlassError('CompromiseRetracted', `${told}: it has changed nothing`);
  return {
    ...facts,
    request: { ...request, anchors: left, ...(request.keys && { keys: known }) },
    warnings: [...warnings, `${told}: it is left as it is`],
  };
}

/**
 * Writes the plan's memories, and forgets those that are over. Demands the lease first: another run may have
 * taken over meanwhile, and have begun the same soak, or made the same cut, again (I12).
 */
export async function remember(
  { leases, journal }: { leases: Leases; journal: Journal },
  changes: Awaited<ReturnType<typeof decideWithFacts>>['changes'],
  claim: Claim,
): Promise<void> {
  if (Object.values(changes).every((memories) => memories.length === 0)) return;
  await leases.demand(claim);
  await journal.settleAllowed(changes.settled);
  await journal.rememberCertifiers(changes.certified);
  await journal.forgetCompromised(changes.unheardOf);
  await journal.forgetSoaks(changes.soaks);
  await journal.forgetCuts(changes.cuts);
  await journal.forgetBegun(changes.begun);
  await journal.rememberBegun(changes.fresh);
}
