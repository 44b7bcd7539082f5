import { expect, it } from 'vitest';
import { checkNames } from '../../../lambdas/domain/planning/names.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const OLD = anchor('cert_old', 'acme@1', 20);
const billing = { ...client('billing', 'proj_a'), running: leaf('r', 'cert_old') };

/** Returns what a plan tells an operator to do about an anchor that expires, which billing runs on. */
function saidOf(anchors: ReturnType<typeof anchor>[], clients = [billing]): string {
  const facts = {
    inventory: inventoryOf(anchors, { proj_a: [anchors[0]?.anchorId ?? ''] }),
    ...{ policy: policyOf(), request: { mode: 'scheduled' as const }, now: NOW, clients },
  };
  return plan(facts)
    .blocked.map(({ reason }) => reason)
    .join();
}

it.each([null, 'acme-2026', 'globex@2'])(
  'I13: where clients have staged leaves of an upload named %j, it is named before anything is uploaded',
  (name) => {
    const staged = { ...billing, staged: leaf('s', 'cert_new') };
    expect(saidOf([OLD, anchor('cert_new', name as string, 400)], [staged])).toMatch(
      /Leaves of cert_new.* are staged for billing: if that is the next generation, rename it "acme@.*policy\.successions/,
    );
  },
);

it('I13: of an expired anchor it is said that it lets nobody in, and may be deactivated by hand', () => {
  const over = anchor('cert_old', 'addtrust@2000', -5);
  expect(saidOf([over, anchor('cert_x', 'acme@1', 400)])).toContain('deactivate cert_old by hand');
});

it('I13: where the successor itself ends too soon, nobody is told to stage a leaf of it', () => {
  const [brief, short] = [anchor('cert_old', 'acme@1', 0.5), anchor('cert_new', 'acme@2', 1.5)];
  const said = saidOf([brief, short], [{ ...billing, staged: leaf('s', 'cert_new') }]);
  expect(said).toContain('cert_new itself ends at');
  expect(said).toContain('upload a generation that lasts longer than cert_new (acme@2)');
  expect(said).not.toContain('stage a leaf for client billing that chains to cert_new');
});

it('I13: an emergency that names an anchor by its name is told its id', () => {
  const facts = {
    inventory: inventoryOf([OLD], { proj_a: ['cert_old'] }),
    ...{ policy: policyOf(), now: NOW, clients: [] },
  };
  const named = (id: string) => () =>
    checkNames({ ...facts, request: { mode: 'emergency', anchors: [id], reason: 'it leaked' } });
  expect(named('acme@1')).toThrow('request.anchors.0: acme@1 is the name of cert_old');
  expect(named('acme@2')).toThrow(/acme@2"?$/);
});
