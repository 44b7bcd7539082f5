import { describe, expect, it } from 'vitest';
import { beginScope } from '../../../lambdas/begin-scope.ts';
import { WindlassError } from '../../../lambdas/domain/errors.ts';
import { instant } from '../../../lambdas/domain/instant.ts';
import { inTime, timeOf } from '../../../lambdas/domain/next-run/time-left.ts';
import { policySchema } from '../../../lambdas/domain/policy.ts';
import { type MachineEnd, startMachine } from '../../../simulation/machine/interpreter.ts';
import { onTimeline } from '../../../simulation/machine/machine-time.ts';
import { StateFailure } from '../../../simulation/machine/state-failure.ts';
import { createTimeline } from '../../../simulation/time/timeline.ts';
import { configured, synthesizedMachine } from '../../../storm/synthesized-machine.ts';
import { scene } from '../../steps/scene.ts';
import { answered, type Input, itemsIn, proven, rotating, rotation, waveOf } from '../locally.ts';

const START = Date.parse('2026-11-23T00:00:00Z');
const DAY = 86_400_000;

type Size = { concurrency: number; projects: number; silent: number; silence?: number };

/**
 * Runs a rotation of that many projects. The first `silent` projects of the last wave of projects do not
 * answer. Returns how it ended, and how many scopes were proven when clients were moved.
 */
async function rotated({ concurrency, projects, silent, silence = 30_000 }: Size) {
  const policy = policySchema.parse({ concurrency });
  const time = timeOf(START / 1000, policy.soak);
  const scopes = [...Array.from({ length: projects }, (_, i) => `proj_${i}`), 'organization'].map(
    (scope) => ({ scope, successions: [], checks: [], time }),
  );
  const isSilent = new Set(scopes.slice(110, 110 + silent).map(({ scope }) => scope));
  const waves = [scopes.slice(0, 10), scopes.slice(10, 110), scopes.slice(110, -1), scopes.slice(-1)].map(
    (some) => {
      // The execution does not carry the scopes, because they are in a list.
      const { scopes: _, ...carried } = waveOf('projects', some);
      return carried;
    },
  );
  const timeline = createTimeline(START);
  const now = () => Math.floor(timeline.now() / 1000);
  const { verdicts } = await scene();
  const saw = { proven: new Set<string>(), moved: 0, organization: false };
  const answers = rotating({
    Plan: () => ({ ...rotation, waves }),
    'Begin the overlap': (input: Input) =>
      beginScope({ verdicts, clock: now }, { ...input, mode: 'scheduled' } as never),
    'Verify new anchors': async (input: Input) => {
      const { scope = '' } = input.plan ?? {};
      if (!isSilent.has(scope)) {
        saw.proven.add(scope);
        return proven(input);
      }
      await timeline.sleep(silence);
      throw inTime(
        new WindlassError('ProbeInconclusive', 'its key was revoked long ago'),
        { scope, time },
        'overlap',
        now(),
      );
    },
    'Promote clients': () => {
      saw.moved = saw.proven.size;
      saw.organization = saw.proven.has('organization');
      return { promoted: [], alreadyCurrent: [], soakUntil: instant(now() + policy.soak) };
    },
  });
  const judge = answers['Judge the overlap'];
  answers['Judge the overlap'] = async ({ wave, ...input }: Input) => {
    const { list } = wave as { list: { key: string } };
    return judge?.({ ...input, wave: { ...Object(wave), scopes: await itemsIn({ Key: list.key }) } });
  };
  const execution = 'arn:aws:states:eu-west-1:1:execution:windlass-acme:one';
  const running = startMachine(configured(await synthesizedMachine(), policy), {}, execution, {
    ...{ time: onTimeline(timeline), itemsIn },
    // With full jitter a retry waits half of its bound on average.
    jitter: () => 0.5,
    async invoke({ state, input }) {
      await timeline.sleep(2_000);
      try {
        return await answered(answers, state, input as Input);
      } catch (error) {
        const { name, message } = error as Error;
        throw new StateFailure(name, message);
      }
    },
  });
  let end: MachineEnd | null = null;
  void running.ended.then((ended) => {
    end = ended;
  });
  for (let day = 1; end === null && day < 60; day++) await timeline.run(START + day * DAY);
  return { ...saw, error: (end as MachineEnd | null)?.error };
}

describe('thousands of projects whose clients do not answer', () => {
  it('keep nobody who is proven from being moved, wherever they stand in their wave (I17, I18)', async () => {
    const many = await rotated({ concurrency: 10, projects: 10_000, silent: 3_400 });
    expect(many).toMatchObject({ moved: 6_601, organization: true });
    expect(many.error).not.toBe('States.Timeout');
  });

  it('keep the organization from nothing, though not each of them is begun', async () => {
    const slow = await rotated({ concurrency: 1, projects: 4_000, silent: 3_400, silence: 90_000 });
    expect(slow.moved).toBeGreaterThan(100);
    expect(slow.moved).toBeLessThan(500);
    expect(slow).toMatchObject({ organization: true });
    expect(slow.error).not.toBe('States.Timeout');
  });
});
