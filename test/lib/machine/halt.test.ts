import { describe, expect, it } from 'vitest';
import { resolveDefinition } from '../../../lib/definition.ts';
import { fails, rotating, rotation, run } from '../locally.ts';
import { synthesized } from '../synthesized.ts';

const { templateOf } = synthesized();
const { definition } = resolveDefinition(templateOf('acme'));

const execution = { id: expect.stringContaining(':execution:'), startedAt: expect.any(String) };
const changed = { Error: 'LeafChanged', Cause: 'it was LeafChanged' };

describe('a halt', () => {
  it.each([
    ['Plan', 'Activate new anchors proj_a'],
    ['Activate new anchors', 'Verify new anchors proj_a'],
    ['Verify new anchors', 'Activate new anchors proj_b'],
    ['Promote clients', 'Verify again before the cut proj_a'],
    ['Verify again before the cut', 'Deactivate retiring anchors proj_a'],
    ['Deactivate retiring anchors', 'Confirm proj_a'],
    ['Confirm', 'Verify again before the cut proj_b'],
    ['Schedule next', 'Release the lease'],
  ])('in %s has its name, does not go on to %s, and frees the lease last of all', async (state, next) => {
    const { error, cause, entered, inputOf } = await run(
      definition,
      rotating({ [state]: fails('LeafChanged') }),
    );
    expect(error).toBe('LeafChanged');
    expect(cause).toContain('it was LeafChanged');
    expect(entered).not.toContain(next);
    const released = state === 'Plan' ? 'Release without a plan' : 'Release after a halt';
    expect(entered.filter((one) => one.startsWith('Release'))).toEqual([released]);
    expect(entered.at(-1)).toBe(released);
    expect(inputOf(released)).toEqual({
      execution,
      ...(state === 'Plan' ? { request: {} } : { plan: rotation }),
      halt: { Error: 'LeafChanged', Cause: cause },
    });
  });

  it('in Plan frees the lease although there is no plan', async () => {
    const { entered, inputOf } = await run(definition, { Plan: fails('LeafChanged') });
    expect(entered).toEqual(['Plan', 'Release without a plan']);
    expect(inputOf('Release without a plan')).toEqual({ request: {}, execution, halt: changed });
  });

  it.each([
    'Activate new anchors',
    'Verify new anchors',
    'Promote clients',
    'Verify again before the cut',
    'Deactivate retiring anchors',
    'Confirm',
  ])(
    'in %s looks after the clients that this run or an earlier one promoted, before the lease is free',
    async (state) => {
      const { entered, inputOf } = await run(definition, rotating({ [state]: fails('LeafChanged') }));
      expect(entered.slice(-3)).toEqual(['Restore clients', 'Take back everywhere', 'Release after a halt']);
      expect(inputOf('Restore clients')).toEqual({ execution, plan: rotation });
    },
  );

  it.each(['Plan', 'Schedule next'])(
    'in %s leaves the clients alone: nobody is known yet, or everything is proven',
    async (state) => {
      const { entered } = await run(definition, rotating({ [state]: fails('LeafChanged') }));
      expect(entered).not.toContain('Restore clients');
    },
  );

  it('of a run that an emergency took over ends quietly, in a state of that name', async () => {
    const answers = rotating({ Confirm: fails('Superseded'), 'Restore clients': fails('Superseded') });
    const { error, output, entered } = await run(definition, answers);
    expect(error).toBeNull();
    expect(output).toMatchObject({ halt: { Error: 'Superseded' } });
    expect(entered.slice(-3)).toEqual(['Restore clients', 'Take back everywhere', 'Release after a halt']);
    expect((await run(definition, { Plan: fails('Superseded') })).error).toBeNull();
  });

  it('keeps its name when clients cannot be restored, says so, and frees the lease all the same', async () => {
    const answers = rotating({
      'Promote clients': fails('LeafChanged'),
      'Restore clients': fails('SecretInvalid'),
    });
    const { error, cause, entered, inputOf } = await run(definition, answers);
    const said =
      'it was LeafChanged; the clients could not all be looked after: SecretInvalid: it was SecretInvalid';
    expect({ Error: error, Cause: cause }).toEqual({ Error: 'LeafChanged', Cause: said });
    expect(entered.at(-1)).toBe('Release after a halt');
    expect(inputOf('Release after a halt')).toMatchObject({ halt: { Cause: said } });
  });

  it('in the overlap takes back everywhere what has let in who has to stay out, once clients are looked after (F16, I10)', async () => {
    const told = { takenBack: ['cert_new'], also: '; cert_new was deactivated again as well in proj_b' };
    const answers = { 'Verify new anchors': fails('TrustWidened'), 'Take back everywhere': () => told };
    const { error, cause, inputOf } = await run(definition, rotating(answers));
    expect(error).toBe('TrustWidened');
    expect(cause).toMatch(/it was TrustWidened.*; cert_new was deactivated again as well in proj_b$/);
    expect(inputOf('Take back everywhere')).toEqual({
      ...{ execution, plan: rotation, everywhere: true },
      halt: { Error: 'TrustWidened', Cause: '' },
    });
  });

  it('keeps its name when that could not be taken back everywhere, and says so', async () => {
    const answers = {
      'Verify new anchors': fails('TrustWidened'),
      'Take back everywhere': fails('ApiRefused'),
    };
    const { error, cause, entered } = await run(definition, rotating(answers));
    expect(error).toBe('TrustWidened');
    expect(cause).toMatch(/could not be taken back in every scope .*: ApiRefused: it was ApiRefused$/);
    expect(entered.at(-1)).toBe('Release after a halt');
  });

  it('keeps its name when the lease cannot be freed: a holder that has ended is taken over', async () => {
    const answers = rotating({
      'Promote clients': fails('LeafChanged'),
      'Release after a halt': fails('InvalidInput'),
    });
    const { error, cause } = await run(definition, answers);
    expect({ Error: error, Cause: cause }).toEqual(changed);
  });
});
