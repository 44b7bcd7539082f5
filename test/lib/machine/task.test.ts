import { describe, expect, it } from 'vitest';
import {
  deploymentErrors,
  errorNames,
  propagationErrors,
  retryableErrors,
  unfinishedErrors,
} from '../../../lambdas/domain/errors.ts';
import { resolveDefinition } from '../../../lib/definition.ts';
import { synthesized } from '../synthesized.ts';
import { type Placed, placed } from './walk.ts';

type Retry = {
  ErrorEquals: string[];
  IntervalSeconds: number;
  BackoffRate: number;
  MaxDelaySeconds?: number;
  MaxAttempts: number;
  JitterStrategy?: 'FULL' | 'NONE';
};

const { templateOf } = synthesized();
const { definition, functions } = resolveDefinition(templateOf('acme'));
const tasks = placed(definition).filter(({ state }) => state.Type === 'Task');

const functionOf = ({ state }: Placed) => functions[state.Resource ?? ''];
const stepOf = (task: Placed) => functionOf(task)?.name.replace('windlass-acme-', '');
const retriesOf = ({ state }: Placed) => (state.Retry ?? []) as Retry[];

function retryOf(task: Placed, error: string): Retry {
  const found = retriesOf(task).find(({ ErrorEquals }) => ErrorEquals.includes(error));
  if (!found) throw new Error(`${task.name} does not retry ${error}`);
  return found;
}

const isProbing = (task: Placed): boolean => ['verify', 'confirm', 'restore'].includes(stepOf(task) ?? '');

/**
 * Whether the state keeps no place that another scope waits for. Only a scope that goes by itself takes one
 * of a few places.
 */
const keepsNoPlace = ({ name }: Placed): boolean =>
  !(/ at once$/.test(name) || name === 'Promote its clients') || name === 'Undo at once';

/**
 * Whether others wait behind the state: clients that may be locked out, or anchors that are compromised. It
 * does not help these, and another run follows.
 */
const keepsOthersWaiting = ({ name }: Placed): boolean =>
  ['Promote who is proven', 'Try to let clients in again', 'Look again who is outside'].includes(name);

/** Returns the longest time in seconds that the waits between the attempts may take together. */
const patience = ({ IntervalSeconds, BackoffRate, MaxDelaySeconds = Infinity, MaxAttempts }: Retry): number =>
  Array.from({ length: MaxAttempts }, (_, n) =>
    Math.min(IntervalSeconds * BackoffRate ** n, MaxDelaySeconds),
  ).reduce((total, wait) => total + wait, 0);

