import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../lambdas/domain/cause.ts';
import { resolveDefinition } from '../../../lib/definition.ts';
import { fails, type Input, lease, nothingCut, proven, rotating, rotation, run, undone } from '../locally.ts';
import { synthesized } from '../synthesized.ts';

const { templateOf } = synthesized();
const { definition } = resolveDefinition(templateOf('acme'));

const refused = { 'Verify new anchors': fails('SuccessorRefused', 'proj_a') };

describe('a scope that cannot be proven', () => {
  it('has a cut taken back that an earlier run left unconfirmed there, and the halt says both (I10, I11)', async () => {
    const { error, cause, stepsOf, inputOf } = await run(
      definition,
      rotating({ ...refused, 'Undo an earlier cut': undone }),
    );
    expect([...new Set(stepsOf('proj_a'))]).toEqual([
      'Activate new anchors',
      'Verify new anchors',
      'Undo an earlier cut',
      'Prove the earlier undo',
    ]);
    expect(error).toBe('SuccessorRefused');
    expect(causeOf(cause)).toBe(
      'proj_a: SuccessorRefused: it was SuccessorRefused; undo in proj_a: put back cert_old',
    );
    expect(inputOf('Undo an earlier cut')).toMatchObject({
      execution: { id: expect.any(String), startedAt: expect.any(String) },
      evidence: 'probe',
      plan: rotation.waves[0]?.scopes[0],
      lease,
      // The undo needs it, because what this run has activated may have to be taken back.
      activation: { scope: 'proj_a', by: 'Activate new anchors' },
      halt: { Error: 'SuccessorRefused', Cause: 'it was SuccessorRefused' },
    });
  });

  it('says with its halt that a successor was taken back, where a witness got in (F16)', async () => {
    const takenBack = (input: Input) => ({ ...nothingCut(input), also: '; cert_new was deactivated again' });
    const { error, cause } = await run(
      definition,
      rotating({
        'Verify new anchors': fails('TrustWidened', 'proj_a'),
        'Undo an earlier cut': takenBack,
      }),
    );
    expect(error).toBe('TrustWidened');
    expect(causeOf(cause)).toBe('proj_a: TrustWidened: it was TrustWidened; cert_new was deactivated again');
  });

  it.each([
    ['Undo an earlier cut', 'the undo did not succeed'],
    ['Prove the earlier undo', 'undo in proj_a: put back cert_old, which could not be proven'],
  ])('is named with what went wrong in %s as well, under the name of the first', async (state, words) => {
    const answers = { ...refused, 'Undo an earlier cut': undone, [state]: fails('ApiRefused') };
    const { error, cause } = await run(definition, rotating(answers));
    expect(error).toBe('SuccessorRefused');
    expect(causeOf(cause)).toBe(
      `proj_a: SuccessorRefused: it was SuccessorRefused; ${words}: ApiRefused: it was ApiRefused`,
    );
  });

  it.each(['Activate new anchors', 'Verify new anchors'])(
    'in %s adds nothing where no cut was left, and lets no other wave begin',
    async (state) => {
      const { cause, entered } = await run(definition, rotating({ [state]: fails('LeafChanged') }));
      expect(causeOf(cause)).toBe('proj_a: LeafChanged: it was LeafChanged');
      expect(entered.slice(-6)).toEqual([
        'Undo an earlier cut proj_a',
        'Judge the overlap',
        'Promote who is proven',
        'Restore clients',
        'Take back everywhere',
        'Release after a halt',
      ]);
    },
  );

  it('has whom the overlap has proven by then moved, and no soak begins (I17)', async () => {
    const answers = rotating({ 'Verify new anchors': fails('SuccessorRefused') });
    const { error, entered, inputOf } = await run(definition, answers);
    expect(error).toBe('SuccessorRefused');
    expect(entered).not.toContain('Verify again before the cut proj_a');
    const halt = { Error: 'SuccessorRefused', Cause: expect.stringContaining('it was SuccessorRefused') };
    expect(inputOf('Promote who is proven')).toMatchObject({ plan: rotation, halt });
  });

  it('moves nobody where another rotation or a person decides by now (I12)', async () => {
    for (const name of ['Superseded', 'Stopped', 'ConfigurationChanged'] as const) {
      const { entered } = await run(definition, rotating({ 'Verify new anchors': fails(name) }));
      expect(entered, name).not.toContain('Promote who is proven');
    }
  });

  it('has clients let in again within a minute who may be locked out, though nobody can be moved', async () => {
    const answers = {
      'Verify new anchors': fails('LeafChanged'),
      'Promote who is proven': fails('SecretUnavailable'),
    };
    const { error, entered, seconds } = await run(definition, rotating(answers));
    expect(error).toBe('LeafChanged');
    expect(entered.slice(-3)).toEqual(['Restore clients', 'Take back everywhere', 'Release after a halt']);
    expect(seconds).toBeLessThan(60);
  });

  it('keeps its name where whoever is proven could not be moved, and says that as well', async () => {
    const answers = {
      'Verify new anchors': fails('SuccessorRefused'),
      'Promote who is proven': fails('ApiRefused'),
    };
    const { error, cause, entered } = await run(definition, rotating(answers));
    expect(error).toBe('SuccessorRefused');
    expect(cause).toContain('who is proven could not be moved: ApiRefused: it was ApiRefused');
    expect(entered.slice(-3)).toEqual(['Restore clients', 'Take back everywhere', 'Release after a halt']);
  });

  it('stops no other scope of its wave: an earlier cut there is still taken back, however slow that is', async () => {
    const slowly = async (input: Input) => {
      if (input.plan?.scope !== 'proj_c') return nothingCut(input);
      await new Promise((done) => setTimeout(done, 50));
      return undone(input);
    };
    const bad = (input: Input) => {
      fails('LeafChanged', 'proj_b')(input);
      fails('SuccessorRefused', 'proj_c')(input);
      return proven(input);
    };
    const answers = { 'Verify new anchors': bad, 'Undo an earlier cut': slowly };
    const { error, cause, stepsOf } = await run(definition, rotating(answers));
    expect(stepsOf('proj_c').slice(-2)).toEqual(['Undo an earlier cut', 'Prove the earlier undo']);
    expect(error).toBe('LeafChanged');
    expect(causeOf(cause)).toBe(
      'proj_b: LeafChanged: it was LeafChanged | proj_c: SuccessorRefused: it was SuccessorRefused; undo in proj_c: put back cert_old',
    );
    expect(stepsOf('organization')).toEqual([]);
  });
});
