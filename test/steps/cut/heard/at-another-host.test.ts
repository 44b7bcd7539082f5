import { expect, it } from 'vitest';
import { wayBack } from '../../../../lambdas/adapters/undo/way-back.ts';
import { confirm } from '../../../../lambdas/confirm.ts';
import { deactivate } from '../../../../lambdas/deactivate.ts';
import { intruder, sendingBoth } from '../../both-paths.ts';
import { onAcme } from '../../saying.ts';
import { HOST, scene } from '../../scene.ts';
import { upToTheCut } from './late-cut.ts';

const EU = 'https://mtls-eu.api.openai.com/v1';

/**
 * A client that one host answers, and a witness that another host answers. The retiring anchor has kept the
 * witness out. `asked` collects which host was asked for which of them.
 */
async function world() {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'], filter: 'subject.common_name == "billing"' },
      { id: 'cert_acme1', expires: 300 },
    ],
    [{ ...onAcme('billing', 'proj_a'), hosts: [EU] }],
    { choice: 'first', witnesses: [{ ...intruder, hosts: [HOST] }], hosts: [EU] },
  );
  sendingBoth(set);
  const { ports, paused, input } = await upToTheCut(set);
  const asked = new Set<string>();
  const probe: typeof ports.probe = (host, held) => {
    asked.add(`${held.apiKey} ${host}`);
    return ports.probe(host, held);
  };
  return { set, ports: { ...ports, hosts: [HOST, EU], probe }, paused, input, asked };
}

it('F10, F16, I8: that a cut has reached the host of a client says nothing of the host of a witness', async () => {
  const { set, ports, paused, input, asked } = await world();
  set.world.organization.delayBy((place) => (place === HOST ? 20 : 0));
  const cut = { ...input, deactivation: await deactivate(ports, input) };
  await expect(confirm(ports, cut)).rejects.toMatchObject({ name: 'TrustWidened' });
  expect([paused, [...asked].sort()]).toEqual([[30], [`sk-billing ${EU}`, `sk-intruder ${HOST}`]]);
});

it('F10: after a halt a client is asked about where it is answered, and nowhere else', async () => {
  const { ports, input, asked } = await world();
  const [check] = input.plan.checks;
  if (!check) throw new Error('nobody is to be looked at');
  expect(await wayBack(ports, check, { evidence: 'probe' })).toEqual({ isPromoted: true, to: null });
  expect([...asked]).toEqual([`sk-billing ${EU}`]);
});
