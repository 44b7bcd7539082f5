import { isUrgent } from '../../domain/cut/urgent.ts';
import { isOneOf, lockoutErrors } from '../../domain/errors.ts';
import type { ClientCheck, ScopePlan } from '../../domain/plan-document.ts';
import { gravestAtTheCut } from '../../domain/witnesses/gravest-at-the-cut.ts';
import { judgedAfterCut, type KeptBefore, keptIn, listedIn } from '../../domain/witnesses/looked-at-again.ts';
import type { ClientCredential } from '../secrets/client-credential.ts';
import { keptLeaf, leafAroundTheCut } from '../secrets/held-leaf.ts';
import { witnessLeaf } from '../secrets/witness-leaf.ts';
import { type Accepted, demandAll, type Looked } from './every-trial.ts';
import { type Keeping, type KeptOut, proveKeptOut } from './keep-out.ts';
import { enforcedIn, lookAtAll } from './prove.ts';
import type { ProvingPorts } from './proving.ts';

/** What a look after a cut asks: the hosts, with what secrets hold. */
export type Looking = Pick<ProvingPorts, 'secrets' | 'probe' | 'exchange' | 'hosts'>;

/** What a confirmation has found by its first look: what each client runs on, and where mutual TLS was seen to be on. */
export type Before = {
  running?: ReadonlyMap<ClientCheck, ClientCredential>;
  enforcedBeside?: Keeping['enforcedBeside'];
};

/**
 * Looks once more at whoever may have got in, or been kept out, by what is cut until the cut has reached the hosts: what clients keep, about which hosts may
 * have asked only that, everybody where the listing was the evidence (I8), and witnesses (F16). Not at clients who did not get in before it either.
 * What is compromised stays cut whatever this sees, so that an emergency waits for no second look at those of the listing. Clients come after witnesses: hosts may have heard of
 * the cut in between, and whoever gets in hides nobody who is refused (I10). Throws the gravest of what it saw.
 */
export async function lookOnceReached(
  wires: Looking,
  plan: ScopePlan,
  keptBefore: KeptBefore,
  before: Before = {},
): Promise<KeptOut> {
  let looking: ReturnType<typeof lookAtClients> | undefined;
  const look = () => {
    looking ??= lookAtClients(wires, plan, before, keptBefore);
    return looking;
  };
  // Where nobody was looked at before, a witness whose own control says nothing has them looked at.
  const seenBeside: Keeping['enforcedBeside'] = (...at) => look().enforcedBeside(...at);
  const keepingOut = keepOut(wires, plan, before.enforcedBeside ?? seenBeside);
  const failures = await failureOf(keepingOut);
  const { accepted } = look();
  failures.push(...(await failureOf(accepted)));
  if (failures.length > 0) throw gravestAtTheCut(failures);
  const keptOut = await keepingOut;
  return { ...keptOut, probes: (await accepted).probes + keptOut.probes };
}

/**
 * Shows that witnesses are kept out (F16). Where that fails clients are looked at once more: hosts may have heard of the cut since they were looked at, and whoever gets in
 * by then hides nobody who is refused (I10). Throws the gravest of what it saw: a client that says nothing hides no witness that gets in.
 */
export async function keepOutOrRefused(
  wires: Looking,
  plan: ScopePlan,
  keptBefore: KeptBefore,
  before: Before & Pick<Required<Before>, 'enforcedBeside'>,
): Promise<KeptOut> {
  const keepingOut = keepOut(wires, plan, before.enforcedBeside);
  const failures = await failureOf(keepingOut);
  if (failures.length === 0) return keepingOut;
  // What is compromised stays cut whatever becomes of them.
  if (!isUrgent(plan))
    failures.push(...(await failureOf(lookAtClients(wires, plan, before, keptBefore).accepted)));
  throw gravestAtTheCut(failures);
}

/** What a look has failed with, if anything. */
const failureOf = (look: Promise<unknown>): Promise<unknown[]> =>
  look.then(
    () => [],
    (failure) => [failure],
  );

/** Looks at clients once more after the cut. */
function lookAtClients(
  { secrets, ...wires }: Looking,
  plan: ScopePlan,
  { running = new Map() }: Before,
  keptBefore: KeptBefore,
): { accepted: Promise<Accepted>; enforcedBeside: Keeping['enforcedBeside'] } {
  const kept = keptIn(plan, keptBefore);
  const looking = lookAtAll({
    ...wires,
    scope: plan.scope,
    checks: [...kept, ...listedIn(plan)],
    async heldBy(check) {
      if (kept.includes(check)) return keptLeaf(secrets, check);
      const credential = running.get(check) ?? (await leafAroundTheCut(secrets, check, plan));
      return credential && { credential };
    },
  });
  const accepted = looking.then((looked) => demandJudged(looked, kept, keptBefore));
  // Whoever asks first where mutual TLS is on asks later what it came to.
  accepted.catch(() => {});
  return { accepted, enforcedBeside: enforcedIn(looking) };
}

/** Shows that they are kept out (F16). */
export const keepOut = (
  { secrets, probe, hosts }: Looking,
  plan: ScopePlan,
  enforcedBeside: Keeping['enforcedBeside'],
): Promise<KeptOut> =>
  proveKeptOut({
    ...{ probe, hosts, scope: plan.scope, isUrgent: isUrgent(plan), isBeforeCut: false },
    witnesses: judgedAfterCut(plan),
    heldBy: (check) => witnessLeaf(secrets, check, plan),
    enforcedBeside,
  });

/** What a look after the cut came to. Throws the gravest of what counts in it. */
export function demandJudged(
  looked: Looked,
  kept: readonly ClientCheck[],
  { unknown }: KeptBefore,
): Accepted {
  const isUnknown = (check: ClientCheck): boolean => kept.includes(check) && unknown.includes(check.client);
  const failures = looked.failures.filter(
    ({ check, error }) => !isUnknown(check) || isOneOf(error, lockoutErrors),
  );
  return demandAll({ ...looked, failures });
}
