import { describe, expect, it } from 'vitest';
import type { ScopeVerdict } from '../../../lambdas/domain/document.ts';
import { resolveDefinition } from '../../../lib/definition.ts';
import { fails, type Input, lease, nothingCut, proven, rotating, rotation, run } from '../locally.ts';
import { synthesized } from '../synthesized.ts';

const { templateOf } = synthesized();
const { definition } = resolveDefinition(templateOf('acme'));

const MINUTE = 60;
const refused = { Confirm: fails('SuccessorRefused', 'proj_b') };
const cutOf = (steps: string[]) => steps.slice(steps.indexOf('Verify again before the cut'));
const haltsIn = (cause: string): ScopeVerdict[] => JSON.parse(cause);

describe('a scope that cannot be confirmed', () => {
  it('is undone and proven, and the halt says both', async () => {
    const { error, cause, stepsOf, inputOf } = await run(definition, rotating(refused));
    expect([...new Set(cutOf(stepsOf('proj_b')))]).toEqual([
      'Verify again before the cut',
      'Deactivate retiring anchors',
      'Confirm',
      'Undo the cut',
      'Prove the undo',
    ]);
    expect(error).toBe('SuccessorRefused');
    expect(haltsIn(cause)).toEqual([
      {
        scope: 'proj_b',
        verdict: 'halted',
        error: 'SuccessorRefused',
        cause: 'it was SuccessorRefused; undo in proj_b: put back cert_old',
      },
    ]);
    const execution = { id: expect.any(String), startedAt: expect.any(String) };
    const plan = rotation.waves[1]?.scopes[0];
    const halt = { Error: 'SuccessorRefused', Cause: 'it was SuccessorRefused' };
    expect(inputOf('Undo the cut')).toMatchObject({ execution, plan, lease, halt });
    // Nothing was activated after the soak, so nothing can be taken back.
    expect(inputOf('Undo the cut')).not.toHaveProperty('activation');
    expect(inputOf('Prove the undo')).toEqual({
      ...{ execution, evidence: 'probe', plan, lease },
      begin: { begins: true, anyHalted: false, inShards: false, looksFirst: false },
      undo: expect.objectContaining({ anyBack: true }),
      moment: 'afterUndo',
    });
  });

  it('does not stop another scope of its wave halfway, even one that is slower than its undo', async () => {
    const undone = Promise.withResolvers<void>();
    const { stepsOf, cause } = await run(
      definition,
      rotating({
        ...refused,
        'Deactivate retiring anchors': ({ plan }) => (plan?.scope === 'proj_c' ? undone.promise : undefined),
        'Prove the undo': () => undone.resolve(),
      }),
    );
    expect(cutOf(stepsOf('proj_c'))).toEqual([
      'Verify again before the cut',
      'Deactivate retiring anchors',
      'Confirm',
    ]);
    expect(haltsIn(cause).map(({ scope }) => scope)).toEqual(['proj_b']);
  });

  it('is no other scope’s business where only a client does not answer, and is named at the end (I17, rule 4)', async () => {
    const silent = rotating({
      'Verify new anchors': (input) => {
        fails('ProbeInconclusive', 'proj_a')(input);
        return proven(input);
      },
    });
    const { error, cause, entered, stepsOf } = await run(definition, silent);
    expect(error).toBe('ProbeInconclusive');
    expect(haltsIn(cause).map(({ scope }) => scope)).toEqual(['proj_a']);
    // A scope that was not proven has served no soak and is not cut.
    expect(stepsOf('proj_a')).not.toContain('Deactivate retiring anchors');
    for (const scope of ['proj_b', 'proj_c', 'organization'])
      expect(stepsOf(scope).at(-1), scope).toBe('Confirm');
    expect(entered.slice(-4)).toEqual([
      ...['Judge all cuts', 'Restore clients', 'Take back everywhere', 'Release after a halt'],
    ]);
  });

  it('lets no further wave begin, and ends with the clients restored and the lease free', async () => {
    const { entered, stepsOf } = await run(definition, rotating(refused));
    expect(stepsOf('proj_a').at(-1)).toBe('Confirm');
    expect(stepsOf('organization')).toEqual(['Activate new anchors', 'Verify new anchors']);
    expect(entered.slice(-3)).toEqual(['Restore clients', 'Take back everywhere', 'Release after a halt']);
    expect(entered).not.toContain('Schedule next');
  });

  it.each([
    ['Undo the cut', 'the undo did not succeed'],
    ['Prove the undo', 'undo in proj_b: put back cert_old, which could not be proven'],
  ])('is named with what went wrong in %s as well, under the name of the first', async (state, words) => {
    const { error, cause, entered } = await run(
      definition,
      rotating({ ...refused, [state]: fails('ApiRefused') }),
    );
    expect(error).toBe('SuccessorRefused');
    expect(haltsIn(cause).map((halt) => halt.cause)).toEqual([
      `it was SuccessorRefused; ${words}: ApiRefused: it was ApiRefused`,
    ]);
    expect(entered.slice(-3)).toEqual(['Restore clients', 'Take back everywhere', 'Release after a halt']);
  });

  it.each(['Verify again before the cut', 'Deactivate retiring anchors'])(
    'for what went wrong in %s is undone as well: an earlier run, or one batch of several, may have cut there',
    async (state) => {
      const { cause, stepsOf } = await run(definition, rotating({ [state]: fails('ApiRefused', 'proj_b') }));
      expect(stepsOf('proj_b').slice(-3)).toEqual([state, 'Undo the cut', 'Prove the undo']);
      expect(haltsIn(cause).map((halt) => halt.cause)).toEqual([
        'it was ApiRefused; undo in proj_b: put back cert_old',
      ]);
    },
  );

  it('has nothing to prove and nothing to add where nobody had cut anything', async () => {
    const { cause, stepsOf } = await run(
      definition,
      rotating({
        'Verify again before the cut': fails('LeafChanged', 'proj_b'),
        'Undo the cut': nothingCut,
      }),
    );
    expect(stepsOf('proj_b').at(-1)).toBe('Undo the cut');
    expect(haltsIn(cause).map((halt) => halt.cause)).toEqual(['it was LeafChanged']);
  });

  it('is named beside another one of its wave that halted for another reason', async () => {
    const { error, cause } = await run(
      definition,
      rotating({ ...refused, 'Verify again before the cut': fails('LeafChanged', 'proj_c') }),
    );
    expect(error).toBe('SuccessorRefused');
    expect(haltsIn(cause).map((halt) => `${halt.scope} ${halt.error}`)).toEqual([
      'proj_b SuccessorRefused',
      'proj_c LeafChanged',
    ]);
  });
});

