import { describe, expect, it } from 'vitest';
import type { Metric } from '../../../lambdas/domain/metrics.ts';
import { release } from '../../../lambdas/release.ts';
import { failing, type Scene, scene } from '../scene.ts';

const told = ({ world }: Scene) =>
  world.events.all().map(({ detailType, detail }) => [detailType, detail.execution, detail.outcome]);

/** Ends the rotation of one execution. */
async function end(set: Scene, execution: string, more: object = {}, ports = set.ports) {
  set.running.delete(execution);
  const startedAt = new Date(set.time.now * 1000).toISOString();
  return release(ports, { execution: { id: execution, startedAt }, ...more });
}

describe('what a run tells the event bus', () => {
  it('is that it has begun and what it decided, and that it has ended well', async () => {
    const set = await scene();
    const plan = await set.plan('one');
    await end(set, 'one', { plan });
    expect(told(set)).toEqual([
      ['Windlass Run Started', 'one', 'rotate'],
      ['Windlass Run Ended', 'one', 'rotated'],
    ]);
    expect(set.world.events.all()[1]?.detail).toMatchObject({
      successions: [{ retiring: 'cert_acme0', successor: 'cert_acme1' }],
      scopeCount: 1,
    });
  });

  it('is what blocks it, once', async () => {
    const set = await scene([{ id: 'cert_acme0', expires: 20, in: ['proj_a'] }]);
    await end(set, 'one', { plan: await set.plan('one') });
    await end(set, 'two', { plan: await set.plan('two') });
    expect(told(set)).toEqual([
      ['Windlass Run Started', 'one', 'blocked'],
      ['Windlass Run Blocked', 'one', 'blocked'],
      ['Windlass Run Started', 'two', 'blocked'],
      // The second run is green, because its block was said already and is no nearer to its date (I13).
      ['Windlass Run Ended', 'two', 'blocked'],
    ]);
    expect(set.world.events.all()[1]?.detail).toMatchObject({
      blocked: [{ anchor: 'cert_acme0', reason: expect.any(String) }],
      blockedCount: 1,
    });
  });

  it('is its halt by the name of its error, also where it never came to a plan', async () => {
    const set = await scene();
    await end(set, 'one', { halt: { Error: 'AdminKeyRefused', Cause: 'the key is refused' } });
    expect(told(set)).toEqual([['Windlass Run Halted', 'one', 'halted']]);
    expect(set.world.events.all()[0]?.detail).toMatchObject({ error: 'AdminKeyRefused' });
  });

  it('is that an emergency took it over, which is no halt', async () => {
    const set = await scene();
    const plan = await set.plan('one');
    await end(set, 'one', { plan, halt: { Error: 'Superseded', Cause: 'an emergency' } });
    expect(told(set)[1]).toEqual(['Windlass Run Ended', 'one', 'superseded']);
  });

  it('is nothing where a sweep leaves it all to a live rotation, of which that one tells', async () => {
    const set = await scene();
    await set.plan('one');
    expect(await set.plan('two')).toMatchObject({ decision: 'busy' });
    expect(told(set)).toEqual([['Windlass Run Started', 'one', 'rotate']]);
  });

  it('stops no run where the bus is down, and is counted', async () => {
    const set = await scene();
    const lost: number[] = [];
    const emit = (metrics: readonly Metric[]) =>
      void lost.push(...metrics.flatMap(({ name, value }) => (name === 'EventsLost' ? value : [])));
    const ports = set.portsWith({ metrics: { emit }, wire: failing(({ op }) => op === 'event') });
    const plan = await set.plan('one', undefined, {}, ports);
    expect(plan).toMatchObject({ decision: 'rotate' });
    expect(await end(set, 'one', { plan }, ports)).toEqual({ outcome: 'rotated' });
    expect([lost, told(set)]).toEqual([[1, 1], []]);
    expect(set.world.table.get('lease')?.get('lease')).toMatchObject({ released: true });
  });
});
