import { describe, expect, it } from 'vitest';
import { deployClients } from '../../../simulation/in-process/clients.ts';
import { doors, named, unavailable } from './doors.ts';

const list = {
  configured: 'a digest',
  evidence: 'probe' as const,
  clients: [{ name: 'billing', project: 'proj_a', secret: 'acme/billing', authority: 'acme' }],
  mustRefuse: [{ name: 'intruder', project: 'proj_a', secret: 'acme/intruder' }],
};

describe.each(doors)('the client list, $name', ({ open }) => {
  it('is what the last deployment has put into S3, whatever lies there of earlier ones', async () => {
    const { clients, world } = await open();
    deployClients(world, { ...list, clients: [] });
    deployClients(world, list);
    expect(await clients.deployed()).toEqual(list);
  });

  it.each([
    ['gone', () => null, /it is gone, or this function may not read it.*deploy the stack again/],
    ['altered', (text: string) => text.replace('proj_a', 'proj_b'), /it is not what was deployed/],
    ['emptied', () => '', /it is not what was deployed/],
  ])('that is %s is lost by name, and never taken for no clients', async (_, change, words) => {
    const { clients, world } = await open();
    deployClients(world, list);
    world.objects.alter(change);
    const error = await clients.deployed().catch((thrown) => thrown);
    expect(error).toEqual(named('ClientListLost'));
    expect(error.message).toMatch(words);
  });

  it('is read once more when an answer was cut short on its way', async () => {
    const { clients, world } = await open();
    deployClients(world, list);
    const get = world.objects.get;
    let reads = 0;
    world.objects.get = (at) => (reads++ === 0 ? get(at).slice(0, -1) : get(at));
    expect(await clients.deployed()).toEqual(list);
    expect(reads).toBe(2);
  });

  it('that no deployment has put there is lost as well', async () => {
    await expect((await open()).clients.deployed()).rejects.toEqual(named('ClientListLost'));
  });

  const silent = unavailable('ClientListUnavailable').filter(([fault]) => fault !== 'malformed');
  it.each(silent)('after %s: %s', async (fault, outcome) => {
    const { under, world } = await open();
    deployClients(world, list);
    expect(await under(fault, ({ clients }) => clients.deployed())).toBe(outcome);
  });

  it('that is cut short on its way is never taken for the list', async () => {
    const { under, world } = await open();
    deployClients(world, list);
    expect(await under('malformed', ({ clients }) => clients.deployed())).toMatch(/^ClientList/);
  });
});
