import { describe, expect, test } from 'vitest';
import { countsOf, judgeScopes } from '../../../../simulation/judges/trust/scopes.ts';
import type { TrustEvent } from '../../../../simulation/judges/watch.ts';
import type { Doer, EventLog, LoggedEvent } from '../../../../simulation/log/event-log.ts';
import { createServedLog } from '../../../../simulation/log/served-log.ts';
import { createOrganization } from '../../../../simulation/world/organization.ts';

const NOW = 1_780_000_000;
const anchors = [
  { id: 'old', expiresAt: NOW + 10 },
  { id: 'new', validAt: NOW - 10, expiresAt: NOW + 1000 },
  { id: 'expired', expiresAt: NOW },
  { id: 'future', validAt: NOW + 1, expiresAt: NOW + 1000 },
];
const about = { projects: ['proj_a', 'proj_b'], anchors };
const none = { lockout: 0, enforcementLost: 0, enforcementGained: 0, unplanned: 0 };

type Named = { retiring: string; successor: string }[];
const everything: Named = anchors.map(({ id }) => ({ retiring: id, successor: id }));
const inputOf = (scope: string, successions = everything) => ({ plan: { scope, successions } });

/**
 * The scopes. The number of a scope is the invocation that makes its toggles, and the organization has the
 * first.
 */
const scopes = ['organization', ...about.projects];
const change = (text: string, by?: Doer): TrustEvent => {
  const [scope = '', sign, id = ''] = text.split(/ ([+-])/);
  const ours = { execution: 'ours', invocation: scopes.indexOf(scope) };
  return { at: 1000 * NOW, what: 'trust', by: by ?? ours, scope, active: sign === '+', anchorIds: [id] };
};
const seeded = (...texts: string[]) => texts.map((text) => change(text, 'setup'));
const invoked = (named: (scope: string) => Named = () => everything, step = 'activate') =>
  scopes.map((scope, invocation): LoggedEvent => {
    const asked = { state: step, step, input: inputOf(scope, named(scope)) };
    return { at: 1000 * NOW, what: 'invoked', execution: 'ours', invocation, ...asked };
  });
const verdict = (...changes: TrustEvent[]) => countsOf(judgeScopes([...invoked(), ...changes], about));

describe('a lockout', () => {
  test('is not counted in a rotation with overlap', () => {
    expect(verdict(...seeded('proj_a +old'), change('proj_a +new'), change('proj_a -old'))).toEqual(none);
  });

  test('is counted when only an expired anchor is left, which still enforces', () => {
    const log = [...seeded('proj_a +old', 'proj_a +expired'), change('proj_a -old')];
    expect(verdict(...log)).toEqual({ ...none, lockout: 1 });
  });

  test('is counted when the anchor that is left is not valid yet', () => {
    expect(verdict(...seeded('proj_a +old', 'proj_a +future'), change('proj_a -old')).lockout).toBe(1);
  });

  test('is not counted when the project inherits a usable anchor (F7)', () => {
    expect(verdict(...seeded('proj_a +old', 'organization +new'), change('proj_a -old'))).toEqual(none);
  });

  test('by the organization is counted for it and for each project that depended on it', () => {
    const seeds = seeded('organization +old', 'proj_a +new', 'proj_b +expired');
    const found = judgeScopes([...invoked(), ...seeds, change('organization -old')], about);
    const lockouts = found.filter(({ kind }) => kind === 'lockout');
    expect(lockouts.map(({ scope }) => scope)).toEqual(['organization', 'proj_b']);
  });

  test('is counted for an anchor nobody described', () => {
    expect(verdict(...seeded('proj_a +old', 'proj_a +mystery'), change('proj_a -old')).lockout).toBe(1);
  });
});

describe('enforcement', () => {
  test('is lost with the last active anchor, and so is access counted', () => {
    const log = [...seeded('proj_a +old'), change('proj_a -old')];
    expect(verdict(...log)).toEqual({ ...none, lockout: 1, enforcementLost: 1 });
  });

  test('is lost, without a lockout, with the last expired one', () => {
    const log = [...seeded('proj_a +expired'), change('proj_a -expired')];
    expect(verdict(...log)).toEqual({ ...none, enforcementLost: 1 });
  });

  test('is gained by the first anchor of a scope, and by the organization in every open project', () => {
    expect(verdict(change('proj_a +new')).enforcementGained).toBe(1);
    expect(verdict(...seeded('proj_a +old'), change('organization +new')).enforcementGained).toBe(2);
  });
});

