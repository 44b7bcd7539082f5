import { describe, expect, it } from 'vitest';
import { resolveDefinition } from '../../../lib/definition.ts';
import { activated, fails, nothingCut, rotating, rotation, run, undone, waveOf } from '../locally.ts';
import { synthesized } from '../synthesized.ts';

const { templateOf } = synthesized();
const { definition } = resolveDefinition(templateOf('acme'));
const everywhere = {
  ...rotation,
  atOnce: true,
  waves: [waveOf('everywhere', rotation.waves.flatMap(({ scopes }) => scopes).toReversed())],
};
const atOnce = (answers: Parameters<typeof rotating>[0] = {}) =>
  rotating({ Plan: () => everywhere, 'Undo at once': nothingCut, ...answers });

describe('a run for a compromised anchor', () => {
  it('takes each scope the whole way by itself, and soaks nowhere', async () => {
    const { error, entered, stepsOf } = await run(definition, atOnce());
    expect(error).toBeNull();
    expect(stepsOf('proj_b')).toEqual([
      'Activate at once',
      'Verify at once',
      'Promote its clients',
      'Verify again at once',
      'Deactivate at once',
      'Confirm at once',
    ]);
    expect(entered.at(-1)).toBe('Release the lease');
    expect(entered).not.toContain('Promote clients');
  });

  it('is over within seconds in every scope, though one stays silent: the run that follows tries again (I16)', async () => {
    const { error, stepsOf, seconds } = await run(
      definition,
      atOnce({
        'Activate at once': (input) => fails('ApiUnavailable', 'proj_b')(input) ?? activated(input),
      }),
    );
    expect(error).toBe('ApiUnavailable');
    expect(seconds).toBeLessThan(30);
    for (const scope of ['organization', 'proj_a', 'proj_c'])
      expect(stepsOf(scope).at(-1), scope).toBe('Confirm at once');
    expect(stepsOf('proj_b').filter((step) => step === 'Activate at once')).toHaveLength(3);
  });

  it('is over at once in a scope whose own listing shows nothing to cut, but for what the organization has left to it (I4, I10)', async () => {
    const remains = { proj_a: 'nothing', proj_b: 'confirmation' } as Record<string, string>;
    const { error, stepsOf } = await run(
      definition,
      atOnce({
        'Activate at once': (input) => ({
          ...activated(input),
          ...(remains[input.plan?.scope ?? ''] && { remains: remains[input.plan?.scope ?? ''] }),
        }),
      }),
    );
    expect(error).toBeNull();
    expect(stepsOf('proj_a')).toEqual(['Activate at once']);
    expect(stepsOf('proj_b')).toEqual(['Activate at once', 'Confirm at once']);
    expect(stepsOf('proj_c')).toContain('Deactivate at once');
  });

  it('has whom a scope has proven moved before that scope halts for others (I17)', async () => {
    const answers = atOnce({ 'Verify at once': fails('ProbeInconclusive', 'proj_b') });
    const { error, stepsOf, inputOf } = await run(definition, answers);
    expect(error).toBe('ProbeInconclusive');
    const asked = [...new Set(stepsOf('proj_b'))];
    expect(asked).toEqual([
      'Activate at once',
      'Verify at once',
      'Undo at once',
      'Promote who is proven at once',
    ]);
    const halt = { Error: 'ProbeInconclusive', Cause: 'it was ProbeInconclusive' };
    expect(inputOf('Promote who is proven at once')).toMatchObject({ halt, plan: { scope: 'proj_b' } });
    // The undo comes first (I10), in a scope where no client was promoted before.
    expect(inputOf('Undo at once')).toMatchObject({ halt });
    expect(inputOf('Undo at once')).not.toHaveProperty('promotion');
  });

  it('moves nobody where a cut had to be taken back: nothing is known of that scope but that', async () => {
    const answers = { 'Verify at once': fails('SuccessorRefused', 'proj_b'), 'Undo at once': undone };
    const { stepsOf } = await run(definition, atOnce(answers));
    expect(stepsOf('proj_b')).toContain('Undo at once');
    expect(stepsOf('proj_b')).not.toContain('Promote who is proven at once');
  });

  it('halts under its own name where whoever is proven could not be moved', async () => {
    const { error, stepsOf } = await run(
      definition,
      atOnce({
        'Verify at once': fails('SuccessorRefused', 'proj_b'),
        'Promote who is proven at once': fails('LeafChanged'),
      }),
    );
    expect(error).toBe('SuccessorRefused');
    expect(stepsOf('proj_b').at(-1)).toBe('Promote who is proven at once');
  });

  it('ends red by the name of what could not be cut, and looks after the clients', async () => {
    const { error, cause, entered } = await run(
      definition,
      atOnce({ 'Verify again at once': fails('LeafChanged', 'proj_c') }),
    );
    expect(error).toBe('LeafChanged');
    expect(cause).toContain('"scope":"proj_c"');
    expect(cause).not.toContain('proj_a');
    expect(entered.slice(-2)).toEqual(['Restore clients at once', 'Release after a halt']);
  });
});
