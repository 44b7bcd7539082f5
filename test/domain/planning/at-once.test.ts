import { describe, expect, it } from 'vitest';
import { decideDeactivation } from '../../../lambdas/domain/cut/guards/deactivation.ts';
import { staysIn } from '../../../lambdas/domain/cut/other-way.ts';
import { unconfirmedCuts } from '../../../lambdas/domain/cut/unconfirmed.ts';
import { plan } from '../../../lambdas/domain/planning/plan.ts';
import { anchor, client, DAY, inventoryOf, NOW, policyOf } from '../organizations.ts';

const anchors = [anchor('bad', 'acme@1', 400), anchor('new', 'acme@2', 800), anchor('other', 'keel@1', 800)];
const [api, lag] = [client('api', 'proj_a', 'bad', 'new'), client('lag', 'proj_a', 'bad')];

const emergency = (
  active: Record<string, string[]>,
  clients: ReturnType<typeof client>[],
  { leaveBehind = [] as string[], unlisted = [] as string[] } = {},
) => {
  const inventory = inventoryOf(anchors, active);
  const projects = inventory.projects.map((project) =>
    unlisted.includes(project.projectId)
      ? { ...project, anchors: [], unlisted: 'ApiUnavailable: 503' }
      : project,
  );
  return {
    inventory: { ...inventory, projects },
    policy: policyOf({ evidence: 'probe' }),
    request: { mode: 'emergency' as const, anchors: ['bad'], reason: 'leaked', leaveBehind },
    now: NOW,
    clients,
    memory: { soaks: [], cuts: [] },
  };
};
const scopesOf = (decided: ReturnType<typeof plan>) => decided.waves.flatMap(({ scopes }) => scopes);

