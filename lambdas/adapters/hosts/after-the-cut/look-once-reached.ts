import { isUrgent } from '../../../domain/cut/urgent.ts';
import { isOneOf, lockoutErrors } from '../../../domain/errors.ts';
import type { ClientCheck } from '../../../domain/plan-document/client-check.ts';
import type { ScopePlan } from '../../../domain/plan-document/scope-plan.ts';
import { gravestAtTheCut } from '../../../domain/witnesses/gravest-at-the-cut.ts';
import {
  judgedAfterCut,
  type KeptBefore,
  keptIn,
  listedIn,
} from '../../../domain/witnesses/looked-at-again.ts';
import type { ClientCredential } from '../../secrets/client-credential.ts';
import { keptLeaf, leafAroundTheCut } from '../../secrets/held-leaf.ts';
import { witnessLeaf } from '../../secrets/witness-leaf.ts';
import { type Accepted, demandAll, type Looked } from '../every-trial.ts';
import { type Keeping, type KeptOut, proveKeptOut } from '../keep-out.ts';
import { enforcedIn, lookAtAll } from '../prove.ts';
import type { ProvingPorts } from '../proving.ts';

/** What a look after a cut needs: the hosts, and the secrets. */
export type Looking = Pick<ProvingPorts, 'secrets' | 'probe' | 'exchange' | 'hosts'>;

/**
 * What the first look of a confirmation found: the credential that each client runs on, and where mutual TLS
 * was seen to be on.
 */
export type Before = {
  running?: ReadonlyMap<ClientCheck, ClientCredential>;
  enforcedBeside?: Keeping['enforcedBeside'];
};

/**
 * Looks once more at those who may have got in, or been kept out, by what is cut, until the cut has reached
 * the hosts. These are the leaves that clients keep, every client if the listing was the evidence (I8), and
 * witnesses (F16). Clients that did not get in before the cut are left out. An emergency does not wait for
 * the clients of the listing: its cut stands whatever this sees.
 *
 * Clients come after witnesses: hosts may hear of the cut in between, and a witness that gets in must not
 * hide a refused client (I10). Throws the gravest failure.
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
  // If no client was looked at before, a witness whose own control says nothing starts the look at the
  // clients.
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
 * Proves that witnesses are kept out (F16). If that fails, clients are looked at once more: hosts may have
 * heard of the cut meanwhile, and a witness that gets in must not hide a refused client (I10). Throws the
 * gravest failure: a silent client must not hide a witness that gets in either.
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
  // In an emergency the cut stands, whatever becomes of the clients.
  if (!isUrgent(plan))
    failures.push(...(await failureOf(lookAtClients(wires, plan, before, keptBefore).accepted)));
  throw gravestAtTheCut(failures);
}

/** Returns the failure of a look, if it failed. */
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
  // Avoids an unhandled rejection: the caller may use `enforcedBeside` first and await `accepted` later.
  accepted.catch(() => {});
  return { accepted, enforcedBeside: enforcedIn(looking) };
}

/** Proves that witnesses are kept out after the cut (F16). */
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

/**
 * Returns what a look after the cut came to. Throws the gravest failure that counts: of a client that said
 * nothing before the cut, only a refusal does.
 */
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
