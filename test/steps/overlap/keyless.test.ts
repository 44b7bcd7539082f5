import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { restore } from '../../../lambdas/restore.ts';
import { verify } from '../../../lambdas/verify.ts';
import type { Wire, WireCall } from '../../../simulation/in-process/wire.ts';
import { TOKEN_PREFIX } from '../../../simulation/world/workload-identities.ts';
import { moveToStaged } from '../saying.ts';
import { DAY, failing, type SceneClient, type SceneLeaf, scene, scopeInput } from '../scene.ts';

const [OLD, NEW]: [SceneLeaf, SceneLeaf] = [{ anchor: 'cert_acme0' }, { anchor: 'cert_acme1' }];
const ledger = (staged: SceneLeaf = NEW): SceneClient => ({
  ...{ name: 'ledger', project: 'proj_a', running: OLD, staged, keyless: true },
});

/** A scope in its overlap, with both anchors active. Its keyless client has a new leaf staged. */
async function overlapping(client = ledger(), options: Parameters<typeof scene>[2] = {}) {
  const set = await scene(undefined, [client], options);
  const planned = await set.plan('one');
  const input = scopeInput('one', planned);
  await activate(set.ports, input);
  return { ...set, planned, input, look: { ...input, moment: 'overlap' as const } };
}

/** As {@link overlapping}, with the client moved and the scope cut. */
async function cut(...about: Parameters<typeof overlapping>) {
  const set = await overlapping(...about);
  await moveToStaged(set.secrets, 'ledger');
  set.time.now += DAY;
  await deactivate(set.ports, set.input);
  return set;
}

/** A wire that records each probe and each exchange, with the leaf that it presented. */
function noting(): { wire: Wire; calls: string[] } {
  const calls: string[] = [];
  const wire: Wire = async (call, act) => {
    if (call.op === 'probe' || call.op === 'exchange') calls.push(`${call.op} ${call.about?.split(' ')[1]}`);
    return act();
  };
  return { wire, calls };
}

const exchanges = ({ op }: WireCall) => op === 'exchange';
const withControl = ({ op, about }: WireCall) => op === 'exchange' && about?.endsWith('control') === true;

describe('verify of a keyless client', () => {
  it('exchanges the staged leaf, calls with the token and the leaf, and does each without a certificate (F17, I8)', async () => {
    const { portsWith, look, chainDigest } = await overlapping();
    const { wire, calls } = noting();
    expect(await verify(portsWith({ wire }), look)).toMatchObject({ probes: 4 });
    const leaf = await chainDigest('ledger', NEW);
    expect(calls.toSorted()).toEqual(
      ['exchange control', `exchange ${leaf}`, 'probe control', `probe ${leaf}`].toSorted(),
    );
  });

  it.each([
    ['the exchange', exchanges],
    ['the exchange without a certificate', withControl],
    ['the call', ({ op }: WireCall) => op === 'probe'],
  ])('passes nobody when %s says nothing (I9)', async (_, which) => {
    const { portsWith, look } = await overlapping();
    await expect(verify(portsWith({ wire: failing(which) }), look)).rejects.toMatchObject({
      name: 'ProbeInconclusive',
    });
  });

  it('says that the identity matches no mapping, and which attribute of the new leaf to look at', async () => {
    const { ports, look } = await overlapping(ledger({ ...NEW, as: 'ledger-2' }));
    await expect(verify(ports, look)).rejects.toMatchObject({
      name: 'SuccessorRefused',
      message: expect.stringMatching(
        /given no token \(invalid_grant\): mutual TLS lets the leaf in, .* matches no mapping: subject CN of the new leaf is not what the retiring leaf has/,
      ),
    });
  });

  it.each(['oauth', 'api'] as const)(
    'says that mutual TLS refused the leaf, however the token host puts it: %s',
    async (refusesAs) => {
      const { ports, look, world } = await overlapping(ledger(), { refusesAs });
      world.organization.toggle('proj_a', 'deactivate', ['cert_acme1'], 'outsider');
      await expect(verify(ports, look)).rejects.toMatchObject({
        name: 'SuccessorRefused',
        message: expect.stringMatching(/mutual TLS refused the leaf at .+: certificate_verification_failed/),
      });
    },
  );

  it('says that the provider or the account may be unknown where no leaf is given a token', async () => {
    const { ports, look, world } = await overlapping();
    for (const stage of ['AWSCURRENT', 'AWSPENDING']) {
      const { value = '' } = world.secrets.read('ledger', stage) ?? {};
      world.secrets.put('ledger', value.replace('svc_ledger', 'svc_mistyped'), [stage]);
    }
    await expect(verify(ports, look)).rejects.toMatchObject({
      name: 'SuccessorRefused',
      message: expect.stringMatching(/retiring leaf is given none either .*service account may be unknown/),
    });
  });
});

