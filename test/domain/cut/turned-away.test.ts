import { expect, it } from 'vitest';
import { turnedAwayIn } from '../../../lambdas/domain/cut/turned-away.ts';
import type { JournalEntry } from '../../../lambdas/domain/memory/journal.ts';

const names = ['api', 'billing'];
const plan = {
  scope: 'proj_a',
  successions: [{ retiring: 'cert_old', successor: 'cert_new' }],
  checks: names.map((client) => ({
    ...{ client, project: 'proj_a', secret: client, successor: 'cert_new', leaf: `leaf of ${client}` },
  })),
};

type Look = { error?: string; clients?: string[]; shard?: { at: number; of: number } };

/** Returns the clients that are remembered as turned away, where the trail has these looks in this order. */
function turnedAway(...looks: Look[]): string[] {
  const lines = looks.map(
    (detail): JournalEntry => ({
      ...{ execution: 'one', startedAt: '2026-11-01T00:00:00.000Z', at: '2026-11-08T00:00:00.000Z' },
      ...{ event: 'confirmed', scope: 'proj_a', detail },
    }),
  );
  return turnedAwayIn(plan, lines).map(({ client }) => client);
}

const refused = (...clients: string[]): Look => ({ error: 'SuccessorRefused', clients });
const [first, second] = [0, 1].map((at) => ({ shard: { at, of: 2 } }));

it('remembers whom the last look has seen refused, since a refusal may pass', () => {
  expect(turnedAway(refused('api', 'billing'), refused('billing'))).toEqual(['billing']);
});

it('remembers them where a look that said something else seems to be the last: each look has a clock of its own', () => {
  expect(turnedAway(refused('api'), { error: 'RetiringStillAccepted' })).toEqual(['api']);
});

it('remembers nobody of a shard that was confirmed, whichever of its looks seems to be the last', () => {
  const looks = [{ ...first }, { ...refused('api'), ...first }, { ...refused('billing'), ...second }];
  expect(turnedAway(...looks)).toEqual(['billing']);
  expect(turnedAway(...looks.toReversed())).toEqual(['billing']);
});

it('I9: remembers them where the last look saw a witness get in: it may have heard nothing of them, and may not be the last', () => {
  const looks = [
    { ...refused('api'), ...first },
    { error: 'TrustWidened', ...first },
  ];
  expect(turnedAway(...looks, { ...refused('billing'), ...second })).toEqual(['api', 'billing']);
});
