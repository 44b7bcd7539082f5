import type { Scenario } from '../scenario.ts';
import { hasRotatedKey } from './leaf-names.ts';

type Keyed = { name: string; project: string; keyOf?: string };

/** The project of a client's first API key, or of the one that its owner rotates it to. */
export function projectOfKey(
  { name, project, keyOf = project }: Keyed,
  isRotated: boolean,
  { events }: Pick<Scenario, 'events'>,
): string {
  const rotation = events.find((event) => event.kind === 'rotate' && event.client === name);
  return isRotated && rotation?.kind === 'rotate' ? (rotation.keyOf ?? project) : keyOf;
}

/**
 * The project whose anchors judge a client with this version of its secret: the
 * project of the key beside the leaf.
 */
export const judgedIn = (
  client: Keyed | undefined,
  version: string | null,
  scenario: Pick<Scenario, 'events'>,
): string => (client ? projectOfKey(client, version !== null && hasRotatedKey(version), scenario) : '');
