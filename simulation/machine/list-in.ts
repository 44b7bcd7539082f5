import { AwsFault } from '../world/aws-operations.ts';
import type { ObjectStore } from '../world/object-store.ts';
import type { StoredObject } from './machine-host.ts';
import { StateFailure } from './state-failure.ts';

/**
 * The list that a distributed Map reads from S3. Fails as `States.ItemReaderFailed`
 * where there is no readable list.
 */
export function listIn(objects: ObjectStore, object: StoredObject): unknown {
  try {
    return JSON.parse(objects.get(object));
  } catch (error) {
    if (!(error instanceof AwsFault || error instanceof SyntaxError)) throw error;
    throw new StateFailure('States.ItemReaderFailed', `${object.Key}: ${error.message}`);
  }
}