describe('after a cut', () => {
  const attempts = async (name: string) => {
    const { stepsOf, seconds } = await run(definition, rotating({ Confirm: fails(name, 'proj_b') }));
    return { attempts: stepsOf('proj_b').filter((state) => state === 'Confirm').length, seconds };
  };

  it.each(['SuccessorRefused', 'NotEnforced'])('%s is looked at twice more within seconds', async (name) => {
    const seen = await attempts(name);
    expect(seen.attempts).toBe(3);
    expect(seen.seconds).toBeLessThanOrEqual(MINUTE / 2);
  });

  it('an old leaf that still gets in has minutes to be refused: it locks nobody out', async () => {
    const seen = await attempts('RetiringStillAccepted');
    expect(seen.attempts).toBeGreaterThan(10);
    expect(seen.seconds).toBeGreaterThan(5 * MINUTE);
  });

  it('a scope that gets in at the second look is confirmed', async () => {
    let looks = 0;
    const secondLook = (input: Input) => (looks++ === 0 ? fails('SuccessorRefused')(input) : undefined);
    const { error, entered } = await run(definition, rotating({ Confirm: secondLook }));
    expect(error).toBeNull();
    expect(entered).not.toContain('Undo the cut proj_a');
  });
});

it('cuts nothing where the functions of an older deployment do not say how its overlap went (I18)', async () => {
  const silent = () => ({ begins: true, inShards: false, looksFirst: false });
  const { entered, error } = await run(definition, rotating({ 'Begin the cut': silent }));
  expect(entered.filter((one) => /^(Verify again|Deactivate)/.test(one))).toEqual([]);
  expect(error).not.toBeNull();
});

it('I17: looks before the cut at nobody whom the overlap was proven without, as its begin has said', async () => {
  const begun = { begins: true, anyHalted: false, inShards: false, looksFirst: false, outside: ['late'] };
  const { inputOf } = await run(definition, rotating({ 'Begin the cut': () => begun }));
  expect(inputOf('Verify again before the cut')).toMatchObject({ begin: begun, moment: 'beforeCut' });
});
