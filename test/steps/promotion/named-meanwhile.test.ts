import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { fingerprintOf } from '../../../lambdas/adapters/x509/fingerprint.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { promoteScope } from '../../../lambdas/promote-scope.ts';
import { verify } from '../../../lambdas/verify.ts';
import { overlap, twoAuthorities } from '../saying.ts';
import { type Scene, scopeInput } from '../scene.ts';

const fire = (...anchors: string[]) => ({
  ...{ mode: 'emergency' as const, anchors },
  reason: 'its key leaked',
});

/**
 * An emergency on two anchors of one project that has proven both successors. `runsOn` tells what its two
 * clients run on.
 */
async function proven() {
  const set = await twoAuthorities(200);
  const planned = await set.plan('one', fire('cert_acme0', 'cert_keel0'));
  const input = scopeInput('one', planned);
  await activate(set.ports, input);
  const verification = await verify(set.ports, overlap(input));
  const fingerprints = new Map<string | undefined, string>();
  for (const line of ['acme', 'keel'])
    for (const anchor of [`cert_${line}0`, `cert_${line}1`])
      fingerprints.set(await set.fingerprint(`of-${line}`, { anchor }), anchor);
  const runsOn = async () =>
    Promise.all(
      ['of-acme', 'of-keel'].map(async (client) => {
        const held = await set.secrets.read(client, 'AWSCURRENT');
        return fingerprints.get(fingerprintOf(held?.certificateChain ?? ''));
      }),
    );
  return { ...set, input, verification, runsOn };
}

/** A second emergency names acme's successor as leaked too, and is told that the first is at work. */
async function named({ time, plan }: Pick<Scene, 'time' | 'plan'>) {
  time.now += 10;
  await expect(plan('two', fire('cert_acme1'))).rejects.toMatchObject({ name: 'Busy' });
}

const refused = (left: string) => ({ name: 'AnchorCompromised', message: expect.stringContaining(left) });

describe('a successor that an emergency names while another is at work (I15)', () => {
  it('has nobody moved to it, and keeps nobody from being moved to another (I17)', async () => {
    const { ports, input, verification, runsOn, ...set } = await proven();
    await named(set);
    const moving = promoteScope(ports, { ...input, verification });
    await expect(moving).rejects.toMatchObject(refused('no client was moved to it in proj_a'));
    expect(await runsOn()).toEqual(['cert_acme0', 'cert_keel1']);
  });

  it('has nobody moved to it where the scope has halted for it', async () => {
    const { ports, input, runsOn, ...set } = await proven();
    await named(set);
    const halt = { Error: 'AnchorCompromised', Cause: 'it was named' };
    await promoteScope(ports, { ...input, halt }).catch(() => {});
    expect(await runsOn()).toContain('cert_acme0');
  });

  it('has nothing cut for it, though everybody runs on it by then', async () => {
    const { ports, input, verification, activeIn, journal, ...set } = await proven();
    await promoteScope(ports, { ...input, verification });
    await named(set);
    await expect(deactivate(ports, input)).rejects.toMatchObject(refused('nothing was cut for it in proj_a'));
    expect(activeIn('proj_a')).toEqual(['cert_acme0', 'cert_acme1', 'cert_keel0', 'cert_keel1']);
    expect(await journal.cuts()).toEqual([]);
  });

  it('is told by its key as well, under whatever id that was named', async () => {
    const { ports, input, verification, journal } = await proven();
    const successorKey = input.plan.successions.find(
      ({ successor }) => successor === 'cert_acme1',
    )?.successorKey;
    await journal.rememberCompromised([{ anchorId: 'cert_twin', keyDigest: String(successorKey) }]);
    await expect(promoteScope(ports, { ...input, verification })).rejects.toMatchObject(
      refused('cert_acme1'),
    );
  });
});
