import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { policySchema } from '../../../lambdas/domain/policy.ts';
import { type SimulatedServices, startServices } from '../../../rehearsal/simulated-services.ts';
import { inventoryOf } from '../../../simulation/inventory/inventory.ts';
import { rolesOf } from '../../../simulation/organizations/client-roles.ts';
import { preparationFor } from '../../../simulation/organizations/preparation.ts';
import type { Intercept } from '../../../simulation/served/interceptions.ts';
import { createVirtualClock } from '../../../simulation/time/virtual-clock.ts';
import type { Habit } from '../../../simulation/workloads/habit.ts';
import { isSampled } from '../../../simulation/workloads/sample.ts';
import { startWorkloads, type Workloads } from '../../../simulation/workloads/workloads.ts';
import { DAY, entry, fileOf, NOW } from '../inventory/inventories.ts';

let services: SimulatedServices | undefined;
let workloads: Workloads | undefined;

afterEach(async () => {
  await workloads?.close();
  await services?.close();
});

const anchors = [entry('old', 'acme@1', { until: 10 }), entry('new', 'acme@2', { until: 400 })];

/** Starts the clients of an inventory against a simulated organization in which nothing rotates. */
async function start(file = fileOf(anchors, { proj_a: ['old', 'new'] }), intercept?: Intercept) {
  const clock = createVirtualClock(NOW);
  const facts = {
    inventory: inventoryOf(file),
    policy: policySchema.parse({}),
    request: { mode: 'scheduled' as const },
    now: NOW,
  };
  const preparation = preparationFor(facts);
  const roles = rolesOf(facts.inventory, preparation.pairs, NOW);
  const set = await startServices({ file, preparation, roles, clock, adminSecret: 'admin', intercept });
  const clients = startWorkloads({
    specs: set.workloads,
    hosts: set.mtlsHosts,
    authHost: set.authBase,
    ca: set.ca,
    secretsEndpoint: set.awsEndpoint,
    clock,
  });
  set.organization.onChange(clients.changed);
  [services, workloads] = [set, clients];
  const secretOf = (name: string) => roles.find((role) => role.name === name)?.secret ?? '';
  /** Moves a client to its staged leaf, as Promote does. */
  const promote = (name: string) => {
    const staged = set.secrets.read(secretOf(name), 'AWSPENDING');
    set.secrets.put(secretOf(name), staged?.value ?? '');
  };
  return { ...set, clients, clock, promote };
}

describe('a client', () => {
  it('sends with what its secret holds, and not one request fails while nothing changes', async () => {
    const { clients } = await start();
    await clients.fence();
    await clients.stop(60);
    const { sent, failed } = clients.requests();
    expect(sent).toBeGreaterThanOrEqual(60);
    expect(failed).toBe(0);
  });

  it('moves over when its staged leaf is made current, so that the old anchor can go', async () => {
    const { clients, organization, promote } = await start();
    await clients.fence();
    promote('proj_a-old');
    await clients.fence();
    organization.toggle('proj_a', 'deactivate', ['old']);
    await clients.stop(60);
    expect(clients.requests().failed).toBe(0);
  });

  it('reads its secret again when it is refused, and tries once more with what it finds', async () => {
    const { clients, organization, promote } = await start(fileOf(anchors, { proj_a: ['old', 'new'] }));
    await clients.fence();
    // There is no fence between the promotion and the cut. So some client still holds the old leaf when it is
    // refused.
    promote('proj_a-old');
    organization.toggle('proj_a', 'deactivate', ['old']);
    await clients.stop(60);
    expect(clients.requests().failed).toBe(0);
  });

  it('counts as failed what is refused and has no newer leaf to try: the counter can tell', async () => {
    const { clients, organization } = await start();
    await clients.fence();
    organization.toggle('proj_a', 'deactivate', ['old']);
    await clients.stop(60);
    expect(clients.requests().failed).toBeGreaterThan(0);
  });

  it('counts a broken connection as failed', async () => {
    let seen = 0;
    const traffic = () => (++seen === 20 ? 'reset' : undefined);
    const { clients } = await start(undefined, () => ({ traffic }));
    await clients.stop(60);
    expect(clients.requests().failed).toBe(1);
  });

  it('that is locked out from the start waits, and sends once it is promoted', async () => {
    const expired = [
      entry('old', 'acme@1', { from: -400, until: -1 }),
      entry('new', 'acme@2', { until: 400 }),
    ];
    const { clients, promote } = await start(fileOf(expired, { proj_a: ['old', 'new'] }));
    await clients.fence();
    await clients.fence();
    const calm = clients.requests();
    promote('proj_a-old');
    await clients.stop(40);
    expect(calm.failed).toBe(0);
    expect(clients.requests()).toMatchObject({ failed: 0 });
  });

  it('stops sending when its leaf runs out, which is no failure of anybody', async () => {
    const { clients, clock } = await start(fileOf(anchors, { proj_a: ['old'] }));
    await clients.fence();
    clock.advanceTo(NOW + 11 * DAY);
    await pause(100);
    const later = clients.requests().sent;
    await clients.stop(1_000_000);
    expect(clients.requests()).toEqual({ sent: later, failed: 0 });
  });

  it('without a key exchanges its leaf, and again when the token runs out or the leaf is another one (F17)', async () => {
    const file = {
      ...fileOf(anchors, { proj_a: ['old', 'new'] }),
      clients: [{ project: 'proj_a', anchor: 'old', keyless: true }],
    };
    const { clients, clock, promote, organization, identities } = await start(file);
    await clients.fence();
    expect(identities.issued).toHaveLength(1);
    clock.advanceTo(clock.now() + 2 * 3_600);
    await clients.fence();
    expect(identities.issued).toHaveLength(2);
    promote('proj_a-old');
    await clients.fence();
    organization.toggle('proj_a', 'deactivate', ['old']);
    await clients.stop(60);
    expect(identities.issued).toHaveLength(3);
    expect(clients.requests().failed).toBe(0);
  });

  it('of a project that enforces nothing sends without a certificate', async () => {
    const { clients } = await start(fileOf(anchors, { proj_a: [] }));
    await clients.stop(30);
    expect(clients.requests().failed).toBe(0);
    expect(clients.requests().sent).toBeGreaterThanOrEqual(30);
  });
});

