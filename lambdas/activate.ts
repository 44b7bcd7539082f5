import { type Certificates, certificatesFromEnvironment } from './adapters/certificates.ts';
import { type Clock, systemClock } from './clock.ts';
import {
  type Activation,
  activationSchema,
  type ScopeDocument,
  scopeDocumentSchema,
} from './domain/document.ts';
import { batchesOf, believeToggle, decideActivation } from './domain/guards.ts';
import { step } from './step.ts';

type Ports = { certificates: Certificates; clock: Clock };
type Reads = Pick<ScopeDocument, 'execution' | 'plan'>;

/** Activates the successors of one scope beside the anchors they will replace, and believes only a fresh listing (I3, I4, I7). */
export async function activate({ certificates, clock }: Ports, { plan }: Reads): Promise<Activation> {
  const { scope } = plan;
  const decision = decideActivation(plan, await certificates.list(scope), clock());
  for (const batch of batchesOf(decision.activate)) await certificates.activate(scope, batch);
  if (decision.activate.length > 0)
    believeToggle(scope, await certificates.list(scope), { anchorIds: decision.activate, active: true });
  return { scope, activated: decision.activate, alreadyActive: decision.alreadyActive };
}

export const handler = step(
  'activate',
  {
    reads: scopeDocumentSchema.pick({ execution: true, plan: true }),
    writes: activationSchema,
    ports: () => ({ certificates: certificatesFromEnvironment(), clock: systemClock }),
  },
  activate,
);
