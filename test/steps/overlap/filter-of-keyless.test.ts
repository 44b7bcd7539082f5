import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { verify } from '../../../lambdas/verify.ts';
import { scene, scopeInput } from '../scene.ts';

it.each(['oauth', 'api'] as const)(
  'F16: a filter of the successor that refuses a keyless client is named as that, with what to do, where the token host refuses as %s',
  async (refusesAs) => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
        { id: 'cert_acme1', expires: 300, filter: 'subject.common_name == "nobody"' },
      ],
      [
        {
          ...{ name: 'ledger', project: 'proj_a', keyless: true },
          ...{ running: { anchor: 'cert_acme0' }, staged: { anchor: 'cert_acme1' } },
        },
      ],
      { refusesAs },
    );
    const input = scopeInput('one', await set.plan('one'));
    await activate(set.ports, input);
    await expect(verify(set.ports, { ...input, moment: 'overlap' })).rejects.toMatchObject({
      name: 'SuccessorRefused',
      message: expect.stringMatching(/give the successor the filter of the anchor that it replaces/),
    });
  },
);

it.each([
  ['that keeps its leaf', undefined],
  ['with a leaf of it staged', { anchor: 'cert_acme1' }],
])(
  'F16, F7: a filter of a renewal that refuses a keyless client %s is named first, though no call can show it',
  async (_, staged) => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
        {
          ...{ id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0' },
          filter: 'subject.common_name == "nobody"',
        },
      ],
      [
        {
          ...{ name: 'ledger', project: 'proj_a', keyless: true },
          ...{ running: { anchor: 'cert_acme0' }, ...(staged && { staged }) },
        },
      ],
      { refusesAs: 'oauth', choice: 'last' },
    );
    const input = scopeInput('one', await set.plan('one'));
    await activate(set.ports, input);
    await expect(verify(set.ports, { ...input, moment: 'overlap' })).rejects.toMatchObject({
      name: 'SuccessorRefused',
      message: expect.stringMatching(
        /filter may refuse the leaf: give the successor the filter.*; or .*in the client's secret/,
      ),
    });
  },
);