describe('a habit', () => {
  const withHabit = (habit: Habit) => ({
    ...fileOf(anchors, { proj_a: ['old', 'new'] }),
    clients: [{ project: 'proj_a', anchor: 'old', habit }],
  });

  /** Promotes a client and makes the cut `seconds` later. Returns who is outside then. */
  async function moved(habit: Habit, seconds: number) {
    const { clients, organization, promote, clock } = await start(withHabit(habit));
    await clients.fence();
    promote('proj_a-old');
    clock.advanceTo(clock.now() + seconds);
    await clients.fence();
    organization.toggle('proj_a', 'deactivate', ['old']);
    const { outside } = await clients.stop(60);
    return { outside, failed: clients.requests().failed };
  }

  it.each([
    ['follows', 0],
    ['refusal', 0],
    ['hourly', 3601],
  ] as const)('"%s" reads the next leaf in time, and no request fails', async (habit, seconds) => {
    expect(await moved(habit, seconds)).toEqual({ outside: [], failed: 0 });
  });

  it.each([
    ['hourly', 60],
    ['never', 5 * DAY],
  ] as const)('"%s" is outside when the cut comes %i seconds later', async (habit, seconds) => {
    const { outside, failed } = await moved(habit, seconds);
    expect(outside).toEqual([{ name: 'proj_a-old', since: expect.any(Number), version: expect.any(String) }]);
    expect(failed).toBeGreaterThan(0);
  });
});

describe('the clients of a large organization', () => {
  const projects = Array.from({ length: 60 }, (_, place) => `proj_${place}`);
  const ofMany = (intercept?: Intercept) =>
    start(fileOf(anchors, Object.fromEntries(projects.map((id) => [id, ['old']]))), intercept);
  const [sampled = '', quiet = ''] = [true, false].map((is) =>
    projects.find((_, place) => isSampled(place, projects.length) === is),
  );

  it('send all along where they are in the sample, and the others whenever all are waited for', async () => {
    const sent = new Map<string, number>();
    const traffic = ({ scope }: { scope: string }) => void sent.set(scope, (sent.get(scope) ?? 0) + 1);
    const { clients } = await ofMany(() => ({ traffic }));
    await clients.fence();
    expect([...sent.keys()].sort()).toEqual([...projects].sort());
    const before = sent.get(quiet);
    const [from = 0] = [sent.get(sampled)];
    await expect.poll(() => sent.get(sampled), { timeout: 20_000 }).toBeGreaterThan(from + 3);
    expect(sent.get(quiet)).toBe(before);
    await clients.stop(0);
    expect(sent.get(quiet)).toBeGreaterThan(before ?? 0);
    expect(clients.requests()).toMatchObject({ failed: 0, sampled: { clients: 40, of: 60 } });
  });

  it.each([
    ['its project', quiet],
    ['the organization', 'organization'],
  ])('send at once when trust changes in %s, also those outside the sample', async (_, scope) => {
    let sent = 0;
    const traffic = (call: { scope: string }) => {
      if (call.scope === quiet) sent++;
      return undefined;
    };
    const { clients, organization } = await ofMany(() => ({ traffic }));
    await clients.fence();
    const before = sent;
    organization.toggle(scope, 'activate', ['new']);
    await expect.poll(() => sent, { timeout: 20_000 }).toBeGreaterThan(before);
  });

  it('are seen to be locked out by a cut that is taken back before anybody waits for them', async () => {
    const { clients, organization } = await ofMany();
    await clients.fence();
    organization.toggle(quiet, 'activate', ['new']);
    organization.toggle(quiet, 'deactivate', ['old']);
    await expect.poll(() => clients.requests().failed, { timeout: 20_000 }).toBeGreaterThan(0);
    organization.toggle(quiet, 'activate', ['old']);
    expect((await clients.stop(0)).outside).toEqual([]);
  });
});

it('ends by itself where there is nobody to send', async () => {
  const { clients } = await start(fileOf(anchors, { organization: ['old'] }));
  await clients.fence();
  await clients.stop(1_000_000);
  expect(clients.requests()).toEqual({ sent: 0, failed: 0 });
});

it('says so when the clients are gone', async () => {
  const { clients } = await start();
  await clients.close();
  await expect(clients.fence()).rejects.toThrow('gone');
});
