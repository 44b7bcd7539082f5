import { describe, expect, it } from 'vitest';
import { faultOf } from '../../../simulation/world/fault-kinds.ts';
import { DAY, NOW } from '../../steps/scene.ts';
import { doors, named, outcomes } from './doors.ts';

const faults = outcomes({
  timeout: 'ApiUnavailable',
  reset: 'ApiUnavailable',
  'lost-reply': 'ApiUnavailable',
  429: 'RateLimited',
  500: 'ApiUnavailable',
  503: 'ApiUnavailable',
  page: 'ApiUnavailable',
  malformed: 'UnreadableAnswer',
  slow: 'answers',
  'crash-before': 'dies',
  'crash-after': 'dies',
});

describe.each(doors)('the certificates, $name', ({ open }) => {
  it('are listed by scope with its own toggles, and so are the projects', async () => {
    const { certificates } = await open();
    const listed = await certificates.list('proj_a');
    expect(listed.find(({ anchorId }) => anchorId === 'cert_acme1')?.active).toBe(false);
    expect(listed).toContainEqual({
      ...{ anchorId: 'cert_acme0', name: 'acme@0', active: true },
      createdAt: expect.any(Number),
      expiresAt: NOW + 20 * DAY,
    });
    expect(await certificates.projects()).toMatchObject([{ projectId: 'proj_a' }, { projectId: 'proj_b' }]);
    expect(await certificates.content('cert_acme0')).toContain('BEGIN CERTIFICATE');
  });

  it('are toggled in one scope alone', async () => {
    const { certificates, world } = await open();
    await certificates.activate('proj_b', ['cert_acme1']);
    await certificates.deactivate('proj_a', ['cert_acme0']);
    const active = ['proj_a', 'proj_b', 'organization'].map((scope) => world.organization.trusted(scope));
    expect(active.map(({ project }) => project.map(({ id }) => id))).toEqual([[], ['cert_acme1'], []]);
  });

  it('are refused under the names of the real adapter', async () => {
    const { certificates } = await open();
    const eleven = Array.from({ length: 11 }, () => 'cert_acme0');
    await expect(certificates.list('proj_none')).rejects.toEqual(named('UnknownProject'));
    await expect(certificates.content('cert_none')).rejects.toEqual(named('UnknownAnchor'));
    await expect(certificates.activate('proj_none', ['cert_acme0'])).rejects.toEqual(named('UnknownProject'));
    await expect(certificates.activate('proj_a', eleven)).rejects.toEqual(named('ApiRefused'));
    await expect(certificates.deactivate('proj_a', ['cert_none'])).rejects.toEqual(named('ApiRefused'));
  });

  it('show a toggle late where it reaches the listings late, and each in its order', async () => {
    const { certificates, world, time } = await open();
    world.organization.delayBy((place) => (place === 'listings' ? 10 : 0));
    await certificates.activate('proj_a', ['cert_acme1']);
    const active = async () => (await certificates.list('proj_a')).filter((one) => one.active).length;
    expect(await active()).toBe(1);
    time.now += 10;
    expect(await active()).toBe(2);
  });

  it.each(faults)('a listing under a %s: %s', async (fault, outcome) => {
    const { under } = await open();
    expect(await under(fault, ({ certificates }) => certificates.list('proj_a'))).toBe(outcome);
  });

  it.each(faults)('a toggle under a %s happens or not, as the fault says', async (fault, outcome) => {
    const { under, world } = await open();
    expect(await under(fault, ({ certificates }) => certificates.activate('proj_a', ['cert_acme1']))).toBe(
      outcome,
    );
    expect(world.organization.isActive('proj_a', 'cert_acme1')).toBe(faultOf(fault).happens);
  });
});
