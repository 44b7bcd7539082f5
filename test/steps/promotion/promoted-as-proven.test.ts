import { expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { promote } from '../../../lambdas/promote.ts';
import { verify } from '../../../lambdas/verify.ts';
import { isIn } from '../saying.ts';
import { HOST, scene, scopeInput } from '../scene.ts';

it.each(['as it was proven', 'without its intermediate', 'with the key of another leaf'])(
  'I17, I19: a leaf that was staged again since its proof, %s, puts nobody outside for a soak',
  async (how) => {
    const set = await scene(undefined, [
      {
        ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
        staged: { anchor: 'cert_acme1', intermediate: true },
      },
    ]);
    const ports = { ...set.ports, hosts: [HOST] };
    const plan = await set.plan('one');
    const input = scopeInput('one', plan);
    await activate(ports, input);
    const { provenAt } = await verify(ports, { ...input, moment: 'overlap' });
    const about = { execution: input.execution, phase: 'overlap' as const };
    await set.verdicts.leave(about, { scope: 'proj_a', verdict: 'proven', error: '', cause: '', provenAt });
    const [staged, current] = await Promise.all([
      set.secrets.read('billing', 'AWSPENDING'),
      set.secrets.read('billing', 'AWSCURRENT'),
    ]);
    if (!staged || !current) throw new Error('both are there');
    const { versionId: _, ...proven } = staged;
    const again = {
      ...proven,
      ...(how.includes('intermediate') && {
        certificateChain: `${proven.certificateChain.split('-----END CERTIFICATE-----\n')[0]}-----END CERTIFICATE-----\n`,
      }),
      ...(how.includes('key') && { privateKey: current.privateKey }),
    };
    set.world.secrets.put('billing', JSON.stringify(again), ['AWSPENDING']);
    await promote(ports, {
      execution: input.execution,
      plan,
      verification: [{ anyHalted: false, provenAt }],
    });
    expect(await isIn(set, 'billing')).toBe('accepted');
  },
);
