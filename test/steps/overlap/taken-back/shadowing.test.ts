import { describe, expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { instant } from '../../../../lambdas/domain/instant.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { verify } from '../../../../lambdas/verify.ts';
import type { AnchorChoice } from '../../../../simulation/world/anchor-choice.ts';
import { DAY, HOST, NOW, type SceneAnchor, scene, scopeInput } from '../../scene.ts';

const NOBODY = 'subject.common_name == "nobody"';
const renewal = (filter?: string): SceneAnchor[] => [
  { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
  { id: 'cert_acme1', expires: 300, renewedFrom: 'cert_acme0', ...(filter !== undefined && { filter }) },
];
const billing = { name: 'billing', project: 'proj_a', running: { anchor: 'cert_acme0' } };
const moving = { ...billing, staged: { anchor: 'cert_acme1' } };

/** A renewal that is active beside its predecessor, and the result of its proof. */
async function overlapping(choice: AnchorChoice, anchors = renewal(NOBODY), client = billing) {
  const set = await scene(anchors, [client], { choice });
  const input = scopeInput('one', await set.plan('one'));
  const activation = await activate(set.ports, input);
  const error = await verify(set.ports, { ...input, moment: 'overlap' }).then(
    () => null,
    (thrown: Error) => thrown,
  );
  const isIn = async () => {
    const held = await set.ports.secrets.read('billing', 'AWSCURRENT');
    if (!held || !('apiKey' in held)) throw new Error('billing has a key');
    return (await set.ports.probe(HOST, held)).kind;
  };
  const halt = { Error: error?.name ?? '', Cause: JSON.stringify({ errorMessage: error?.message }) };
  return { ...set, input, activation, error, halt, isIn };
}

describe('a renewal of the same key and name (F7)', () => {
  it.each<AnchorChoice>(['first', 'last', 1, 2])('is proven, whichever a host asks: %s', async (choice) => {
    const { error, isIn } = await overlapping(choice, renewal());
    expect([error, await isIn()]).toEqual([null, 'accepted']);
  });

  it('whose filter refuses the clients is taken back where hosts ask it first, and they get in again', async () => {
    const { ports, input, activation, halt, isIn, activeIn, error } = await overlapping('last');
    expect(error).toMatchObject({
      name: 'SuccessorRefused',
      message: expect.stringContaining("the successor's filter refuses the leaf of client billing"),
    });
    expect(await isIn()).toBe('refused');
    const halted = { ...input, activation, halt };
    expect(await undo(ports, halted)).toMatchObject({
      takenBack: ['cert_acme1'],
      also: '; cert_acme1 was deactivated in proj_a again',
    });
    expect([await isIn(), activeIn('proj_a')]).toEqual(['accepted', ['cert_acme0']]);
    expect(await undo(ports, halted)).toMatchObject({ takenBack: ['cert_acme1'] });
  });

  it('is taken back after its cut is undone as well: what is put back may be asked last', async () => {
    const { ports, input, isIn, activeIn, world } = await overlapping('first');
    world.organization.toggle('proj_a', 'deactivate', ['cert_acme0'], 'windlass');
    const cut = {
      ...{ scope: 'proj_a', retiring: 'cert_acme0', successor: 'cert_acme1', cutAt: instant(NOW) },
    };
    await ports.journal.rememberCuts([{ ...cut, compromised: false }]);
    expect(await isIn()).toBe('refused');
    const Cause = 'refused (certificate_attribute_verification_failed)';
    const done = await undo(ports, { ...input, halt: { Error: 'SuccessorRefused', Cause } });
    expect(done).toMatchObject({ reactivated: ['cert_acme0'], takenBack: ['cert_acme1'] });
    expect([await isIn(), activeIn('proj_a')]).toEqual(['accepted', ['cert_acme0']]);
  });

  it.each([
    ['another key', 'SuccessorRefused', renewal(NOBODY).map(({ renewedFrom: _, ...anchor }) => anchor)],
    ['another halt', 'ProbeInconclusive', renewal(NOBODY)],
  ])('stays with %s', async (_, name, anchors) => {
    const { ports, input, activation, activeIn } = await overlapping('last', anchors, moving);
    const done = await undo(ports, { ...input, activation, halt: { Error: name, Cause: '' } });
    expect([done.takenBack, activeIn('proj_a')]).toEqual([undefined, ['cert_acme0', 'cert_acme1']]);
  });

  it('is taken back beside an anchor of the organization as well, since a project’s are asked first', async () => {
    const [old, next] = renewal(NOBODY);
    const other: SceneAnchor = { id: 'cert_acme2', expires: 20, in: ['proj_a'] };
    if (!old || !next) throw new Error('there are two');
    const anchors = [{ ...old, expires: 90, in: ['organization'] }, next, other];
    const { ports, input, activation, activeIn, halt, isIn } = await overlapping('first', anchors);
    expect([activation.activated, await isIn()]).toEqual([['cert_acme1'], 'refused']);
    await undo(ports, { ...input, activation, halt: { ...halt, Error: 'SuccessorRefused' } });
    expect([await isIn(), activeIn('proj_a')]).toEqual(['accepted', ['cert_acme2']]);
  });

  it('stays where its predecessor has expired: nothing else lets those clients in (I2)', async () => {
    const set = await overlapping('last', renewal());
    set.time.now = NOW + 21 * DAY;
    const halt = { Error: 'SuccessorRefused', Cause: '' };
    const done = await undo(set.ports, { ...set.input, activation: set.activation, halt });
    expect([done.takenBack, await set.isIn()]).toEqual([undefined, 'accepted']);
  });

  it('stays where somebody else has activated it', async () => {
    const { ports, input, halt, world, activeIn } = await overlapping('last');
    for (const kept of ['rotation', 'audit']) world.table.get(kept)?.clear();
    const activation = { activated: [], alreadyActive: ['cert_acme1'] };
    const done = await undo(ports, { ...input, activation, halt } as never);
    expect([done.takenBack, activeIn('proj_a')]).toEqual([undefined, ['cert_acme0', 'cert_acme1']]);
  });
});
