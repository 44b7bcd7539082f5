import { expect, it } from 'vitest';
import { policySchema } from '../../lambdas/domain/policy.ts';
import type { Ports } from '../../simulation/in-process/ports.ts';
import type { ScenarioEvent } from '../../simulation/organizations/scenario.ts';
import { acme, client, DAY, START, storyOf, tell } from './story.ts';

/** Two projects, one wave after the other. In an archived project nothing can be seen. */
const story = (...events: ScenarioEvent[]) => ({
  ...storyOf({
    days: 10,
    anchors: [acme(0, 20, ['proj_a', 'proj_b']), acme(1, 800)],
    clients: [client('api', 'proj_a'), client('mail', 'proj_b')],
    events,
  }),
  policy: policySchema.parse({ canary: ['proj_a'] }),
});

/** The same story, in which the first project is archived before its cut is confirmed. */
async function archived(planted: Parameters<typeof tell>[1] = {}) {
  const { log } = await tell(story());
  const confirm = log.find((event) => event.what === 'invoked' && event.step === 'confirm');
  const trouble: ScenarioEvent = {
    ...{ id: 'archived', at: (confirm?.at ?? 0) / 1000, kind: 'trouble', broken: 'project proj_a' },
    until: START + 30 * DAY,
  };
  return tell(story(trouble), planted);
}

it('I17, rule 4: a project that is archived between its cut and its confirmation keeps no other from its cut', async () => {
  const { active, ends, findings } = await archived();
  expect(ends.filter((end) => end !== 'green')).toEqual(['ProbeRefused']);
  expect([active, findings]).toEqual([{ proj_a: ['cert_a1'], proj_b: ['cert_a1'] }, []]);
});

it('the storm finds a wave that stops for the undo of such a cut', async () => {
  const plant = (ports: Ports, { step }: { step: string }): Ports => {
    const projects = async () => [
      { projectId: 'proj_a', name: null },
      { projectId: 'proj_b', name: null },
    ];
    return step === 'undo' ? { ...ports, certificates: { ...ports.certificates, projects } } : ports;
  };
  const { findings } = await archived({ plant });
  expect(findings).toContainEqual(expect.stringContaining('heldBack'));
});
