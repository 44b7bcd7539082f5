import { expect, it } from 'vitest';
import { byPreference } from '../../../lambdas/domain/succession/preference.ts';
import { anchor, client, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const old = anchor('cert_old', 'acme@1', 20);
const two = [anchor('cert_a', 'acme@2', 400), anchor('cert_b', 'acme@3', 400)];

it.each([
  ['that most have staged', [], 'cert_a'],
  ['and first of all what they can use', ['it is for servers alone'], 'cert_b'],
])('rule 2: of what is fit alike the one is chosen %s', (_, problems, chosen) => {
  const staged = (name: string) => ({
    ...client(name, 'proj_a', 'cert_old'),
    staged: { ...leaf(`next of ${name}`, 'cert_a'), problems },
  });
  const facts = {
    inventory: inventoryOf([old, ...two], { proj_a: ['cert_old'] }),
    ...{ policy: policyOf(), request: { mode: 'scheduled' as const }, now: NOW },
    clients: [staged('one'), staged('two'), client('three', 'proj_a', 'cert_old', 'cert_b')],
  };
  expect(two.toSorted(byPreference(old, facts))[0]?.anchorId).toBe(chosen);
});

it('rule 2: a neighbour of another authority, who gets in by that one, draws nobody to what his leaf leads to as well', () => {
  const neighbour = (name: string) => ({ ...client(name, 'proj_a'), running: leaf(name, name, 'cert_b') });
  const chosenBeside = (name: string) => {
    const facts = {
      inventory: inventoryOf(
        [old, ...two, anchor('cert_other', 'other@1', 400), anchor('cert_more', 'acme@0', 30)],
        {
          proj_a: ['cert_old', 'cert_other', 'cert_more'],
        },
      ),
      ...{ policy: policyOf(), request: { mode: 'scheduled' as const }, now: NOW },
      clients: [client('one', 'proj_a', 'cert_old', 'cert_a'), neighbour(name)],
    };
    return two.toSorted(byPreference(old, facts))[0]?.anchorId;
  };
  expect(chosenBeside('cert_other')).toBe('cert_a');
  // Control: a client of the same authority shows that clients can run on cert_b.
  expect(chosenBeside('cert_more')).toBe('cert_b');
});