describe('the unplanned', () => {
  const planned = (scope: string): Named =>
    scope === 'proj_a' ? [{ retiring: 'old', successor: 'new' }] : [];
  const seeds = seeded('proj_a +old', 'proj_b +old', 'proj_b +expired', 'proj_a +expired');
  const count = (text: string, step = 'activate', before: LoggedEvent[] = []) =>
    countsOf(judgeScopes([...seeds, ...before, ...invoked(planned, step), change(text)], about)).unplanned;

  test('is an anchor, a direction or a scope that the plan did not name', () => {
    expect(count('proj_a +new')).toBe(0);
    expect(count('proj_a -old')).toBe(0);
    expect(count('proj_a -expired')).toBe(1);
    expect(count('proj_a +old')).toBe(1);
    expect(count('proj_b +new')).toBe(1);
  });

  test('is what an undo puts back but for what its plan retires there, and what was cut there of that, or in favour of it (I4, I10)', () => {
    expect(count('proj_a +old', 'undo')).toBe(0);
    expect(count('proj_a +new', 'undo')).toBe(1);
    expect(count('proj_b +expired', 'undo')).toBe(1);
    const cutFor = (successor: string, retiring = 'expired') =>
      invoked(() => [{ retiring, successor }], 'deactivate').map((event) => ({
        ...event,
        invocation: 9,
      }));
    expect(count('proj_a +expired', 'undo', cutFor('new').slice(1, 2))).toBe(0);
    expect(count('proj_a +expired', 'undo', cutFor('future').slice(1, 2))).toBe(1);
    // An earlier run cut this anchor, and this run needs it as a successor.
    expect(count('proj_a +new', 'undo', cutFor('future', 'new').slice(1, 2))).toBe(0);
  });
});

/** Returns the log of an organization on which `act` makes changes while two steps are at work. */
function served(act: (organization: ReturnType<typeof createOrganization>) => void): EventLog {
  const projects = about.projects.map((id) => ({ id, name: null }));
  const organization = createOrganization({ now: () => NOW, projects });
  for (const id of ['old', 'new', 'expired'])
    organization.seed({ id, name: null, createdAt: NOW, expiresAt: NOW, pem: null }, ['proj_a']);
  const log = createServedLog(organization);
  log.invoked('first', 'deactivate', inputOf('proj_a'));
  log.invoked('second', 'activate', inputOf('proj_a'));
  act(organization);
  return log.events();
}

test('what one call changed is judged as one instant, whatever its order', () => {
  const log = served((organization) => organization.toggle('proj_a', 'deactivate', ['new', 'old']));
  expect(countsOf(judgeScopes(log, about))).toEqual({ ...none, lockout: 1 });
});

test('a change over HTTP is whose step was asked last to make such a one in that scope, or nobody’s and unplanned', () => {
  const log = served((organization) => {
    organization.toggle('proj_a', 'deactivate', ['old']);
    organization.toggle('proj_a', 'activate', ['old']);
    organization.toggle('proj_b', 'activate', ['old']);
  });
  const doers = log.flatMap((event) =>
    'by' in event && typeof event.by === 'object' ? event.by.execution : [],
  );
  expect(doers).toEqual(['first', 'second', 'nobody']);
  expect(countsOf(judgeScopes(log, about)).unplanned).toBe(1);
});

/** A project whose old anchor is to retire, in the log of what is served. */
function servedOverlap() {
  const organization = createOrganization({ now: () => NOW, projects: [{ id: 'proj_a', name: null }] });
  const at = { createdAt: NOW, expiresAt: 2_000_000_000, pem: null, name: null };
  organization.seed({ ...at, id: 'old' }, ['proj_a']);
  organization.seed({ ...at, id: 'new' }, []);
  const log = createServedLog(organization);
  const input = inputOf('proj_a', [{ retiring: 'old', successor: 'new' }]);
  return { organization, log, input };
}

/**
 * Counts the unplanned changes where a successor becomes active right after an undo was asked for. Another
 * execution's Activate is still at work then, or with `isOver` it has ended.
 */
function besideUndo({ isOver }: { isOver: boolean }): number {
  const { organization, log, input } = servedOverlap();
  const over = log.invoked('emergency', 'activate', input);
  if (isOver) over();
  log.invoked('scheduled', 'undo', { ...input, halt: { Error: 'Superseded', Cause: '' } });
  organization.toggle('proj_a', 'activate', ['new']);
  return countsOf(judgeScopes(log.events(), about)).unplanned;
}

test('a change over HTTP is of whoever is at work on that anchor, though another was asked meanwhile', () => {
  expect(besideUndo({ isOver: false })).toBe(0);
  expect(besideUndo({ isOver: true })).toBe(1);
});

test.each(['TrustWidened', 'SuccessorRefused'])(
  'an undo over HTTP after %s takes its successor back (F16)',
  (halt) => {
    const { organization, log, input } = servedOverlap();
    const over = log.invoked('one', 'activate', input);
    organization.toggle('proj_a', 'activate', ['new']);
    over();
    log.invoked('one', 'undo', { ...input, halt: { Error: halt, Cause: '' } });
    organization.toggle('proj_a', 'deactivate', ['new']);
    expect(countsOf(judgeScopes(log.events(), about))).toEqual(none);
  },
);

test('what others do is not counted, but it is what we act upon', () => {
  const outsider = [change('proj_a -old', 'outsider'), change('proj_b +new', 'outsider')];
  expect(verdict(...seeded('proj_a +old'), ...outsider)).toEqual(none);
  const log = [...seeded('proj_a +old', 'proj_a +new'), change('proj_a -old', 'outsider')];
  expect(verdict(...log, change('proj_a -new'))).toEqual({ ...none, lockout: 1, enforcementLost: 1 });
});
