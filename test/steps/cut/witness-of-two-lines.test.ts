import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { promoteScope } from '../../../lambdas/promote-scope.ts';
import { verify } from '../../../lambdas/verify.ts';
import { onAcme } from '../saying.ts';
import { type SceneAnchor, type SceneClient, scene, scopeInput } from '../scene.ts';

/**
 * Returns how an emergency of two lines ends. `acmeIn` are the scopes where acme0 is active. keel1 has no
 * filter and lets the witness's staged leaf in.
 */
async function ends(acmeIn: string[]) {
  const anchors: SceneAnchor[] = [
    { id: 'cert_acme0', expires: 200, in: acmeIn },
    { id: 'cert_acme1', expires: 300, filter: 'subject.common_name != "intruder"' },
    { id: 'cert_keel0', expires: 200, in: ['proj_a'], filter: 'subject.common_name != "intruder"' },
    { id: 'cert_keel1', expires: 300 },
  ];
  const intruder: SceneClient = {
    ...{ name: 'intruder', project: 'proj_a', running: { anchor: 'cert_acme1', by: 'cert_acme0' } },
    staged: { anchor: 'cert_keel1', by: 'cert_keel0' },
  };
  const ofKeel: SceneClient = {
    name: 'of-keel',
    project: 'proj_a',
    running: { anchor: 'cert_keel0' },
    staged: { anchor: 'cert_keel1' },
  };
  const set = await scene(anchors, [onAcme('billing', 'proj_a'), ofKeel], {
    witnesses: [intruder],
    choice: 'first',
  });
  const { ports } = set;
  const plan = await set.plan('one', {
    mode: 'emergency',
    anchors: ['cert_acme0', 'cert_keel0'],
    reason: 'leaked',
  });
  const out: unknown[] = [];
  for (const scope of ['proj_a', ...acmeIn.filter((one) => one !== 'proj_a')]) {
    const input = scopeInput('one', plan, scope);
    const activation = await activate(ports, input);
    const verification = await verify(ports, { ...input, moment: 'overlap' });
    await promoteScope(ports, { ...input, verification } as never);
    const again = await verify(ports, { ...input, moment: 'beforeCut' });
    const deactivation = await deactivate(ports, input);
    out.push([
      scope,
      await confirm(ports, { ...input, activation, verification: again, deactivation } as never).then(
        () => 'well',
        ({ name, message }) => `${name}: ${message}`,
      ),
    ]);
  }
  return out.map(String).join('\n');
}
it('control: both lines in one scope', async () => {
  expect(await ends(['proj_a'])).toContain('TrustWidened');
});
it('F16: a witness of two lines, one of which the organization has as well, is judged of the other line', async () => {
  expect(await ends(['proj_a', 'organization'])).toContain('TrustWidened');
});