describe('every task', () => {
  it.each(tasks)('$name gives its function time to end by itself first', (task) => {
    const { timeoutSeconds = Infinity } = functionOf(task) ?? {};
    expect(task.state.TimeoutSeconds).toBeGreaterThan(timeoutSeconds);
  });

  it.each(tasks)('$name retries only what may pass by itself', (task) => {
    const names = retriesOf(task).flatMap(({ ErrorEquals }) => ErrorEquals);
    const probing = isProbing(task);
    // No other step gets ProbeRefused, so it does not count there.
    const ours = names.filter(
      (name) => !/^(Lambda|Sandbox|Runtime|States)\.[A-Z]/.test(name) && (probing || name !== 'ProbeRefused'),
    );
    expect(errorNames).toEqual(expect.arrayContaining(ours));
    const surveys = stepOf(task) === 'plan' ? unfinishedErrors : [];
    // What an undo asks for may be refused by mistake, and clients are outside until it is done.
    const refused = stepOf(task) === 'undo' ? ['AdminKeyRefused', 'ApiRefused'] : [];
    const always = [...retryableErrors, ...deploymentErrors];
    expect(ours.sort()).toEqual(
      [...always, ...(probing ? propagationErrors : []), ...surveys, ...refused].sort(),
    );
    expect(new Set(names).size, 'a name that stands twice is retried by the first rule only').toBe(
      names.length,
    );
    expect(names).toEqual(expect.arrayContaining(['Lambda.TooManyRequestsException', 'Sandbox.Timedout']));
    expect(names).not.toContain('States.ALL');
  });

  // A deployment gives a role its permission shortly before or after its function, and IAM spreads it some
  // seconds later.
  const hurried = (task: Placed) =>
    !keepsNoPlace(task) || keepsOthersWaiting(task) || stepOf(task) === 'confirm';
  it.each(tasks.filter((task) => !hurried(task)))(
    '$name gives a deployment at work two minutes and no more: a permission that is not there does not come by waiting',
    (task) => {
      for (const error of deploymentErrors) {
        expect(patience(retryOf(task, error)) / 2).toBeGreaterThan(60);
        expect(patience(retryOf(task, error))).toBeLessThanOrEqual(300);
      }
    },
  );

  it.each(tasks.filter(hurried))(
    '$name gives it less than a minute: a client may be locked out meanwhile, or others wait',
    (task) => {
      for (const error of deploymentErrors) {
        expect(patience(retryOf(task, error))).toBeGreaterThanOrEqual(30);
        expect(patience(retryOf(task, error))).toBeLessThan(60);
      }
    },
  );

  it('gives a survey half a day of attempts, of which each goes on where the last one stopped (I18)', () => {
    const [plan] = tasks.filter((task) => stepOf(task) === 'plan') as [Placed];
    const retry = retryOf(plan, 'SurveyUnfinished');
    expect(retry.MaxAttempts * 8 * 60).toBeGreaterThan(12 * 3_600);
    expect(patience(retry)).toBeLessThan(600);
  });

  const patient = tasks.filter((task) => keepsNoPlace(task) && !keepsOthersWaiting(task));
  it.each(patient)('$name rides out half an hour without the API', (task) => {
    const retry = retryOf(task, 'ApiUnavailable');
    // With full jitter a wait takes half of its bound on average.
    expect(retry.JitterStrategy).toBe('FULL');
    expect(patience(retry) / 2).toBeGreaterThan(1800);
  });
});

/** Errors that may pass by themselves, without those that say themselves when to come again. */
const silent = retryableErrors.filter((name) => !['RateLimited', 'ToggleNotVisible'].includes(name));

describe('a state behind which others wait', () => {
  it.each(tasks.filter(keepsOthersWaiting))(
    'waits seconds in $name: a later run looks again after whoever stays where he is',
    (task) => {
      for (const error of silent) expect(patience(retryOf(task, error)), error).toBeLessThanOrEqual(5);
    },
  );
});

describe('a scope that goes by itself', () => {
  const goes = tasks.filter((task) => !keepsNoPlace(task));

  it('waits in nothing but its undo, since clients may be locked out', () => {
    expect(goes.map(({ name }) => name).sort()).toEqual([
      'Activate at once',
      'Activate for many at once',
      'Confirm a shard at once',
      'Confirm at once',
      'Confirm every shard at once',
      'Deactivate at once',
      'Deactivate for many at once',
      'Promote a shard at once',
      'Promote every shard at once',
      'Promote its clients',
      'Promote who is proven at once',
      'Promote who is proven in a shard at once',
      'Prove the undo at once',
      'Restore clients at once',
      'Verify a shard again at once',
      'Verify a shard at once',
      'Verify again at once',
      'Verify at once',
      'Verify every shard again at once',
      'Verify every shard at once',
    ]);
  });

  it.each(goes)('gives up its place within seconds where $name finds something silent (I16)', (task) => {
    for (const error of silent) expect(patience(retryOf(task, error)), error).toBeLessThanOrEqual(5);
  });

  it.each(goes)('waits where $name is only told to slow down', (task) => {
    expect(patience(retryOf(task, 'RateLimited')) / 2).toBeGreaterThan(1800);
  });

  it.each(goes.filter(isProbing))(
    'gives a toggle on its way less than a minute in $name: the run that follows looks again',
    (task) => {
      for (const error of [...propagationErrors, 'ToggleNotVisible'])
        expect(patience(retryOf(task, error)), error).toBeLessThan(60);
      // An error that no wait is likely to repair is no reason to keep a place (I16).
      expect(patience(retryOf(task, 'ProbeRefused'))).toBeLessThanOrEqual(5);
    },
  );
});

