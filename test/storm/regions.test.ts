import { expect, it } from 'vitest';
import type { Ports } from '../../simulation/in-process/ports.ts';
import type { ScenarioEvent } from '../../simulation/organizations/scenario.ts';
import { acme, client, HOUR, START, storyOf, tell } from './story.ts';

const [GLOBAL, EU] = ['https://mtls.api.openai.com/v1', 'https://mtls-eu.api.openai.com/v1'];

/** One project that only one host answers, and one that only the other host answers. */
const story = (...events: ScenarioEvent[]) => ({
  ...storyOf({
    days: 12,
    anchors: [acme(0, 20, ['organization', 'proj_us', 'proj_eu']), acme(1, 800)],
    clients: [client('us', 'proj_us'), client('eu', 'proj_eu')],
    events,
  }),
  hosts: [GLOBAL, EU] as string[],
  regions: { proj_us: GLOBAL, proj_eu: EU } as Record<string, string>,
});

const everywhere = (id: string) => ({ organization: [id], proj_us: [id], proj_eu: [id] });

it('an organization whose projects different hosts answer is rotated, each client by its own host (F10)', async () => {
  const { active, ends, findings } = await tell(story());
  expect([active, ends.every((end) => end === 'green'), findings]).toEqual([everywhere('cert_a1'), true, []]);
});

it('I16: an emergency cuts there as anywhere', async () => {
  const leak = {
    ...{ id: 'leak', at: START + HOUR, kind: 'run' as const },
    request: { mode: 'emergency' as const, anchors: ['cert_a0'], reason: 'leaked' },
  };
  const { active, findings } = await tell(story(leak));
  expect([active, findings]).toEqual([everywhere('cert_a1'), []]);
});

it('a client whose hosts nobody has stated is told so by name, and neither moved nor cut', async () => {
  const without = (ports: Ports): Ports => ({
    ...ports,
    clients: {
      deployed: async () => {
        const { clients, ...list } = await ports.clients.deployed();
        return { ...list, clients: clients.map(({ hosts: _, ...one }) => one) };
      },
    },
  });
  const { active, ends, log } = await tell(story(), { plant: without });
  expect(active).toMatchObject({ proj_us: ['cert_a0', 'cert_a1'], proj_eu: ['cert_a0', 'cert_a1'] });
  expect(new Set(ends)).toEqual(new Set(['ProbeRefused']));
  const causes = log.flatMap((event) => (event.what === 'failed' ? [JSON.stringify(event)] : []));
  expect(causes.join()).toContain('its answer names eu.api.openai.com');
  expect(causes.join()).toContain('state under');
});
