import { describe, expect, it } from 'vitest';
import { faultOf } from '../../../simulation/world/fault-kinds.ts';
import { doors, named, unavailable } from './doors.ts';

describe.each(doors)('the client secrets, $name', ({ open }) => {
  it('move their stages by the rules of the service', async () => {
    const { secrets } = await open();
    const staged = await secrets.read('billing', 'AWSPENDING');
    const from = (await secrets.read('billing', 'AWSCURRENT'))?.versionId;
    await secrets.promote('billing', { from, to: staged?.versionId ?? '' });
    expect(await secrets.read('billing', 'AWSCURRENT')).toEqual(staged);
    expect(await secrets.read('billing', 'AWSPENDING')).toBeNull();
    // The version of a stage is known without reading the secret.
    expect(await secrets.versionAt('billing', 'AWSCURRENT')).toBe(staged?.versionId);
    expect(await secrets.versionAt('billing', 'AWSPENDING')).toBeNull();
    await expect(secrets.read('nobody', 'AWSCURRENT')).rejects.toEqual(named('SecretMissing'));
  });

  it('know no secret that is gone', async () => {
    const { secrets, world } = await open();
    world.secrets.remove('billing');
    await expect(secrets.read('billing', 'AWSCURRENT')).rejects.toEqual(named('SecretMissing'));
  });

  it.each(unavailable('SecretUnavailable'))('under a %s: %s', async (fault, outcome) => {
    const { under } = await open();
    expect(await under(fault, ({ secrets }) => secrets.read('billing', 'AWSCURRENT'))).toBe(outcome);
  });
});

describe.each(doors)('the next rotation, $name', ({ open }) => {
  it('is set, moved and cleared, and fine to clear twice', async () => {
    const { nextRotation, world } = await open();
    await nextRotation.set('2027-02-01T00:00:00.000Z');
    await nextRotation.set('2027-03-01T00:00:00.000Z');
    expect(Object.values(world.schedules.times())).toEqual(['2027-03-01T00:00:00.000Z']);
    await nextRotation.clear();
    await nextRotation.clear();
    expect(world.schedules.times()).toEqual({});
  });

  it.each(unavailable('ScheduleUnavailable'))('moved under a %s: %s', async (fault, outcome) => {
    const { under, nextRotation, world } = await open();
    await nextRotation.set('2027-02-01T00:00:00.000Z');
    expect(await under(fault, (ports) => ports.nextRotation.set('2027-03-01T00:00:00.000Z'))).toBe(outcome);
    const month = faultOf(fault).happens ? '03' : '02';
    expect(Object.values(world.schedules.times())).toEqual([`2027-${month}-01T00:00:00.000Z`]);
  });

  it('cannot be cleared while the service is not there', async () => {
    const { under } = await open();
    expect(await under('503', ({ nextRotation }) => nextRotation.clear())).toBe('ScheduleUnavailable');
  });
});
