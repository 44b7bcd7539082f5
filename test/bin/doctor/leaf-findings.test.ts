import { expect, it } from 'vitest';
import { leafFindings } from '../../../bin/doctor/secrets/leaf.ts';
import { authorityOf, leafOf } from '../../../simulation/certificates/material.ts';

const DAY = 86_400;
const now = 1_800_000_000;
const anchors = [{ anchorId: 'cert_a', pem: authorityOf('a', 0).pem }];

/** Returns the findings on a leaf that is valid from `from` until `until` days from now. */
const said = (from: number, until: number) => {
  const leaf = leafOf({
    ...{ line: 'a', generation: 0, client: 'billing' },
    ...{ from: now + from * DAY, until: now + until * DAY },
  });
  const credential = { apiKey: 'sk-billing', versionId: 'one', ...leaf };
  const about = { check: 'client secret', subject: 'billing AWSCURRENT' } as const;
  return leafFindings(about, credential, anchors, { secret: 'acme/billing', now, unprobed: false });
};

it.each([
  ['of ninety days with a month left', -60, 30],
  ['of a day with a third of it left', -2 / 3, 1 / 3],
])('a leaf %s is well', (_, from, until) => {
  expect(said(from, until)).toMatchObject([{ severity: 'ok' }]);
});

it('a leaf that has come to the last fifth of its time is warned of, with its date: no rotation renews it', () => {
  expect(said(-80, 10)).toEqual([
    expect.objectContaining({
      severity: 'warning',
      seen: expect.stringMatching(
        /leads to cert_a until 2027-01-25.*: less than a fifth of its time is left/,
      ),
      remedy: expect.stringContaining('acme/billing'),
    }),
  ]);
});
