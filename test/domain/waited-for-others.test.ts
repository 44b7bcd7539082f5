import { expect, it } from 'vitest';
import { waitedForOthers } from '../../lambdas/domain/cut/waited-for-others.ts';

it('I9: a succession whose only scope was opened and lost has not only waited for others', () => {
  const pair = (line: string) => ({ retiring: `cert_${line}0`, successor: `cert_${line}1` });
  const scopeOf = (scope: string, line: string) => ({ scope, successions: [pair(line)], checks: [] });
  const plan: Parameters<typeof waitedForOthers>[0] = {
    successions: ['acme', 'keel'].map((line) => ({ ...pair(line), authority: line, retiringExpiresAt: '' })),
    waves: [
      // Of twenty scopes one may halt, and the next wave begins.
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
