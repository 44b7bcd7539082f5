import { describe, expect, it } from 'vitest';
import { resolveDefinition } from '../../../lib/definition.ts';
import { documentOf, fails, type Input, lease, proven, rotating, rotation, run } from '../locally.ts';
import { synthesized } from '../synthesized.ts';

const { templateOf } = synthesized();
const { definition } = resolveDefinition(templateOf('acme'));

const execution = { id: expect.stringContaining(':execution:'), startedAt: expect.any(String) };

describe('an execution', () => {
  it('takes every wave through the sentence', async () => {
    const { error, entered } = await run(definition, rotating());
    const [b, c] = [entered.indexOf('Confirm proj_b'), entered.indexOf('Confirm proj_c')];
    // Two scopes of one wave may overtake each other.
    expect(entered.filter((one) => !one.endsWith('proj_c'))).toEqual([
      'Plan',
      'Activate new anchors proj_a',
      'Verify new anchors proj_a',
      'Judge the overlap',
      'Activate new anchors proj_b',
      'Verify new anchors proj_b',
      'Judge the overlap',
      'Activate new anchors organization',
      'Verify new anchors organization',
      'Judge the overlap',
      'Promote clients',
      'Verify again before the cut proj_a',
      'Deactivate retiring anchors proj_a',
      'Confirm proj_a',
      'Judge the wave',
      'Verify again before the cut proj_b',
      'Deactivate retiring anchors proj_b',
      'Confirm proj_b',
      'Judge the wave',
      'Verify again before the cut organization',
      'Deactivate retiring anchors organization',
      'Confirm organization',
      'Judge the wave',
      'Judge all cuts',
      'Schedule next',
      'Release the lease',
    ]);
    expect(Math.max(b, c)).toBeLessThan(entered.indexOf('Verify again before the cut organization'));
    expect(error).toBeNull();
  });

  it('keeps one small judgement for each wave, however many scopes it has', async () => {
    const { provenAt } = proven({});
    const judged = (more: object) => [1, 2, 1].map((scopes) => ({ anyHalted: false, scopes, ...more }));
    expect(await documentOf(definition, rotating())).toMatchObject({
      verification: judged({ provenAt }),
      cut: judged({}),
    });
  });

  it('leaves in the table how each scope ended, and nothing of it in its own document', async () => {
    const concluded: unknown[] = [];
    const conclude = ({ execution: by, phase, verdict }: Input) => {
      concluded.push({ by, phase, verdict });
      return {};
    };
    const answers = rotating({ 'Scope confirmed': conclude });
    await run(definition, answers);
    const verdict = { scope: 'proj_a', verdict: 'confirmed', error: '', cause: '' };
    // The verdict is kept under the parent's name, because it is the parent's run.
    expect(concluded).toContainEqual({ by: execution, phase: 'cut', verdict });
  });

  it('lets a scope begin once, and a twin of it change nothing', async () => {
    const begins = ({ plan, child }: Input) => {
      expect(String(child)).toMatch(/:execution:.*the-cut:/);
      return { begins: plan?.scope !== 'proj_c' };
    };
    const { stepsOf, error } = await run(definition, rotating({ 'Begin the cut': begins }));
    expect(stepsOf('proj_c')).toEqual(['Activate new anchors', 'Verify new anchors']);
    expect(error).toBe('ScopeLost');
  });

  it('hands each step what it reads, and the request as it came', async () => {
    const request = { mode: 'manual', reason: 'practice' };
    const { inputOf } = await run(definition, rotating(), request);
    const scope = { execution, evidence: 'probe', lease, plan: { scope: 'proj_a' } };
    expect(inputOf('Plan')).toMatchObject({
      request,
      execution,
      configuration: { policy: expect.objectContaining({ soak: 'P3D' }) },
    });
    expect(inputOf('Activate new anchors')).toMatchObject(scope);
    expect(inputOf('Verify new anchors')).toMatchObject(scope);
    expect(inputOf('Verify again before the cut')).toMatchObject({
      execution,
      evidence: 'probe',
      lease,
      plan: rotation.waves[0]?.scopes[0],
      moment: 'beforeCut',
      clients: rotation.clients,
    });
    expect(inputOf('Deactivate retiring anchors')).toMatchObject(scope);
    expect(inputOf('Confirm')).toMatchObject(scope);
    expect(inputOf('Promote clients')).toMatchObject({
      execution,
      plan: rotation,
      verification: [{ provenAt: expect.any(String) }, {}, {}],
    });
    expect(inputOf('Schedule next')).toEqual({ execution, plan: rotation });
    expect(inputOf('Release the lease')).toEqual({ execution, plan: rotation, schedule: expect.any(Object) });
  });

  it.each([
    ['nothing is due', { decision: 'idle', isRed: false, anyOutside: false, lease }, null],
    [
      'what is blocked was said before',
      { decision: 'blocked', isRed: false, anyOutside: false, lease, summary: 'upload acme-root@2027' },
      null,
    ],
    [
      'everything that is due is blocked',
      { decision: 'blocked', isRed: true, anyOutside: false, lease, summary: 'upload acme-root@2027' },
      'Blocked',
    ],
  ])('schedules the next run and frees the lease when %s', async (_, plan, red) => {
    const { error, cause, entered, inputOf } = await run(definition, { Plan: () => plan });
    expect(entered).toEqual(['Plan', 'Schedule next', 'Release the lease']);
    expect(inputOf('Release the lease')).toEqual({ execution, plan, schedule: expect.any(Object) });
    expect(error).toBe(red);
    if (red) expect(cause).toBe('upload acme-root@2027');
  });

  it.each([
    [
      'and then nothing is due',
      { decision: 'idle', isRed: true, summary: 'one was outside' },
      'Schedule next',
    ],
    ['and then it rotates', { ...rotation, isRed: true, summary: '' }, 'Activate new anchors proj_a'],
  ])('lets clients in again before anything else, %s', async (_, decided, next) => {
    const plan = { ...decided, anyOutside: true, goesOnWithout: false, lease };
    const { error, entered, inputOf } = await run(definition, rotating({ Plan: () => plan }));
    expect(entered.slice(0, 3)).toEqual(['Plan', 'Let clients in again', next]);
    expect(inputOf('Let clients in again')).toEqual({ execution, plan, only: 'outside' });
    expect(error).toBe('Blocked');
  });

  it('halts where nobody could tell whether the clients that are outside get in again', async () => {
    const answers = {
      Plan: () => ({ ...rotation, anyOutside: true, goesOnWithout: false }),
      'Let clients in again': fails('LeafChanged'),
    };
    const { error, entered } = await run(definition, rotating(answers));
    expect(entered).toEqual(['Plan', 'Let clients in again', 'Release after a halt']);
    expect(error).toBe('LeafChanged');
  });

  it.each([
    ['wave by wave', { atOnce: false }, 'Judge all cuts'],
    ['at once', { atOnce: true }, 'Judge what went by itself'],
  ])(
    'rotates %s without those outside where Plan says so, and ends red where they are not let in after it either (I13, I17)',
    async (_, how, last) => {
      const Plan = () => ({ ...rotation, ...how, anyOutside: true, goesOnWithout: true });
      const silent = fails('LeafChanged');
      const first = { Plan, 'Try to let clients in again': silent };
      const still = await run(definition, rotating({ ...first, 'Look again who is outside': silent }));
      expect(still.entered.slice(-3)).toEqual([last, 'Look again who is outside', 'Release after a halt']);
      expect(still.error).toBe('LeafChanged');
      const back = await run(definition, rotating(first));
      expect(back.entered.slice(-3)).toEqual([
        'Look again who is outside',
        'Schedule next',
        'Release the lease',
      ]);
      expect(back.error).toBeNull();
    },
  );

  it('leaves everything to another rotation that has the lease, which is not its own to free', async () => {
    const { error, entered } = await run(definition, {
      Plan: () => ({ decision: 'busy', anyOutside: false }),
    });
    expect(entered).toEqual(['Plan']);
    expect(error).toBeNull();
  });

  it('goes the whole way in an emergency too, and frees the lease', async () => {
    const request = { mode: 'emergency', anchors: ['cert_old'], reason: 'stolen' };
    const plan = { ...rotation, mode: 'emergency', soakSeconds: 0 };
    const { error, entered, inputOf } = await run(definition, rotating({ Plan: () => plan }), request);
    expect(error).toBeNull();
    expect(entered).toContain('Confirm organization');
    expect(entered.at(-1)).toBe('Release the lease');
    expect(inputOf('Release the lease')).toEqual({ execution, plan, schedule: expect.any(Object) });
  });

  it('ends red when it cannot free the lease', async () => {
    const answers = rotating({ 'Release the lease': fails('InvalidInput') });
    expect(await run(definition, answers)).toMatchObject({
      error: 'InvalidInput',
      cause: 'it was InvalidInput',
    });
  });
});
