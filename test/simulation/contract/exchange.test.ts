import { describe, expect, it } from 'vitest';
import { leafOf } from '../../../simulation/certificates/material.ts';
import { DAY, idsOf, NOW } from '../../steps/scene.ts';
import { type Door, doors, outcomes } from './doors.ts';

type LeafAbout = Parameters<typeof leafOf>[0];

const acme = (generation: number, about: Partial<LeafAbout> = {}) =>
  leafOf({ client: 'ledger', line: 'acme', generation, ...about });
const ids = idsOf('ledger');
const refused = (code: string) => ({ kind: 'refused', code });

const faults = outcomes({
  timeout: 'inconclusive',
  reset: 'inconclusive',
  'lost-reply': 'inconclusive',
  429: 'inconclusive',
  500: 'inconclusive',
  503: 'inconclusive',
  page: 'inconclusive',
  malformed: 'inconclusive',
  slow: 'accepted',
  'crash-before': 'dies',
  'crash-after': 'dies',
});

/** Returns a token for a leaf of the first generation. */
async function tokenFrom({ exchange }: Pick<Awaited<ReturnType<Door['open']>>, 'exchange'>) {
  const exchanged = await exchange({ ...ids, ...acme(0) });
  if (exchanged.kind !== 'accepted') throw new Error(JSON.stringify(exchanged));
  return exchanged.token;
}

describe.each(doors)('the token host, $name', ({ name, open }) => {
  it('gives a leaf a token, with which and with the leaf the client gets in (F17)', async () => {
    const set = await open();
    const token = await tokenFrom(set);
    expect(await set.probe(set.host, { apiKey: token, ...acme(0) })).toMatchObject({ kind: 'accepted' });
    expect(await set.probe(set.host, { apiKey: token })).toEqual(refused('certificate_required'));
  });

  it('binds a token to no certificate: any leaf that gets in goes with it, and no other', async () => {
    const set = await open();
    const token = await tokenFrom(set);
    expect(await set.probe(set.host, { apiKey: token, ...acme(0, { client: 'billing' }) })).toMatchObject({
      kind: 'accepted',
    });
    set.world.organization.toggle('proj_a', 'activate', ['cert_acme1']);
    set.world.organization.toggle('proj_a', 'deactivate', ['cert_acme0']);
    expect(await set.probe(set.host, { apiKey: token, ...acme(0) })).toEqual(
      refused('certificate_verification_failed'),
    );
    expect(await set.probe(set.host, { apiKey: token, ...acme(1) })).toMatchObject({ kind: 'accepted' });
  });

  it('gives a token for an hour', async () => {
    const set = await open();
    const token = await tokenFrom(set);
    set.time.now = NOW + 3_599;
    expect(await set.probe(set.host, { apiKey: token, ...acme(0) })).toMatchObject({ kind: 'accepted' });
    set.time.now = NOW + 3_600;
    expect(await set.probe(set.host, { apiKey: token, ...acme(0) })).toMatchObject({ kind: 'inconclusive' });
  });

  it.each([
    ['oauth', 'invalid_subject_token', 'invalid_subject_token'],
    ['api', 'certificate_required', 'certificate_verification_failed'],
  ] as const)('refuses by mutual TLS in words of its own (%s): %s', async (refusesAs, none, unknown) => {
    const { exchange, time } = await open(refusesAs);
    expect(await exchange(ids)).toEqual(refused(none));
    expect(await exchange({ ...ids, ...acme(1) })).toEqual(refused(unknown));
    time.now = NOW + 21 * DAY;
    expect(await exchange({ ...ids, ...acme(0) })).toEqual(refused(unknown));
  });

  it('refuses whose identity matches no mapping to the letter, and who is not known', async () => {
    const { exchange } = await open();
    const no = refused('invalid_grant');
    expect(await exchange({ ...ids, ...acme(0, { client: 'Ledger' }) })).toEqual(no);
    expect(await exchange({ ...ids, ...acme(0, { client: 'billing' }) })).toEqual(no);
    expect(await exchange({ ...ids, identityProviderId: 'idp_other', ...acme(0) })).toEqual(no);
    expect(await exchange({ ...ids, serviceAccountId: 'svc_other', ...acme(0) })).toEqual(no);
  });

  it('is judged by what it has heard itself, which may be late', async () => {
    const { exchange, world, authHost, time } = await open();
    world.organization.delayBy((place) => (place === authHost ? 60 : 0));
    world.organization.toggle('proj_a', 'activate', ['cert_acme1']);
    expect(await exchange({ ...ids, ...acme(1) })).toMatchObject({ kind: 'refused' });
    time.now += 60;
    expect(await exchange({ ...ids, ...acme(1) })).toMatchObject({ kind: 'accepted' });
  });

  it('gives nobody a token where no anchor is active', async () => {
    const { exchange, world } = await open();
    world.organization.toggle('proj_a', 'deactivate', ['cert_acme0']);
    expect(await exchange({ ...ids, ...acme(0) })).toEqual(refused('invalid_subject_token'));
    expect(await exchange(ids)).toEqual(refused('invalid_subject_token'));
  });

  it('says nothing about a key that is not the leaf’s', async () => {
    const { exchange } = await open();
    expect(await exchange({ ...ids, ...acme(0, { flaw: 'wrongKey' }) })).toMatchObject({
      kind: 'inconclusive',
    });
  });

  it.each(faults)('under a %s: %s', async (fault, outcome) => {
    const { under } = await open();
    let verdict = 'none';
    const end = await under(fault, async ({ exchange }) => {
      verdict = (await exchange({ ...ids, ...acme(0) })).kind;
    });
    expect(end === 'answers' ? verdict : end, name).toBe(outcome);
  });
});
