import pMap from 'p-map';
import { shortened } from '../../domain/cause.ts';
import type { Document, TakenBack } from '../../domain/document.ts';
import { gravest } from '../../domain/errors.ts';
import { scopePlansOf } from '../../domain/manifest.ts';
import { claimOf } from '../../domain/memory/audit.ts';
import type { BegunMemory } from '../../domain/memory/journal.ts';
import { overlapOf } from '../../domain/overlap/overlap.ts';
import type { ScopePlan } from '../../domain/plan-document/scope-plan.ts';
import { isSamePair } from '../../domain/succession/resume.ts';
import { runOnUnseen } from '../../domain/witnesses/run-on-unseen.ts';
import { describeTakingBackElsewhere, type TakenBackThere } from '../../domain/witnesses/taking-back.ts';
import type { Manifests } from '../aws/manifests.ts';
import type { TogglePorts } from '../openai/toggle.ts';
import { type Around, dependedOn } from '../secrets/depended-on.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { Verdicts } from '../table/verdicts.ts';
import { activatedBefore, FURTHEST } from './activated-before.ts';
import { begunIn } from './begun-in.ts';
import { deactivateAgain } from './deactivate-again.ts';
import { trailOnce } from './trail-once.ts';

type Ports = TogglePorts & { secrets: Secrets; manifests: Manifests; verdicts: Verdicts };
type Halted = Pick<Document, 'execution' | 'plan'> & { halt: { Error: string } };

/** Scopes that are handled at once. Each takes several API calls, one after the other. */
const AT_ONCE = 10;

/**
 * Deactivates the successors by which a halted overlap let a witness in. It does so in every scope of the
 * plan, because a filter belongs to the anchor, in whichever scope it was seen (F16). It covers scopes where
 * this run activated them, or an earlier run that ended before it could take them back. No client was moved
 * to them; if a client relies on one all the same, that one stays. A scope that fails does not keep the
 * others: the gravest failure is thrown after all. Safe to run twice.
 */
export async function takeBackEverywhere(ports: Ports, input: Halted): Promise<TakenBack> {
  const { journal, manifests, clock } = ports;
  const widened = await widenedIn(ports, input);
  if (widened.size === 0) return { takenBack: [], also: '' };
  const trail = trailOnce(journal);
  const [plan, lines, soaks, cuts, changed, everybody] = await Promise.all([
    manifests.whole(input.plan),
    journal.ofExecution(input.execution),
    journal.soaks(),
    journal.cuts(),
    trail(clock() - FURTHEST),
    input.plan.clients ? manifests.clients(input.plan.clients) : [],
  ]);
  const own = Map.groupBy(lines, ({ scope }) => scope);
  const before = activatedBefore({ journal, clock, trail });
  const unseenIn = runOnUnseen({ soaks, cuts }, changed.lines);
  const seeTo = async (scopePlan: ScopePlan): Promise<TakenBackThere[]> => {
    const { scope } = scopePlan;
    const there = own.get(scope) ?? [];
    const successions = scopePlan.successions.filter(({ successor }) => widened.has(successor));
    const begun = begunIn(there, { scope, event: 'activating', key: 'activating' });
    const activated = [...begun, ...(await before({ ...scopePlan, successions }, new Set(begun)))];
    // If somebody has activated a successor again since this scope's own undo took it back, that is a
    // person's decision.
    const seenTo = begunIn(there, { scope, event: 'undone', key: 'takenBack' });
    const ours = [...new Set(activated)].filter((id) => widened.has(id) && !seenTo.includes(id));
    if (ours.length === 0) return [];
    const reliedOn = async (ids: Around) => {
      const depended = await dependedOn(ports, { plan: scopePlan, everybody }, ids);
      return new Set([...depended, ...unseenIn({ scope, successions }, ids.others)]);
    };
    const halted = { ...input, lease: input.plan.lease, plan: scopePlan };
    const about = { ours, lines: there, unfinished: true, reliedOn };
    return [{ scope, ...(await deactivateAgain(ports, halted, about)) }];
  };
  const failures: unknown[] = [];
  const unlessFailed = (error: unknown): [] => {
    failures.push(error);
    return [];
  };
  const ended = await pMap(scopePlansOf(plan), (one) => seeTo(one).catch(unlessFailed), {
    concurrency: AT_ONCE,
  });
  if (failures.length > 0) throw gravest(failures);
  await markFinished(ports, input);
  const found = ended.flat();
  const takenBack = [...new Set(found.flatMap((one) => one.takenBack))];
  return { takenBack, also: shortened(describeTakingBackElsewhere(found)) };
}

/**
 * Marks the pairs as finished: every scope of the plan has been handled. A successor that is still active
 * somewhere stays for a client that relies on it, or for a hold. Does nothing if a project could not be
 * listed when the plan was made: the successor may be active there (I9).
 */
async function markFinished({ journal, leases }: Ports, input: Halted): Promise<void> {
  if (input.plan.anyUnlisted) return;
  const isOfPlan = (one: BegunMemory) => input.plan.successions.some((pair) => isSamePair(pair, one));
  const open = (await journal.begun()).filter((one) => one.unfinished && isOfPlan(one));
  if (open.length === 0) return;
  await leases.demand(claimOf({ execution: input.execution, lease: input.plan.lease }));
  await journal.rememberBegun(open.map(({ unfinished: _, ...one }) => one));
}

/**
 * Returns the successors that the halted overlap has seen let a witness in, or those of an earlier overlap
 * that this run goes on with. The plan is read only if a scope reports `TrustWidened`.
 */
async function widenedIn({ verdicts, manifests }: Ports, { execution, plan }: Halted) {
  const left = plan.successions.flatMap(({ widened, successor }) => (widened ? successor : []));
  if (left.length > 0) return new Set(left);
  const visit = { execution, phase: 'overlap' as const };
  const [ends, parts] = await Promise.all([verdicts.of(visit), verdicts.provenIn(visit)]);
  if (![...ends, ...parts].some(({ error }) => error === 'TrustWidened')) return new Set<string>();
  const whole = await manifests.whole(plan);
  // If a look's record is lost, any successor of its scope may be the one. But no witness can get in by a
  // successor that has none (I17).
  const witnessed = new Set(
    scopePlansOf(whole).flatMap(({ witnesses = [] }) => witnesses.map(({ successor }) => successor)),
  );
  const { widened } = overlapOf(whole, ends, parts, { isStopped: true });
  return new Set([...widened].filter((id) => witnessed.has(id)));
}
