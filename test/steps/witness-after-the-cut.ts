import { expect } from 'vitest';
import { activate } from '../../lambdas/activate.ts';
import { deactivate } from '../../lambdas/deactivate.ts';
import { moveToStaged } from './saying.ts';
import { HOST, type SceneAnchor, type SceneClient, type SceneLeaf, scene, scopeInput } from './scene.ts';

const on = (name: string, running: SceneLeaf): SceneClient => ({ name, project: 'proj_a', running });

export type JustCut = Awaited<ReturnType<typeof justCut>>;

/** Proj_a right after its cut in favour of a renewal, which lets the witness in. Hosts went by the old anchor until then. */
export async function justCut(
  witness: string,
  renewal: Partial<SceneAnchor>,
  search: SceneLeaf,
  beside: SceneAnchor[] = [],
  moving: SceneClient[] = [],
) {
  const anchors = [
    {
      ...{ id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      filter: `subject.common_name != "${witness}"`,
    },
    { id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0', ...renewal },
    ...beside,
  ];
  const clients = [on('search', search), on('billing', { anchor: 'cert_acme0' }), ...moving];
  const witnesses = [on(witness, { anchor: 'cert_acme0' })];
  const set = await scene(anchors, clients, { choice: 'first', witnesses });
  const ports = { ...set.ports, hosts: [HOST], pause: async () => {} };
  const input = scopeInput('one', await set.plan('one'));
  await activate(ports, input);
  for (const { name } of moving) {
    await moveToStaged(set.secrets, name);
  }
  return { set, ports, input: { ...input, deactivation: await deactivate(ports, input) } };
}

/** The renewal turns search away. */
export const refusing = (witness: string) =>
  justCut(witness, { filter: 'subject.common_name != "search"' }, { anchor: 'cert_acme0' });

/** What search runs on where it relies on another anchor. */
export const KEPT: SceneLeaf = { anchor: 'cert_keel0', by: 'cert_bolt0' };

/** Another anchor is cut as well, and what search relies on beside that one turns it away. */
export const relying = (witness: string) =>
  justCut(
    witness,
    {},
    KEPT,
    [
      { id: 'cert_keel0', expires: 20, in: ['proj_a'] },
      { id: 'cert_keel1', expires: 300 },
      { id: 'cert_bolt0', expires: 900, in: ['proj_a'], filter: 'subject.common_name == "bolts"' },
    ],
    [{ ...on('ledger', { anchor: 'cert_keel0' }), staged: { anchor: 'cert_keel1' } }],
  );

/** How a look ends. */
export const haltOf = (look: Promise<unknown>): Promise<{ Error: string; Cause: string }> =>
  look.then(
    () => expect.unreachable(),
    ({ name, message }) => ({ Error: name, Cause: message }),
  );
