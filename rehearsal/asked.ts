import { WindlassError } from '../lambdas/domain/errors.ts';
import { type Policy, policySchema } from '../lambdas/domain/policy.ts';
import { type Request, requestSchema } from '../lambdas/domain/request.ts';
import type { InventoryFile } from '../simulation/inventory/inventory-file.ts';
import { builtinPolicy } from '../simulation/organizations/builtin.ts';

type Asked = { inventory?: InventoryFile; policy?: unknown };

/**
 * The policy to rehearse by. The built-in organization keeps its own holds, and its own canaries unless
 * others are given.
 */
export function policyFrom({ inventory, policy = {} }: Asked): Policy {
  const parsed = policySchema.safeParse(policy);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'policy'}: ${message}`,
    );
    throw new WindlassError('InvalidInput', `the policy is not valid: ${problems.join('; ')}`);
  }
  if (inventory) return parsed.data;
  const { hold, canary } = parsed.data;
  return {
    ...parsed.data,
    hold: [...new Set([...builtinPolicy.hold, ...hold])],
    canary: canary.length > 0 ? canary : builtinPolicy.canary,
  };
}

/**
 * The request that the operator prepares for. When Plan will refuse the request, a scheduled one is assumed,
 * so that nothing special is prepared.
 */
export function requestFrom(request: unknown = {}): Request {
  const parsed = requestSchema.safeParse(request);
  return parsed.success ? parsed.data : { mode: 'scheduled' };
}

/** The anchors that an emergency names. */
export const namedBy = (request: Request): readonly string[] =>
  request.mode === 'emergency' ? request.anchors : [];
