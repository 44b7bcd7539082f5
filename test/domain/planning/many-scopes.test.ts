import { expect, it } from 'vitest';
import { instant } from '../../../lambdas/domain/instant.ts';
import type { ClientFacts } from '../../../lambdas/domain/leaf/client-facts.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, DAY, inventoryOf, NOW, policyOf } from '../organizations.ts';

/**
 * Counts how often a plan reads a client's facts, with one client in each project. Every other client runs on
 * the retiring anchor, with a leaf of `staged` to move to.
 */
function looksAt(
  projects: number,
  { staged, request }: { staged?: string; request: Parameters<typeof plan>[0]['request'] },
): number {
  let looks = 0;
  const counted = (one: ClientFacts): ClientFacts =>
    new Proxy(one, {
      get: (target, key) => {
        looks += 1;
        return Reflect.get(target, key);
      },
    });
  const names = Array.from({ length: projects }, (_, at) => `proj_${at}`);
  const clients = names.map((project, at) =>
    counted(
      at % 2 === 0
        ? client(`of-${project}`, project, 'cert_new')
        : client(`of-${project}`, project, 'cert_old', staged),
    ),
  );
  const soak = { provenAt: instant(NOW - 8 * DAY), soakUntil: instant(NOW - DAY) };
  const { decision } = plan({
    inventory: inventoryOf(
      [anchor('cert_old', 'acme@1', 20), anchor('cert_new', 'acme@2', 400)],
      Object.fromEntries(names.map((project) => [project, ['cert_old', 'cert_new']])),
    ),
    ...{ policy: policyOf(), request, now: NOW, clients },
    memory: { soaks: [{ retiring: 'cert_old', successor: 'cert_new', ...soak }], cuts: [] },
  });
  expect(decision).toBe('rotate');
  return looks;
}

const scheduled = { mode: 'scheduled' } as const;
const emergency = { mode: 'emergency' as const, anchors: ['cert_old'], reason: 'its key has leaked' };

it.each([
  ['a sweep where nobody is ready to be moved', { request: scheduled }],
  ['a sweep that moves clients', { request: scheduled, staged: 'cert_new' }],
  ['an emergency', { request: emergency, staged: 'cert_new' }],
])('I18: %s looks at as many clients as there are, and not at all of them in each scope', (_, about) => {
  const [few, many] = [looksAt(50, about), looksAt(200, about)];
  expect(many).toBeLessThan(5 * few);
});
