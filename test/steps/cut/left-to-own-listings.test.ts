import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { fingerprintOf } from '../../../lambdas/adapters/x509/fingerprint.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { ORGANIZATION } from '../../../lambdas/domain/anchor.ts';
import { WindlassError } from '../../../lambdas/domain/errors.ts';
import type { Request } from '../../../lambdas/domain/request.ts';
import { release } from '../../../lambdas/release.ts';
import type { Ports } from '../../../simulation/in-process/ports.ts';
import { onAcme, SILENT, saying } from '../saying.ts';
import { scene, scopeInput } from '../scene.ts';

const EMERGENCY: Request = { mode: 'emergency', anchors: ['cert_acme0'], reason: 'its key leaked' };

/**
 * The leaked anchor is active in the organization only, which is cut and confirmed before any project lists
 * itself. With `isLast`, each project has listed itself before that cut.
 */
async function organizationCut({ isLast = false } = {}) {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 900, in: [ORGANIZATION] },
      { id: 'cert_acme1', expires: 300 },
    ],
    [onAcme('billing', 'proj_a'), onAcme('search', 'proj_b')],
  );
  const { ports, stage } = set;
  const plan = await set.plan('one', EMERGENCY);
  const organization = scopeInput('one', plan, ORGANIZATION);
  await activate(ports, organization);
  for (const client of ['billing', 'search']) await stage(client, 'AWSCURRENT', { anchor: 'cert_acme1' });
  const children = plan.waves.flatMap(({ scopes }) => scopes.filter(({ ownListing }) => ownListing));
  for (const { scope } of isLast ? children : []) await activate(ports, scopeInput('one', plan, scope));
  await deactivate(ports, organization);
  const confirmed = await confirm(ports, organization);
  /** Plans the next run, ten minutes after this one has halted for the project. */
  const next = async () => {
    set.running.delete('one');
    set.time.now += 600;
    return set.plan('two', { mode: 'scheduled' });
  };
  return { ...set, confirmed, next, planned: plan, input: scopeInput('one', plan, 'proj_b') };
}

describe('an old leaf that the organization has left to a project in which nothing was to be cut', () => {
  it('is judged with the organization where each project has said so before, and no later run goes on with that cut (I11, I17)', async () => {
    const { confirmed, journal } = await organizationCut({ isLast: true });
    expect(confirmed.refused.toSorted()).toEqual(['billing', 'search']);
    expect(await journal.cuts()).toEqual([]);
  });

  it('a project whose listing fails leaves it to the next run, and not to nobody', async () => {
    const { confirmed, next, portsWith, input } = await organizationCut();
    expect(confirmed.refused).toEqual(['billing']);
    const down = portsWith({
      wire: async (call, act) => {
        if (call.op === 'list') throw new WindlassError('ApiUnavailable', '503');
        return act();
      },
    });
    await expect(activate(down, input)).rejects.toMatchObject({ name: 'ApiUnavailable' });
    const plan = await next();
    expect(plan.decision).not.toBe('idle');
  });

  it('a confirmation that is not to be had is made up for by the next run (I10, I11)', async () => {
    const { ports, next, input } = await organizationCut();
    expect(await activate(ports, input)).toMatchObject({ remains: 'confirmation' });
    const silent: Ports = { ...ports, probe: saying(ports.probe, () => ({ search: SILENT })) };
    await expect(confirm(silent, input)).rejects.toMatchObject({ name: 'ProbeInconclusive' });
    const plan = await next();
    expect(plan.decision).not.toBe('idle');
  });

  it('a leaked leaf that still gets in is looked at again, and no later run is green over it (I10, I15)', async () => {
    const { ports, next, fingerprint, input } = await organizationCut();
    await activate(ports, input);
    const old = await fingerprint('search', { anchor: 'cert_acme0' });
    const probe: Ports['probe'] = async (host, held) =>
      held.certificateChain && fingerprintOf(held.certificateChain) === old
        ? { kind: 'accepted' }
        : ports.probe(host, held);
    await expect(confirm({ ...ports, probe }, input)).rejects.toMatchObject({
      name: 'RetiringStillAccepted',
    });
    const plan = await next();
    expect(plan.decision).not.toBe('idle');
  });

  it('is over once that project has confirmed it, too: the end of the run forgets the cut, and the next is left nothing (I11)', async () => {
    const { ports, journal, next, planned: plan, input } = await organizationCut();
    await activate(ports, input);
    await confirm(ports, input);
    expect(await journal.cuts()).toMatchObject([{ scope: ORGANIZATION, retiring: 'cert_acme0' }]);
    await release(ports, { execution: input.execution, plan });
    expect(await journal.cuts()).toEqual([]);
    expect(await next()).toMatchObject({ decision: 'idle', successions: [] });
  });

  it('the same after a whole survey, for comparison: the cut of the organization stays unconfirmed, and the next run goes on with it', async () => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 900, in: [ORGANIZATION] },
        { id: 'cert_acme1', expires: 300 },
        { id: 'cert_keel0', expires: 300 },
      ],
      // A client whose leaf also leads to another anchor makes the run list every project (I15).
      [
        onAcme('billing', 'proj_a'),
        { ...onAcme('search', 'proj_b'), running: { anchor: 'cert_acme0', by: 'cert_keel0' } },
      ],
    );
    const { ports, stage } = set;
    const plan = await set.plan('one', EMERGENCY);
    const organization = scopeInput('one', plan, ORGANIZATION);
    expect(plan.waves.flatMap(({ scopes }) => scopes)).toHaveLength(1);
    await activate(ports, organization);
    for (const client of ['billing', 'search']) await stage(client, 'AWSCURRENT', { anchor: 'cert_acme1' });
    await deactivate(ports, organization);
    const old = await set.fingerprint('search', { anchor: 'cert_acme0', by: 'cert_keel0' });
    const probe: Ports['probe'] = async (host, held) =>
      held.certificateChain && fingerprintOf(held.certificateChain) === old
        ? { kind: 'accepted' }
        : ports.probe(host, held);
    await expect(confirm({ ...ports, probe }, organization)).rejects.toMatchObject({
      name: 'RetiringStillAccepted',
    });
    set.running.delete('one');
    set.time.now += 600;
    const { decision, successions } = await set.plan('two', { mode: 'scheduled' });
    expect({ decision, successions }).toMatchObject({ decision: 'rotate', successions: [{ resumed: true }] });
  });
});
