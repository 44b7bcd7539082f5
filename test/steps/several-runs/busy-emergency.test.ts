import { expect, it } from 'vitest';
import { instant, secondsOf } from '../../../lambdas/domain/instant.ts';
import { release } from '../../../lambdas/release.ts';
import { scene } from '../scene.ts';

const fire = (anchor: string) => ({
  mode: 'emergency' as const,
  anchors: [anchor],
  reason: 'its key leaked',
});

it('I16: what an emergency named that was told Busy is come for within the hour, though the other emergency is stopped before its end', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 200, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      { id: 'cert_globex0', expires: 200, in: ['proj_b'] },
      { id: 'cert_globex1', expires: 300 },
    ],
    [
      {
        ...{ name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } },
        staged: { anchor: 'cert_acme1' },
      },
      {
        ...{ name: 'search', project: 'proj_b', running: { anchor: 'cert_globex0' } },
        staged: { anchor: 'cert_globex1' },
      },
    ],
  );
  await set.plan('one', fire('cert_acme0'));
  set.time.now += 60;
  const startedAt = instant(set.time.now);
  const halt = await set.plan('two', fire('cert_globex0')).then(
    () => null,
    ({ name, message }: Error) => ({ Error: name, Cause: message }),
  );
  expect(halt).toMatchObject({ Error: 'Busy' });
  // "A run follows that one within minutes, and cuts what this one has named", says windlass explain Busy.
  await release(set.ports, {
    execution: { id: 'two', startedAt },
    request: fire('cert_globex0'),
    ...(halt && { halt }),
  });
  set.running.delete('two');
  // The first one is stopped in the console, or runs out of time: nothing of it can schedule anything any more.
  set.running.delete('one');
  const next = Object.values(set.world.schedules.times()).map(secondsOf);
  expect(set.activeIn('proj_b')).toContain('cert_globex0');
  expect(Math.min(...next) - set.time.now).toBeLessThanOrEqual(3_600);
});
