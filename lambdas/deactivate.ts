import { type Certificates, certificatesFromEnvironment } from './adapters/certificates.ts';
import { type Clock, systemClock } from './clock.ts';
import {
  type Deactivation,
  deactivationSchema,
  type ScopeDocument,
  scopeDocumentSchema,
} from './domain/document.ts';
import { batchesOf, believeToggle, decideDeactivation } from './domain/guards.ts';
import { step } from './step.ts';

type Ports = { certificates: Certificates; clock: Clock };
type Reads = Pick<ScopeDocument, 'execution' | 'plan'>;

/** Cuts the retiring anchors of one scope, whose successors a fresh listing shows active there now (I1, I2, I7). */
export async function deactivate({ certificates, clock }: Ports, { plan }: Reads): Promise<Deactivation> {
  const { scope } = plan;
  const decision = decideDeactivation(plan, await certificates.list(scope), clock());
  for (const batch of batchesOf(decision.deactivate)) await certificates.deactivate(scope, batch);
  if (decision.deactivate.length > 0)
    believeToggle(scope, await certificates.list(scope), { anchorIds: decision.deactivate, active: false });
  return { scope, deactivated: decision.deactivate, alreadyInactive: decision.alreadyInactive };
}

export const handler = step(
  'deactivate',
  {
    reads: scopeDocumentSchema.pick({ execution: true, plan: true }),
    writes: deactivationSchema,
    ports: () => ({ certificates: certificatesFromEnvironment(), clock: systemClock }),
  },
  deactivate,
);
