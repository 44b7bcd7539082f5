import { describe, expect, it } from 'vitest';
import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import { isShownBy } from '../../../lambdas/domain/overlap/heard.ts';
import type { ClientCheck } from '../../../lambdas/domain/plan-document/client-check.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, inventoryOf, leaf, NOW, policyOf } from '../organizations.ts';

const check = (client: string, successor: string, more: Partial<ClientCheck> = {}): ClientCheck => ({
  ...{ client, project: 'proj_a', secret: client, successor, leaf: client, ...more },
});

describe('a look that ends well shows that hosts have heard of what was activated (I8)', () => {
  const alone = check('alone', 'acme');
  const beside = check('beside', 'acme', { byOthers: true });
  const running = check('running', 'keel');
  const atUs = check('us', 'acme', { hosts: ['us'] });
  const atEu = check('eu', 'acme', { hosts: ['eu'], byOthers: true });
  it.each<[string, ClientCheck[], ClientCheck[], boolean]>([
    ['where a client gets in by that alone', [alone, beside], [], true],
    ['not where each could by another anchor', [beside], [], false],
    [
      'nor where the plan of an older version says that one is in use',
      [{ ...alone, inUse: true }],
      [],
      false,
    ],
    ['nor of what a client of another successor gets in by', [alone], [running], false],
    ['where nobody is looked at', [], [], true],
    ['not at a host that answers another client alone', [atUs], [atEu], false],
    ['nor of all hosts by a client of one', [atUs], [beside], false],
    ['where each host shows it by a client of its own', [atUs, { ...atEu, byOthers: false }], [beside], true],
    ['where one shows it whom each host answers', [alone], [atEu], true],
  ])('%s', (_, checks, others, isShown) => {
    expect(isShownBy({ checks }, [...checks, ...others], ['us', 'eu'])).toBe(isShown);
    const isAnybody = checks.length + others.length > 0;
    expect(isShownBy({ checks, evidence: 'listing' }, [...checks, ...others], ['us'])).toBe(!isAnybody);
  });
});

const [old, fresh] = [anchor('cert_old', 'acme@2025', 20), anchor('cert_new', 'acme@2026', 400)];
/** Returns for each scope the clients that the plan marks as getting in by another anchor too. */
function byOthersIn(clients: ReturnType<typeof client>[]) {
  const { waves } = plan({
    inventory: inventoryOf([old, fresh], { proj_a: ['cert_old'], organization: ['cert_old'] }, [
      'proj_a',
      'proj_b',
    ]),
    policy: policyOf(),
    request: { mode: 'scheduled' },
    now: NOW,
    clients,
  });
  const scopes = waves.flatMap((wave) => wave.scopes);
  const said = scopes.map(({ scope, checks }) => [
    scope,
    checks.flatMap((one) => (one.byOthers ? one.client : [])),
  ]);
  return Object.fromEntries(said);
}

describe('of a scope that clients prove, Plan says which do not (I8)', () => {
  const both = { ...client('both', 'proj_b'), running: leaf('both', 'cert_old', 'cert_new') };

  it('as one that what retires lets in as well, or its own project by then', () => {
    const ready = ['proj_a', 'proj_b'].map((project) =>
      client(`of-${project}`, project, 'cert_old', 'cert_new'),
    );
    expect(byOthersIn([...ready, both])).toEqual({ proj_a: [], [ORGANIZATION]: ['of-proj_a', 'both'] });
  });

  it('and nothing of one that nobody proves, where the listing is the evidence', () => {
    expect(byOthersIn([client('of-proj_a', 'proj_a', 'cert_old', 'cert_new'), both])).toEqual({
      ...{ proj_a: [], [ORGANIZATION]: [] },
    });
  });
});
