import { type Certificates, certificatesFromEnvironment } from './adapters/certificates.ts';
import { holdFromEnvironment } from './adapters/environment.ts';
import { type Journal, journalFromEnvironment } from './adapters/journal.ts';
import { type Leases, leasesFromEnvironment } from './adapters/lease.ts';
import { toggle } from './adapters/toggle.ts';
import { type Clock, instant, systemClock } from './clock.ts';
import { activeIds } from './domain/anchor.ts';
import { claimOf, entryOf } from './domain/audit.ts';
import {
  type Deactivation,
  deactivationSchema,
  type ScopeDocument,
  scopeDocumentSchema,
} from './domain/document.ts';
import { believeToggle, decideDeactivation } from './domain/guards.ts';
import { step } from './step.ts';

type Ports = {
  certificates: Certificates;
  leases: Leases;
  journal: Journal;
  /** Anchors on hold by now. */
  hold: readonly string[];
  clock: Clock;
};
type Reads = Pick<ScopeDocument, 'execution' | 'plan' | 'lease'>;

/** Cuts the retiring anchors of one scope, whose successors a fresh listing shows active there now (I1, I2, I7). */
export async function deactivate(ports: Ports, input: Reads): Promise<Deactivation> {
  const { certificates, leases, journal, hold, clock } = ports;
  const { scope, successions } = input.plan;
  const before = await certificates.list(scope);
  const facts = { listing: before, hold, now: clock() };
  const { deactivate, alreadyInactive } = decideDeactivation(input.plan, facts);
  if (deactivate.length === 0) return { scope, deactivated: [], alreadyInactive };

  // What a rotation remembers that has taken over is not ours to add to.
  await leases.demand(claimOf(input));
  // Written down before it happens: whatever stops us after the first cut, the next run knows what is unconfirmed (I11).
  const cuts = successions.filter(({ retiring }) => deactivate.includes(retiring));
  await journal.rememberCuts(
    cuts.map(({ compromised = false, ...pair }) => ({
      ...pair,
      scope,
      compromised,
      cutAt: instant(clock()),
    })),
  );
  const intent = { deactivating: deactivate, before: activeIds(before) };
  await journal.record(entryOf(input, clock(), 'deactivating', intent, scope));
  await toggle(ports, claimOf(input), 'deactivate', scope, deactivate);
  const after = await certificates.list(scope);
  believeToggle(scope, after, { anchorIds: deactivate, active: false });
  const detail = { deactivated: deactivate, before: activeIds(before), after: activeIds(after) };
  await journal.record(entryOf(input, clock(), 'deactivated', detail, scope));
  return { scope, deactivated: deactivate, alreadyInactive };
}

export const handler = step(
  'deactivate',
  {
    reads: scopeDocumentSchema.pick({ execution: true, plan: true, lease: true }),
    writes: deactivationSchema,
    ports: () => ({
      certificates: certificatesFromEnvironment(),
      leases: leasesFromEnvironment(),
      journal: journalFromEnvironment(),
      hold: holdFromEnvironment(),
      clock: systemClock,
    }),
  },
  deactivate,
);