describe('where all that retires is compromised', () => {
  const everywhere = { proj_a: ['bad'], organization: ['bad'] };

  it('every scope goes at once, what can be cut first and of that the organization', () => {
    const decided = plan(emergency({ ...everywhere, proj_b: ['bad'] }, [api, client('b', 'proj_b', 'bad')]));
    expect(decided.atOnce).toBe(true);
    expect(decided.waves.map(({ name }) => name)).toEqual(['everywhere']);
    // The client of proj_b has no leaf to move to, so its project is not cut.
    expect(scopesOf(decided).map(({ scope, successions }) => [scope, successions[0]?.held ?? false])).toEqual(
      [
        ['organization', false],
        ['proj_a', false],
        ['proj_b', true],
      ],
    );
  });

  it('a client whose secret does not answer is named, and the run that takes it up comes within minutes (I16)', () => {
    const silent = { ...lag, running: { unknown: 'secret lag: TimeoutError', passing: true } };
    const facts = emergency({ proj_a: ['bad'] }, [api, silent]);
    const compromised = { ids: new Set(['bad']), keys: new Set<string>() };
    // A run that goes on with what an emergency left is a scheduled run.
    for (const request of [facts.request, { mode: 'scheduled' as const }]) {
      const decided = plan({ ...facts, request, compromised });
      expect(decided.blocked.map(({ reason }) => reason)).toContainEqual(
        expect.stringContaining(
          'what lag holds could not be read, so whether bad is refused everywhere is not known',
        ),
      );
      expect(Date.parse(decided.nextRotationAt ?? '') / 1000).toBe(NOW + 300);
    }
  });

  it('so is one that does not answer once what was named is active nowhere: an anchor that is may vouch for that key (I9, I15)', () => {
    const silent = { ...lag, running: { unknown: 'secret lag: TimeoutError', passing: true } };
    const facts = {
      ...emergency({ proj_a: ['other'] }, [api, silent]),
      request: { mode: 'scheduled' as const },
    };
    expect(plan(facts)).toMatchObject({ decision: 'idle', blocked: [] });
    const compromised = { ids: new Set(['bad']), keys: new Set<string>() };
    expect(plan({ ...facts, compromised })).toMatchObject({
      isPressing: true,
      blocked: [
        { anchor: 'bad', unseen: true },
        { anchor: 'bad', client: 'api', shutOut: true },
      ],
    });
  });

  it('a project that goes on not being listed is looked at ever later, up to an hour, and waits for what is active nowhere else as well (I15, I16)', () => {
    const facts = emergency({ organization: ['other'], proj_b: [] }, [], { unlisted: ['proj_b'] });
    const compromised = { ids: new Set(['bad']), keys: new Set<string>() };
    const lookedAt = (seconds: number) => {
      const failingSince = new Date((NOW - seconds) * 1000).toISOString();
      const request = { mode: 'scheduled' as const, failingSince };
      const decided = plan({ ...facts, request, compromised });
      expect(decided).toMatchObject({ isPressing: true, blocked: [{ anchor: 'bad', scopes: ['proj_b'] }] });
      return Date.parse(decided.nextRotationAt ?? '') / 1000 - NOW;
    };
    expect([0, 600, DAY].map(lookedAt)).toEqual([300, 900, 3_600]);
  });

  it('a scheduled rotation goes wave by wave as ever', () => {
    const facts = { ...emergency(everywhere, [api]), request: { mode: 'scheduled' as const } };
    expect(plan({ ...facts, policy: policyOf({ leadTime: 'P500D' }) })).toMatchObject({ atOnce: false });
  });

  it('a client that may be left behind keeps no cut waiting, when it is planned nor when it is made (I6)', () => {
    const decided = plan(emergency({ proj_a: ['bad'] }, [api, lag], { leaveBehind: ['lag'] }));
    const [scope] = scopesOf(decided);
    expect(scope?.successions[0]).not.toHaveProperty('held');
    const listing = anchors.map((one) => ({ ...one, active: one.anchorId !== 'other' }));
    expect(scope && decideDeactivation(scope, { listing, hold: [], now: NOW }).deactivate).toEqual(['bad']);
  });

  it('an old leaf is judged by the scope that is cut last, and only where it leads to what is cut there (I10)', () => {
    const checks = scopesOf(plan(emergency(everywhere, [api]))).flatMap((scope) => scope.checks);
    expect(checks.map(({ cutElsewhere }) => cutElsewhere)).toEqual([['bad'], ['bad']]);
    const [alone] = scopesOf(plan(emergency({ proj_a: ['bad'], organization: ['other'] }, [api])));
    expect(alone?.checks[0]).not.toHaveProperty('cutElsewhere');
  });
});

describe('a project that could not be listed', () => {
  const facts = emergency({ proj_a: ['bad'], proj_b: ['bad'] }, [api], { unlisted: ['proj_b'] });

  it('is blocked by name, and keeps no other scope waiting (I16)', () => {
    const decided = plan(facts);
    expect(scopesOf(decided).map(({ scope }) => scope)).toEqual(['proj_a']);
    expect(decided.blocked).toMatchObject([{ anchor: 'bad', scopes: ['proj_b'] }]);
    expect(decided.blocked[0]?.reason).toContain('proj_b could not be listed');
  });

  it('says nothing of a cut that is remembered there: it is neither taken up nor forgotten (I9)', () => {
    const cutAt = new Date((NOW - DAY) * 1000).toISOString();
    const cut = { scope: 'proj_b', retiring: 'bad', successor: 'new', cutAt, compromised: true };
    expect(unconfirmedCuts([cut], facts)).toEqual({ resumed: [], stranded: [], stale: [] });
  });
});

it('a client that the scope lets in by what stays there is asked for nowhere else', () => {
  const [scope] = scopesOf(plan(emergency({ proj_a: ['bad', 'other'] }, [api])));
  const listing = anchors.map((one) => ({ ...one, active: true }));
  const relied = (anchorId: string) => ({ client: 'api', anchors: [anchorId] });
  expect(scope && staysIn(scope, relied('other'), listing, NOW)).toBe(true);
  expect(scope && staysIn(scope, relied('bad'), listing, NOW)).toBe(false);
});