describe('a function that Lambda throttles', () => {
  const persisting = tasks.filter((task) => ['undo', 'confirm', 'restore'].includes(stepOf(task) ?? ''));

  it.each(persisting)('$name rides out half an hour: clients may be locked out meanwhile', (task) => {
    const retry = retryOf(task, 'Lambda.TooManyRequestsException');
    expect(patience(retry) / 2).toBeGreaterThan(40 * 60);
    expect(retry.IntervalSeconds, 'the first attempts come within seconds').toBeLessThanOrEqual(2);
  });

  const shards = tasks.filter(({ name }) => / a shard\b/.test(name));

  it.each(shards)(
    '$name waits for its turn as long as another may take whose hosts do not answer (I17, I18)',
    (task) => {
      const longest = Math.max(...tasks.map(({ state }) => Number(state.TimeoutSeconds)));
      expect(longest).toBe(16 * 60);
      // With full jitter a wait takes half of its bound on average.
      expect(patience(retryOf(task, 'Lambda.TooManyRequestsException')) / 2).toBeGreaterThan(longest);
    },
  );

  it('is each state that has a shard of its own to look at or to move', () => {
    expect(shards.map(({ name }) => name).sort()).toEqual([
      'Confirm a shard',
      'Confirm a shard at once',
      'Promote a shard at once',
      'Promote who is proven in a shard at once',
      'Verify a shard',
      'Verify a shard again',
      'Verify a shard again at once',
      'Verify a shard at once',
    ]);
  });

  it('is every undo, the confirmation and the restoring of clients', () => {
    expect(persisting.map(({ name }) => name).sort()).toEqual([
      'Confirm',
      'Confirm a shard',
      'Confirm a shard at once',
      'Confirm at once',
      'Confirm every shard',
      'Confirm every shard at once',
      'Let clients in again',
      'Look again who is outside',
      'Restore clients',
      'Restore clients at once',
      'Take back everywhere',
      'Try to let clients in again',
      'Undo an earlier cut',
      'Undo at once',
      'Undo the cut',
    ]);
  });
});

describe('a function in a VPC that nobody has called for weeks', () => {
  const errors = ['Lambda.ResourceNotReadyException', 'Lambda.ResourceConflictException'];

  it.each(tasks)(
    'is given the minute that it takes to wake, and more, in $name, whatever luck says',
    (task) => {
      for (const error of errors) {
        const retry = retryOf(task, error);
        // Where a state persists, it makes so many attempts that they cannot all fall into one minute by
        // chance.
        expect(retry.JitterStrategy !== 'FULL' || retry.MaxAttempts > 20).toBe(true);
        expect(patience(retry)).toBeGreaterThanOrEqual(150);
      }
    },
  );
});

describe('what may be a toggle on its way', () => {
  const verifying = tasks.filter((task) => stepOf(task) === 'verify' && keepsNoPlace(task));
  const [confirm] = tasks.filter((task) => stepOf(task) === 'confirm') as [Placed];

  it.each(verifying)(
    '$name waits minutes for it: both anchors are active, so nobody is locked out',
    (task) => {
      for (const error of propagationErrors) expect(patience(retryOf(task, error))).toBeGreaterThan(300);
    },
  );

  // The cut is made, so clients may be locked out. The undo must not wait (I10).
  it.each(['SuccessorRefused', 'NotEnforced'])('Confirm looks twice more for %s, within seconds', (error) => {
    const retry = retryOf(confirm, error);
    expect(retry.MaxAttempts).toBeLessThanOrEqual(2);
    expect(patience(retry)).toBeLessThanOrEqual(15);
  });

  it('Confirm waits minutes for an old leaf to be refused, which locks nobody out', () => {
    expect(patience(retryOf(confirm, 'RetiringStillAccepted'))).toBeGreaterThan(300);
  });
});
