import { activate } from '../lambdas/activate.ts';
import { beginScope } from '../lambdas/begin-scope.ts';
import { concludeScope } from '../lambdas/conclude-scope.ts';
import { confirm } from '../lambdas/confirm.ts';
import { deactivate } from '../lambdas/deactivate.ts';
import { badFields } from '../lambdas/domain/bad-fields.ts';
import { WindlassError } from '../lambdas/domain/errors.ts';
import { policySchema } from '../lambdas/domain/policy.ts';
import { requestSchema } from '../lambdas/domain/request.ts';
import { judge } from '../lambdas/judge.ts';
import { openWave } from '../lambdas/open-wave.ts';
import { plan } from '../lambdas/plan.ts';
import { promote } from '../lambdas/promote.ts';
import { promoteScope } from '../lambdas/promote-scope.ts';
import { release } from '../lambdas/release.ts';
import { restore } from '../lambdas/restore.ts';
import { scheduleNext } from '../lambdas/schedule-next.ts';
import { undo } from '../lambdas/undo.ts';
import { verify } from '../lambdas/verify.ts';
import type { Step as StepName } from '../lib/steps.ts';
import type { Ports } from '../simulation/in-process/ports.ts';

// biome-ignore lint/suspicious/noExplicitAny: each step reads its own part of the document, which the machine hands it
export type Step = (ports: Ports, input: any) => Promise<unknown>;

/**
 * The steps themselves, by their function's name. Each gets the defaults that its handler would have filled
 * in.
 */
export const steps = {
  plan: (ports, { request, configuration, ...input }) => {
    const policy = policySchema.parse(configuration.policy);
    return plan(ports, {
      ...input,
      request: requestOf(request),
      configuration: { ...configuration, policy },
    });
  },
  'open-wave': openWave,
  'begin-scope': beginScope,
  activate,
  verify: (ports, input) => verify(ports, { moment: 'overlap', ...input }),
  promote,
  'promote-scope': promoteScope,
  deactivate,
  confirm,
  'conclude-scope': concludeScope,
  judge,
  undo,
  restore,
  'schedule-next': scheduleNext,
  release,
} satisfies Record<StepName, Step>;

function requestOf(request: unknown) {
  const parsed = requestSchema.safeParse(request);
  if (parsed.success) return parsed.data;
  throw new WindlassError('InvalidRequest', badFields(parsed.error, 'request'));
}
