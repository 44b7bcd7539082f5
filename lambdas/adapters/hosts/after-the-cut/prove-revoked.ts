import type { Clock } from '../../../clock.ts';
import { type JustCut, showsArrival } from '../../../domain/cut/arrival.ts';
import { isUrgent } from '../../../domain/cut/urgent.ts';
import type { ClientCheck } from '../../../domain/plan-document/client-check.ts';
import type { ScopePlan } from '../../../domain/plan-document/scope-plan.ts';
import type { ClientCredential } from '../../secrets/client-credential.ts';
import { certificatesIn } from '../../x509/pem.ts';
import { type Proof, proveRefused, type Turned } from '../prove.ts';

/** What calls with old leaves have shown after a cut. */
type Revoked = Turned & {
  /** Clients whose old leaf was refused. */
  refused: string[];
  /** Clients' old leaves whose refusal can only come from this cut. */
  telling: ClientCheck[];
};

/**
 * Proves that old leaves are refused after a cut (I10). `running` is what each client runs on, and `oldOf`
 * reads the leaf with which it must be refused. Throws the gravest failure.
 */
export async function proveRevoked(
  { clock, ...about }: Pick<Proof, 'probe' | 'exchange' | 'hosts' | 'scope'> & { clock: Clock },
  plan: ScopePlan,
  {
    cut,
    running,
    judgedElsewhere,
    oldOf,
  }: {
    cut: JustCut;
    running: ReadonlyMap<ClientCheck, ClientCredential>;
    judgedElsewhere: readonly string[];
    oldOf: (check: ClientCheck) => Promise<ClientCredential | null>;
  },
): Promise<Revoked> {
  const refused = new Set<string>();
  /** Old leaves that would get in if this cut had not been made. */
  const valid = new Set<ClientCheck>();
  const turned = await proveRefused({
    ...about,
    // Another scope may still let a client's old leaf in. It is judged when that scope has been cut (I10).
    checks: plan.checks.filter(({ client }) => !judgedElsewhere.includes(client)),
    async heldBy(check) {
      const now = running.get(check);
      // A client that may be left behind may still run on the old leaf.
      const isAsked = now !== undefined || check.excused === 'anything';
      const credential = isAsked ? await oldOf(check) : null;
      if (credential) refused.add(check.client);
      if (credential && isValidNow(credential.certificateChain, clock())) valid.add(check);
      return credential && { credential, now: now ?? credential };
    },
  });
  for (const { client } of turned.excused) refused.delete(client);
  // The refusal of a leaf that would be refused anyway shows nothing of this cut. An emergency does not wait
  // for better evidence.
  const isTelling = (check: ClientCheck): boolean =>
    refused.has(check.client) && (isUrgent(plan) || (valid.has(check) && showsArrival(check, plan, cut)));
  return { ...turned, refused: [...refused], telling: plan.checks.filter(isTelling) };
}

/** Whether no certificate of a chain has expired. `now` in Unix seconds. */
const isValidNow = (chain: string, now: number): boolean =>
  certificatesIn(chain).every((one) => one !== null && one.validToDate.getTime() / 1000 > now);
