import { expect, it } from 'vitest';
import { waitedForOthers } from '../../../lambdas/domain/cut/waited-for-others.ts';

it('I9: a succession whose only scope was opened and lost has not only waited for others', () => {
  const pair = (line: string) => ({ retiring: `cert_${line}0`, successor: `cert_${line}1` });
  const scopeOf = (scope: string, line: string) => ({ scope, successions: [pair(line)], checks: [] });
  const plan: Parameters<typeof waitedForOthers>[0] = {
    successions: ['acme', 'keel'].map((line) => ({ ...pair(line), authority: line, retiringExpiresAt: '' })),
    waves: [
      // One scope of twenty may halt, and the next wave still begins.
      {
        name: 'projects',
        scopes: Array.from({ length: 20 }, (_, i) => scopeOf(`proj_${i}`, 'acme')),
      },
      { name: 'organization', scopes: [scopeOf('organization', 'keel')] },
    ],
  };
  const verdicts = Array.from({ length: 20 }, (_, i) => ({
    ...{ scope: `proj_${i}`, verdict: i === 0 ? ('halted' as const) : ('proven' as const) },
    ...{ error: i === 0 ? 'LeafChanged' : '', cause: '' },
  }));
  const waited = waitedForOthers(plan, verdicts, []);
  expect(waited.map(({ retiring }) => retiring)).not.toContain('cert_keel0');
});

it('I17: what the API did not activate has failed, and who was proven beside it has waited for it', () => {
  const pair = (line: string) => ({ retiring: `cert_${line}0`, successor: `cert_${line}1` });
  const of = (line: string) => ({ ...pair(line), authority: line, retiringExpiresAt: '' });
  const billing = {
    client: 'billing',
    project: 'proj_a',
    secret: 'billing',
    successor: 'cert_acme1',
    leaf: '',
  };
  const scope = { scope: 'proj_a', successions: [pair('acme'), pair('keel')], checks: [billing] };
  const plan = {
    successions: [of('acme'), of('keel')],
    waves: [{ name: 'canary' as const, scopes: [scope] }],
  };
  const halted = { scope: 'proj_a', verdict: 'halted' as const, error: 'ApiRefused', cause: '' };
  const part = { scope: 'proj_a', of: 1, clients: ['billing'], error: 'ApiRefused', refused: ['cert_keel1'] };
  // Keel has no client, so no client reports that keel has failed.
  expect(waitedForOthers(plan, [halted], [part])).toMatchObject([{ retiring: 'cert_acme0' }]);
});

it('rule 3: what is only confirmed has not waited for others, and goes on as it was begun', () => {
  const of = (line: string) => ({
    ...{ retiring: `cert_${line}0`, successor: `cert_${line}1`, authority: line, retiringExpiresAt: '' },
    ...(line === 'keel' && { resumed: true }),
  });
  const scopes = ['acme', 'bolt', 'keel'].map((line) => ({
    ...{ scope: `proj_${line}`, successions: [of(line)], checks: [] },
  }));
  const plan = {
    successions: ['acme', 'bolt', 'keel'].map(of),
    waves: [{ name: 'projects' as const, scopes }],
  };
  const verdicts = scopes.map(({ scope }) => ({
    ...{ scope, verdict: scope === 'proj_acme' ? ('halted' as const) : ('proven' as const) },
    ...{ error: scope === 'proj_acme' ? 'LeafChanged' : '', cause: '' },
  }));
  expect(waitedForOthers(plan, verdicts, []).map(({ retiring }) => retiring)).toEqual(['cert_bolt0']);
});
