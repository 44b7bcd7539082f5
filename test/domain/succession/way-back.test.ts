import { describe, expect, it } from 'vitest';
import type { Blocked } from '../../../lambdas/domain/plan-document/blocked.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const anchors = [anchor('cert_a', 'acme@1', 200), anchor('cert_b', 'acme@2', 400)];
const moved = { ...client('billing', 'proj_a', 'cert_b'), previous: leaf('before', 'cert_a') };
const leaked = (more: object = {}, clients = [moved], uploads = anchors) =>
  plan({
    inventory: inventoryOf(uploads, { proj_a: ['cert_a', 'cert_b'], proj_b: ['cert_a', 'cert_b'] }),
    ...{ policy: policyOf(), now: NOW, clients },
    request: { mode: 'emergency', anchors: ['cert_b'], reason: 'leaked' },
    ...more,
  } as never);

const billingIn = (blocked: readonly Blocked[]) => blocked.find((one) => one.client === 'billing');

describe('where what everybody was moved to is compromised (rule 2, I15, I16)', () => {
  it('the generation before takes its place, and its client is told to stage the leaf again that it had', () => {
    const { blocked } = leaked();
    expect(billingIn(blocked)).toMatchObject({ anchor: 'cert_b', scopes: ['proj_a'] });
    expect(billingIn(blocked)?.reason).toContain(
      'stage again the leaf that client billing had before (AWSPREVIOUS), which chains to cert_a (acme@1)',
    );
  });

  it('a scope that waits for nobody is cut at once', () => {
    const { successions, waves } = leaked({ policy: policyOf({ listingScopes: ['proj_b'] }) });
    expect(successions).toMatchObject([{ retiring: 'cert_b', successor: 'cert_a' }]);
    const cut = waves.flatMap(({ scopes }) =>
      scopes.filter((one) => one.successions.every(({ held }) => !held)),
    );
    expect(cut.map(({ scope }) => scope)).toEqual(['proj_b']);
  });

  it('a next generation has its place only where somebody holds a leaf of it', () => {
    const next = anchor('cert_c', 'acme@3', 500);
    const uploads = [...anchors, next];
    const reason = (clients: (typeof moved)[]) => billingIn(leaked({}, clients, uploads).blocked)?.reason;
    expect(reason([moved])).toContain('which chains to cert_a');
    const ready = { ...client('search', 'proj_b', 'cert_b', 'cert_c'), previous: null } as never;
    expect(reason([moved, ready])).toContain('stage a leaf for client billing that chains to cert_c');
  });

  it('among two that as many clients run on, the one that there is a way back to', () => {
    const uploads = [...anchors, anchor('cert_c', 'acme@3', 300)];
    const back = { ...client('search', 'proj_c', 'cert_c'), previous: leaf('before', 'cert_a') };
    const clients = [{ ...client('billing', 'proj_a', 'cert_a') }, back] as never;
    const active = { proj_a: ['cert_a', 'cert_b'], proj_c: ['cert_c'] };
    const { successions } = leaked({ inventory: inventoryOf(uploads, active) }, clients);
    expect(successions).toMatchObject([{ retiring: 'cert_b', successor: 'cert_a' }]);
  });

  it('and by nobody’s older generation that no client had', () => {
    const { blocked } = leaked({}, [{ ...moved, previous: null as never }]);
    expect(blocked[0]?.reason).toContain('cert_b (acme@2) has no successor');
  });
});

it('what is due has no way back to an older generation that a client had before', () => {
  const lasting = [anchor('cert_a', 'acme@1', 400), anchor('cert_b', 'acme@2', 20)];
  const { blocked } = leaked({ request: { mode: 'scheduled' } }, [moved], lasting);
  expect(blocked[0]?.reason).toContain('stage the leaf again that billing had before (AWSPREVIOUS)');
});

it.each([
  ['what every client that is left runs on goes before a pair that was begun', 'cert_c', 'cert_c'],
  ['a pair that was begun goes on where nobody runs on any other', undefined, 'cert_d'],
])('rule 2: in an emergency %s', (_, running, successor) => {
  const uploads = [...anchors, anchor('cert_c', 'acme@3', 500), anchor('cert_d', 'acme@4', 600)];
  const begun = [{ retiring: 'cert_b', successor: 'cert_d', begunAt: new Date(NOW * 1000).toISOString() }];
  const clients = [client('billing', 'proj_a', running), client('search', 'proj_b', undefined, 'cert_d')];
  const inventory = inventoryOf(uploads, { proj_a: ['cert_b', 'cert_c'], proj_b: ['cert_b'] });
  const { successions } = leaked({ inventory, memory: { soaks: [], cuts: [], begun } }, clients as never);
  expect(successions).toMatchObject([{ retiring: 'cert_b', successor }]);
});