describe('confirm of a keyless client', () => {
  it('sees the old leaf refused at the host with a good token, tells that it is given none, and until when one can live', async () => {
    const { portsWith, input, chainDigest, entries, time } = await cut();
    const { wire, calls } = noting();
    const seen = await confirm(portsWith({ wire }), input);
    const old = await chainDigest('ledger', OLD);
    expect(calls).toContain(`probe ${old}`);
    expect(calls).toContain(`exchange ${old}`);
    const told = {
      tokenRefusals: [{ client: 'ledger', code: 'invalid_subject_token' }],
      tokensUntil: new Date((time.now + 3_600) * 1000).toISOString(),
    };
    expect(seen).toMatchObject({ refused: ['ledger'], ...told });
    expect(entries().at(-1)).toMatchObject({ event: 'confirmed', detail: told });
  });

  it('takes no refusal of the token host for a revocation: the old leaf still gets in at the host', async () => {
    const { ports, input, world } = await cut();
    // The token host has heard of the cut, and the API host has not.
    world.organization.delayBy((place) => (place === world.authHost ? 0 : 600));
    await expect(confirm(ports, input)).rejects.toMatchObject({ name: 'RetiringStillAccepted' });
  });

  it('does not believe a cut after which the old leaf is still given a token', async () => {
    const { ports, input, world } = await cut();
    world.organization.delayBy((place) => (place === world.authHost ? 600 : 0));
    await expect(confirm(ports, input)).rejects.toMatchObject({
      name: 'RetiringStillAccepted',
      message: expect.stringContaining('still exchanged for a token'),
    });
  });

  it('halts where the new leaf is given no token any more, since its client is outside within the hour (I10)', async () => {
    const { ports, input, world } = await cut();
    world.identities.map({
      provider: 'idp_acme',
      identity: 'ledger',
      account: 'svc_other',
      project: 'proj_a',
    });
    await expect(confirm(ports, input)).rejects.toMatchObject({ name: 'SuccessorRefused' });
  });
});

describe('restore of a keyless client', () => {
  it('moves it back from a leaf that is given no token to the one that is', async () => {
    const renamed = { ...NEW, as: 'ledger-2' };
    const { ports, planned, secrets, input } = await overlapping(ledger(renamed));
    const was = (await secrets.read('ledger', 'AWSCURRENT'))?.certificateChain;
    await moveToStaged(secrets, 'ledger');
    const { execution } = input;
    expect(await restore(ports, { execution, plan: planned })).toMatchObject({ restored: ['ledger'] });
    expect((await secrets.read('ledger', 'AWSCURRENT'))?.certificateChain).toBe(was);
  });
});

it('no token is in what a step returns, throws or writes down (I14)', async () => {
  const { ports, input, look, entries } = await cut();
  const seen = [await confirm(ports, input)] as unknown[];
  seen.push(await verify(ports, { ...look, moment: 'beforeCut' }));
  seen.push(await verify(ports, look).catch(String), entries());
  expect(JSON.stringify(seen)).not.toContain(TOKEN_PREFIX);
});
