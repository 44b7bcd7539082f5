import { describe, expect, it } from 'vitest';
import { activate } from '../../../lambdas/activate.ts';
import { fingerprintOf } from '../../../lambdas/adapters/x509/fingerprint.ts';
import { confirm } from '../../../lambdas/confirm.ts';
import { deactivate } from '../../../lambdas/deactivate.ts';
import { WireFailure } from '../../../simulation/in-process/wire.ts';
import { moveToStaged, onAcme, SILENT } from '../saying.ts';
import { type SceneAnchor, type SceneClient, type SceneLeaf, scene, scopeInput } from '../scene.ts';

const [OLD, NEW]: SceneLeaf[] = [{ anchor: 'cert_acme0' }, { anchor: 'cert_acme1' }];
const named = (name: string) => expect.objectContaining({ name });

/** A scope that was cut, with its clients on the new leaf. */
async function cut(anchors?: SceneAnchor[], clients?: SceneClient[], policy?: object) {
  const set = await scene(anchors, clients);
  const input = scopeInput('one', await set.plan('one', undefined, policy));
  await activate(set.ports, input);
  for (const { secret } of input.plan.checks) {
    await moveToStaged(set.secrets, secret);
  }
  await deactivate(set.ports, input);
  return { ...set, input };
}

describe('confirm', () => {
  it('sees the clients get in and the retiring leaf turned away, and then forgets the cut', async () => {
    const { ports, input, journal } = await cut();
    expect(await journal.cuts()).toMatchObject([{ scope: 'proj_a', retiring: 'cert_acme0' }]);
    expect(await confirm(ports, input)).toMatchObject({ scope: 'proj_a', probes: 3, refused: ['billing'] });
    expect(await journal.cuts()).toEqual([]);
    expect(await confirm(ports, input)).toMatchObject({ refused: ['billing'] });
  });

  it('takes no call by a key of another project for a proof, and holds no other cut for who runs on nothing that is cut (F10, I8, I17)', async () => {
    const { ports, input, journal } = await cut();
    const moved = async (...asked: Parameters<typeof ports.probe>) => {
      const verdict = await ports.probe(...asked);
      return verdict.kind === 'accepted' ? { ...verdict, project: 'proj_b' } : verdict;
    };
    await expect(confirm({ ...ports, probe: moved }, input)).rejects.toEqual(named('KeyOfAnotherProject'));
    expect(await journal.cuts()).toHaveLength(1);
    expect(await ports.verdicts.misplacedIn(input.execution)).toEqual([]);
  });

  it('does not believe a cut whose retiring leaf still gets in, and keeps it in mind', async () => {
    const { ports, input, journal, world } = await cut();
    world.organization.toggle('organization', 'activate', ['cert_acme0'], 'outsider');
    await expect(confirm(ports, input)).rejects.toEqual(named('RetiringStillAccepted'));
    expect(await journal.cuts()).toHaveLength(1);
  });

  it.each(['undecipherable billing AWSPREVIOUS', 'denied billing AWSPREVIOUS'] as const)(
    'confirms a cut that its clients have survived, and tells of whom it shows no revocation (%s)',
    async (trouble) => {
      const { ports, input, journal, world, entries } = await cut();
      world.broken.add(trouble);
      expect(await confirm(ports, input)).toMatchObject({ scope: 'proj_a', refused: [] });
      expect(await journal.cuts()).toEqual([]);
      expect(entries().find(({ event }) => event === 'confirmed')).toMatchObject({
        detail: { unshown: ['billing'] },
      });
    },
  );

  it('takes no filter’s refusal for a revocation: a path to an active anchor is still there (F11, F16)', async () => {
    const { ports, input, journal, world } = await cut([
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      {
        ...{ id: 'cert_twin0', name: 'twin@0', expires: 300, renewedFrom: 'cert_acme0' },
        filter: 'subject.common_name == "nobody"',
      },
    ]);
    world.organization.toggle('organization', 'activate', ['cert_twin0'], 'outsider');
    await expect(confirm(ports, input)).rejects.toMatchObject({
      name: 'RetiringStillAccepted',
      message: expect.stringContaining("only that anchor's filter turned it away"),
    });
    expect(await journal.cuts()).toHaveLength(1);
  });

  it('writes down why it does not believe a cut, once for each time it looked, and a pass as well', async () => {
    const { ports, input, world, entries } = await cut();
    world.organization.toggle('organization', 'activate', ['cert_acme0'], 'outsider');
    await expect(confirm(ports, input)).rejects.toEqual(named('RetiringStillAccepted'));
    expect(entries().at(-1)).toMatchObject({
      event: 'confirmed',
      scope: 'proj_a',
      detail: {
        evidence: 'probe',
        error: 'RetiringStillAccepted',
        cause: expect.stringContaining('billing'),
      },
    });
    world.organization.toggle('organization', 'deactivate', ['cert_acme0'], 'outsider');
    await confirm(ports, input);
    const seen = entries().filter(({ event }) => event === 'confirmed');
    expect(seen.map(({ detail }) => (detail as { probes?: number }).probes)).toEqual(
      expect.arrayContaining([undefined, 3]),
    );
  });

  it('asks for no refusal of a leaf that another active anchor of the same key lets in', async () => {
    const anchors: SceneAnchor[] = [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
      // A renewal of the first anchor with the same key. It is not due and is active here already.
      { id: 'cert_acme01', expires: 100, in: ['proj_a'], renewedFrom: 'cert_acme0' },
    ];
    const named = { successions: { cert_acme0: 'cert_acme1' } };
    const { ports, input } = await cut(anchors, undefined, named);
    expect(await confirm(ports, input)).toMatchObject({ refused: [] });
  });

  it('fails as refused when a client is locked out, so that the undo can save it (I10)', async () => {
    const { ports, input, world } = await cut();
    world.organization.toggle('organization', 'activate', ['cert_acme0'], 'outsider');
    world.organization.toggle('proj_a', 'deactivate', ['cert_acme1'], 'outsider');
    await expect(confirm(ports, input)).rejects.toEqual(named('SuccessorRefused'));
  });

  it('forgets nothing that another rotation cut which has taken over (I12)', async () => {
    const { ports, input, leases, journal } = await cut();
    await leases.take({ execution: 'fire', mode: 'emergency' });
    await expect(confirm(ports, input)).rejects.toEqual(named('Superseded'));
    expect(await journal.cuts()).toHaveLength(1);
  });

  it.each([
    ['whose host says nothing', 'probe'],
    ['whose secret cannot be read', 'secret'],
  ] as const)('does not overlook a client that is locked out for one %s (I10)', async (_, op) => {
    const [running, staged] = [OLD, NEW] as [SceneLeaf, SceneLeaf];
    const clients = ['billing', 'search'].map((name) => ({ name, project: 'proj_a', running, staged }));
    const { portsWith, input, world, chainDigest } = await cut(undefined, clients);
    world.organization.toggle('organization', 'activate', ['cert_acme0'], 'outsider');
    world.organization.toggle('proj_a', 'deactivate', ['cert_acme1'], 'outsider');
    const silent = op === 'probe' ? await chainDigest('billing', staged) : 'billing';
    const ports = portsWith({
      wire: async (call, act) => {
        if (call.op === op && call.about?.includes(silent)) throw new WireFailure('503');
        return act();
      },
    });
    await expect(confirm(ports, input)).rejects.toEqual(named('SuccessorRefused'));
  });

  it('proves that the old leaf is refused though its API key was revoked with it', async () => {
    const { ports, input, world, secrets } = await cut();
    const { versionId, ...old } = (await secrets.read('billing', 'AWSPREVIOUS')) ?? {};
    world.secrets.put('billing', JSON.stringify({ ...old, apiKey: 'sk-revoked' }), ['AWSPREVIOUS']);
    expect(await confirm(ports, input)).toMatchObject({ refused: ['billing'] });
  });

  it('tells a probe that says nothing of the new leaf from one that says nothing of the old', async () => {
    const { portsWith, input, chainDigest } = await cut();
    const without = async (leaf: SceneLeaf | undefined) => {
      const silent = leaf ? await chainDigest('billing', leaf) : 'control';
      return portsWith({
        wire: async (call, act) => {
          if (call.op === 'probe' && call.about?.includes(silent)) throw new WireFailure('503');
          return act();
        },
      });
    };
    await expect(confirm(await without(NEW), input)).rejects.toEqual(named('ProbeInconclusive'));
    await expect(confirm(await without(undefined), input)).rejects.toEqual(named('ProbeInconclusive'));
    await expect(confirm(await without(OLD), input)).rejects.toEqual(named('RevocationInconclusive'));
  });
});

it('I6, I9: of a client that may be left behind, and of whose old leaf a host says nothing, no revocation is told', async () => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 900, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300 },
    ],
    [onAcme('billing', 'proj_a'), onAcme('search', 'proj_a')],
  );
  const fire = {
    mode: 'emergency' as const,
    anchors: ['cert_acme0'],
    reason: 'leaked',
    leaveBehind: ['billing'],
  };
  const input = scopeInput('one', await set.plan('one', fire));
  await activate(set.ports, input);
  const old = await set.fingerprint('billing', { anchor: 'cert_acme0' });
  for (const client of ['billing', 'search']) await set.stage(client, 'AWSCURRENT', { anchor: 'cert_acme1' });
  await deactivate(set.ports, input);
  const probe: typeof set.ports.probe = async (host, held) =>
    held.certificateChain && fingerprintOf(held.certificateChain) === old
      ? SILENT
      : set.ports.probe(host, held);
  expect(await confirm({ ...set.ports, probe }, input)).toMatchObject({ refused: ['search'] });
});
