import { describe, expect, it } from 'vitest';
import { authorityOf, leafOf, leafUnder } from '../../../simulation/certificates/material.ts';
import { issueLeaf } from '../../../simulation/certificates/pki.ts';
import { DAY, idsOf, NOW } from '../../steps/scene.ts';
import { doors, outcomes } from './doors.ts';

const acme = (generation: number) => ({ client: 'billing', line: 'acme', generation });
const presented = async (about: Parameters<typeof leafOf>[0]) => ({
  apiKey: 'sk-billing',
  ...(await leafOf(about)),
});
const LASTING = { notBefore: 1_000_000_000, notAfter: 4_000_000_000 };
const identified = issueLeaf(authorityOf('acme', 0), {
  ...{ commonName: 'billing', organization: 'Acme', units: ['payments', 'eu'] },
  ...{ dns: ['billing.acme.example'], uri: ['spiffe://acme/billing'] },
  ...LASTING,
});
const FILTERED = 'certificate_attribute_verification_failed';
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

describe.each(doors)('the probe, $name', ({ name, open }) => {
  it('is judged by what is active now, in the project and in the organization (F7, F8)', async () => {
    const { probe, world, host } = await open();
    const [old, next] = [await presented(acme(0)), await presented(acme(1))];
    expect(await probe(host, old)).toMatchObject({ kind: 'accepted' });
    expect(await probe(host, next)).toEqual(refused('certificate_verification_failed'));
    expect(await probe(host, { apiKey: 'sk-billing' })).toEqual(refused('certificate_required'));
    world.organization.toggle('organization', 'activate', ['cert_acme1'], 'outsider');
    expect(await probe(host, next)).toMatchObject({ kind: 'accepted' });
    world.organization.toggle('organization', 'deactivate', ['cert_acme1'], 'outsider');
    world.organization.toggle('proj_a', 'deactivate', ['cert_acme0'], 'outsider');
    expect(await probe(host, { apiKey: 'sk-billing' })).toMatchObject({ kind: 'accepted' });
  });

  it('is judged by what the host has heard, which may be late', async () => {
    const { probe, world, host, time } = await open();
    const next = await presented(acme(1));
    world.organization.delayBy((place) => (place === host ? 60 : 0));
    world.organization.toggle('proj_a', 'activate', ['cert_acme1']);
    expect(await probe(host, next)).toMatchObject({ kind: 'refused' });
    time.now += 60;
    expect(await probe(host, next)).toMatchObject({ kind: 'accepted' });
  });

  it('turns away the leaf of an anchor that has expired by now', async () => {
    const { probe, time, host } = await open();
    time.now = NOW + 21 * DAY;
    expect(await probe(host, await presented(acme(0)))).toMatchObject({ kind: 'refused' });
  });

  it('says nothing about an unknown key, or a key that is not the leaf’s', async () => {
    const { probe, host } = await open();
    const wrong = await presented({ ...acme(0), flaw: 'wrongKey' });
    expect(await probe(host, { apiKey: 'sk-nobody' })).toMatchObject({
      ...{ kind: 'inconclusive', isKeyRefused: true },
    });

    const verdict = await probe(host, wrong);
    expect(verdict).toMatchObject({ kind: 'inconclusive' });
    expect(verdict).not.toHaveProperty('isKeyRefused');
  });

  it('is told by a host that does not answer its project which one does, before any certificate is looked at (F11)', async () => {
    const { probe, host, world } = await open();
    const [own, wrong] = [await presented(acme(0)), await presented(acme(1))];
    world.regions.proj_a = 'https://mtls-eu.api.openai.com/v1';
    for (const held of [own, wrong, { apiKey: 'sk-billing' }]) {
      const why = expect.stringContaining('its answer names eu.api.openai.com');
      expect(await probe(host, held)).toEqual({ kind: 'inconclusive', why, isElsewhere: true });
    }
    world.regions.proj_b = 'https://mtls-eu.api.openai.com/v1';
    delete world.regions.proj_a;
    expect(await probe(host, own)).toMatchObject({ kind: 'accepted' });
  });

  it.each([
    ['withoutAki', 'invalid_certificate'],
    ['expired', 'certificate_verification_failed'],
    [undefined, undefined],
  ] as const)('has the code of F11 for a leaf that is %s', async (flaw, code) => {
    const { probe, host } = await open();
    const verdict = await probe(host, await presented({ ...acme(0), ...(flaw && { flaw }) }));
    expect(verdict).toMatchObject(code ? refused(code) : { kind: 'accepted' });
  });

  it.each([
    ['subject.common_name == "billing"', null],
    ['subject.organization == "Acme" && "payments" in subject.organizational_units', null],
    ['sans.uri.exists(u, u.startsWith("spiffe://acme/")) && "billing.acme.example" in sans.dns', null],
    ['subject.common_name.matches("^search-")', FILTERED],
    ['"audit" in subject.organizational_units', FILTERED],
    ['size(sans.email) > 0', FILTERED],
    // A filter that cannot be evaluated lets nobody in.
    ['sans.email[0] == "ops@acme.example"', FILTERED],
  ])('asks the anchor’s filter once a path is verified (F11, F16): %s', async (filter, code) => {
    const { probe, host, world } = await open();
    world.organization.seed({ ...world.organization.retrieve('cert_acme0'), filter }, []);
    expect(await probe(host, { apiKey: 'sk-billing', ...identified })).toMatchObject(
      code ? refused(code) : { kind: 'accepted' },
    );
    // Where no path leads to an anchor, its filter is not asked.
    const stranger = await presented({ client: 'billing', line: 'globex', generation: 0 });
    expect(await probe(host, stranger)).toEqual(refused('certificate_verification_failed'));
  });

  it.each([
    ['first', null],
    ['last', FILTERED],
    [1, null],
    [2, FILTERED],
  ] as const)(
    'takes the anchor that the organization’s hosts choose of two of one key and name (F7): %s',
    async (choice, code) => {
      const { probe, exchange, host, world } = await open(undefined, choice);
      const { pem } = authorityOf('acme', 1, true);
      const twin = { ...world.organization.retrieve('cert_acme1'), id: 'cert_twin', pem };
      world.organization.seed({ ...twin, filter: 'subject.common_name == "nobody"' }, ['proj_a']);
      const credential = leafOf(acme(0));
      expect(await probe(host, { apiKey: 'sk-billing', ...credential })).toMatchObject(
        code ? refused(code) : { kind: 'accepted' },
      );
      const ledger = leafOf({ ...acme(0), client: 'ledger' });
      expect((await exchange({ ...idsOf('ledger'), ...ledger })).kind).toBe(code ? 'refused' : 'accepted');
    },
  );

  it('does not try the chain where an anchor that issued the leaf is active and has expired (F7)', async () => {
    const { probe, host, world } = await open();
    const [root, by] = [authorityOf('acme', 0), authorityOf('globex', 0)];
    const globex = { ...world.organization.retrieve('cert_acme1'), id: 'cert_globex', pem: by.pem };
    world.organization.seed(globex, ['proj_a']);
    const vouched = { apiKey: 'sk-billing', ...leafUnder(root, { client: 'billing', by }) };
    world.organization.seed({ ...world.organization.retrieve('cert_acme0'), expiresAt: NOW }, []);
    expect(await probe(host, vouched)).toEqual(refused('certificate_verification_failed'));
    world.organization.toggle('proj_a', 'deactivate', ['cert_acme0']);
    expect(await probe(host, vouched)).toMatchObject({ kind: 'accepted' });
  });

  it('has the code of a missing path for a wrong purpose, whatever the filter says (F11, F13)', async () => {
    const { probe, host, world } = await open();
    const leaf = issueLeaf(authorityOf('acme', 0), {
      commonName: 'billing',
      ...LASTING,
      omitClientAuth: true,
    });
    expect(await probe(host, { apiKey: 'sk-billing', ...leaf })).toEqual(
      refused('certificate_verification_failed'),
    );
    const filter = 'subject.common_name == "nobody"';
    world.organization.seed({ ...world.organization.retrieve('cert_acme0'), filter }, []);
    expect(await probe(host, { apiKey: 'sk-billing', ...leaf })).toEqual(
      refused('certificate_verification_failed'),
    );
  });

  it('lets a leaf in through an intermediate that it sends along', async () => {
    const { probe, host } = await open();
    expect(await probe(host, await presented({ ...acme(0), intermediate: true }))).toMatchObject({
      kind: 'accepted',
    });
  });

  it.each(faults)('under a %s: %s', async (fault, outcome) => {
    const { under, host } = await open();
    const leaf = await presented(acme(0));
    let verdict = 'none';
    const end = await under(fault, async ({ probe }) => {
      verdict = (await probe(host, leaf)).kind;
    });
    // The real probe reads only the status of a 2xx. The rest of an answer that is cut short does not matter.
    const isRead = fault === 'malformed' && name !== 'in process';
    expect(end === 'answers' ? verdict : end).toBe(isRead ? 'accepted' : outcome);
  });
});
