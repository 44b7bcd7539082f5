import validate from 'asl-validator';
import { describe, expect, it } from 'vitest';
import { writtenPolicy } from '../../../lambdas/domain/policy.ts';
import { resolveDefinition } from '../../../lib/definition.ts';
import { steps } from '../../../lib/steps.ts';
import { configuration, synthesized } from '../synthesized.ts';
import { pathsIn, placed, sentenceOf } from './walk.ts';

const { templateOf } = synthesized();
const { definition } = resolveDefinition(templateOf('acme'));
const states = placed(definition);

describe('the state machine', () => {
  it('is valid Amazon States Language', () => {
    const { isValid, errorsText } = validate(structuredClone(definition));
    expect(isValid, errorsText()).toBe(true);
  });

  it('reads as the sentence', () => {
    expect(sentenceOf(definition)).toEqual([
      'Receive request',
      'Plan',
      'Anybody left outside?',
      'Let clients in again',
      'Anything to rotate?',
      'Activate wave by wave',
      'Open the overlap',
      'Activate scope by scope',
      'Begin the overlap',
      'Is the overlap ours?',
      'Activate new anchors',
      'Verify new anchors',
      'Have hosts heard of the activation?',
      'Scope proven',
      'Judge the overlap',
      'Every scope proven?',
      'Wave not proven',
      'Halted while activating',
      'Let every edge hear of it',
      'Promote clients',
      'Soak',
      'Deactivate wave by wave',
      'Open the cut',
      'Deactivate scope by scope',
      'Begin the cut',
      'Is the cut ours?',
      'Verify again before the cut',
      'Deactivate retiring anchors',
      'Confirm',
      'Have hosts heard of the cut?',
      'Scope confirmed',
      'Judge the wave',
      'Every scope confirmed?',
      'Wave halted',
      'Halted while deactivating',
      'Judge all cuts',
      'Every scope cut?',
      'Anybody still outside?',
      'Look again who is outside',
      'Schedule next',
      'Release the lease',
      'Anything new blocked?',
      'Blocked',
    ]);
  });

  it('runs every step of the registry somewhere', () => {
    const { functions } = resolveDefinition(templateOf('acme'));
    const run = new Set(states.flatMap(({ state }) => ('Resource' in state ? [state.Resource] : [])));
    const idle = Object.entries(functions).filter(([arn]) => !run.has(arn));
    expect(idle.map(([, { name }]) => name)).toEqual([]);
    expect(Object.keys(functions)).toHaveLength(steps.length);
  });

  it('ends green only where nothing was left undone', () => {
    const ends = states.filter(({ state }) => ['Succeed', 'Fail'].includes(state.Type));
    expect(ends.map(({ name, state }) => `${state.Type} ${name}`).sort()).toEqual([
      'Fail Blocked',
      'Fail Cut not opened',
      'Fail Halted',
      'Fail Halted by themselves',
      'Fail Halted while activating',
      'Fail Halted while deactivating',
      // These end the execution of one scope. Its parent sees that the verdict is missing.
      'Fail No verdict on the cut',
      'Fail No verdict on the overlap',
      'Fail No verdict on the whole way',
      'Fail Nothing opened',
      'Fail Overlap not opened',
      // These end one shard of a scope's clients, whose halt waits for no other shard. The scope halts by
      // that.
      'Fail Shard not confirmed at once, and none waited for',
      'Fail Shard not confirmed, and none waited for',
      'Fail Shard not proven again at once, and none waited for',
      'Fail Shard not proven again, and none waited for',
      'Fail Shard not proven at once, and none waited for',
      'Fail Shard not proven, and none waited for',
      'Succeed Busy',
      'Succeed Done',
      'Succeed Left to a twin: the cut',
      'Succeed Left to a twin: the overlap',
      'Succeed Left to a twin: the whole way',
      'Succeed Superseded',
    ]);
  });

  it('proves one wave before it begins the next, and takes as many scopes at once as the policy says', () => {
    const concurrency = states
      .filter(({ state }) => state.Type === 'Map')
      .map(({ name, state }) => [name, state.MaxConcurrency]);
    expect(Object.fromEntries(concurrency)).toEqual({
      'Activate wave by wave': 1,
      'Activate scope by scope': configuration.organizations.acme?.policy.concurrency,
      'Deactivate wave by wave': 1,
      'Deactivate scope by scope': configuration.organizations.acme?.policy.concurrency,
      // These do not depend on the policy: where a key has leaked, no scope waits for another to begin (I16).
      // In this configuration Lambda reserves fewer than forty executions.
      'Every scope by itself': 1,
      'At once': configuration.organizations.acme?.reservedConcurrency,
      // As many as an inline Map runs at once.
      'Verify shard by shard': 40,
      'Verify shard by shard again': 40,
      'Confirm shard by shard': 40,
      'Verify shard by shard at once': 40,
      'Promote shard by shard at once': 40,
      'Verify shard by shard again at once': 40,
      'Confirm shard by shard at once': 40,
      'Promote who is proven shard by shard at once': 40,
    });
  });

  it('hands Plan the policy, since a function could not hold it, and the last look where its list of clients is', () => {
    const { clients, policy } = configuration.organizations.acme ?? {};
    const written = policy && writtenPolicy(policy);
    expect(written?.soak).toBe('P3D');
    expect(Object(definition.States.Plan?.Parameters).configuration).toEqual({ policy: written });
    const last = states.find(({ name }) => name === 'Verify again before the cut')?.state;
    expect(last?.Parameters).toMatchObject({ 'clients.$': '$.clients' });
    for (const { name, secret } of clients ?? [])
      for (const word of [secret, `"${name}"`]) expect(JSON.stringify(definition)).not.toContain(word);
  });

  it.each([
    ['Verify again before the cut', 'beforeCut'],
    ['Prove the undo', 'afterUndo'],
    ['Prove the earlier undo', 'afterUndo'],
    ['Verify again at once', 'beforeCut'],
    ['Verify a shard again', 'beforeCut'],
    ['Verify every shard again', 'beforeCut'],
    ['Verify every shard again at once', 'beforeCut'],
    ['Verify a shard again at once', 'beforeCut'],
    ['Prove the undo at once', 'afterUndo'],
  ])('says in %s which leaves count: %s', (name, moment) => {
    const state = states.find((one) => one.name === name)?.state;
    expect(state?.Parameters).toMatchObject({ moment });
  });

  it('uses nothing that other readers of the language lack', () => {
    const text = JSON.stringify(definition);
    expect(text).not.toMatch(/"ResultPath":"\$"|"IsPresent":false|\$\$\.State|JSONata/);
    const outsideSelectors = states
      .flatMap(({ state }) => pathsIn(state))
      .filter(({ field, path }) => path.startsWith('$$.Map') && !field.startsWith('ItemSelector.'));
    expect(outsideSelectors).toEqual([]);
    // Engines differ in how they read a filter or a wildcard within an intrinsic function.
    expect(text).not.toMatch(/\[\?\(|\[\*\]/);
  });
});
