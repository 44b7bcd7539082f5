import type { Scenario } from '../scenario.ts';
import { hasRotatedKey } from './leaf-names.ts';

type Keyed = { name: string; project: string; keyOf?: string };

/** The project that a client's first API key is of, or the one that its owner rotates it to. */
export function projectOfKey(
  { name, project, keyOf = project }: Keyed,
  isRotated: boolean,
  { events }: Pick<Scenario, 'events'>,
): string {
  const rotation = events.find((event) => event.kind === 'rotate' && event.client === name);
  return isRotated && rotation?.kind === 'rotate' ? (rotation.keyOf ?? project) : keyOf;
}

/** The project by whose anchors hosts judge a client that holds this version of its secret: that of the key beside the leaf. */
export const judgedIn = (
  client: Keyed | undefined,
  version: string | null,
  scenario: Pick<Scenario, 'events'>,
): string => (client ? projectOfKey(client, version !== null && hasRotatedKey(version), scenario) : '');
