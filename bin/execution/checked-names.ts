import { WindlassError } from '../../lambdas/domain/errors.ts';
import { indexAnchors } from '../../lambdas/domain/planning/facts.ts';
import { checkNames } from '../../lambdas/domain/planning/names.ts';
import { inOptions } from './request-options.ts';

/**
 * Checks the names as `checkNames` does, and throws the same errors. Their messages say which option gave a
 * bad name, and which known name may have been meant.
 */
export function namesInOptions(...[facts, lastNames]: Parameters<typeof checkNames>) {
  try {
    return checkNames(facts, lastNames);
  } catch (error) {
    if (!(error instanceof WindlassError)) throw error;
    const { inventory, clients } = facts;
    const known = [
      ...indexAnchors(inventory).anchors.keys(),
      ...inventory.projects.map(({ projectId }) => projectId),
      ...clients.map(({ name }) => name),
    ];
    throw new WindlassError(error.name, inOptions(error.message, known));
  }
}
