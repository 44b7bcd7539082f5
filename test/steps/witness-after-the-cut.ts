import { expect } from 'vitest';
import { activate } from '../../lambdas/activate.ts';
import { deactivate } from '../../lambdas/deactivate.ts';
import { moveToStaged } from './saying.ts';
import { HOST, type SceneAnchor, type SceneClient, type SceneLeaf, scene, scopeInput } from './scene.ts';

const on = (name: string, running: SceneLeaf): SceneClient => ({ name, project: 'proj_a', running });

export type JustCut = Awaited<ReturnType<typeof justCut>>;

/**
 * Proj_a right after a cut in favour of a renewal that lets the witness in. Until the cut, hosts checked the
 * old anchor first.
 */
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

/** As {@link justCut}, and the renewal's filter turns the client search away. */
export const refusing = (witness: string) =>
  justCut(witness, { filter: 'subject.common_name != "search"' }, { anchor: 'cert_acme0' });

/** The leaf of search in the scenes where search relies on another anchor. */
export const KEPT: SceneLeaf = { anchor: 'cert_keel0', by: 'cert_bolt0' };

/**
 * As {@link justCut}, and another anchor is cut as well. The anchor that search relies on besides that one
 * turns search away.
 */
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

/** Returns the error by which a look ends. Fails the test when the look succeeds. */
export const haltOf = (look: Promise<unknown>): Promise<{ Error: string; Cause: string }> =>
  look.then(
    () => expect.unreachable(),
    ({ name, message }) => ({ Error: name, Cause: message }),
  );
