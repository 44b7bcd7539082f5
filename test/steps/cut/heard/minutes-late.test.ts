import { describe, expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { confirm } from '../../../../lambdas/confirm.ts';
import { deactivate } from '../../../../lambdas/deactivate.ts';
import type { Confirmation, Verification } from '../../../../lambdas/domain/document.ts';
import { undo } from '../../../../lambdas/undo.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { onOld, patiently, renewal } from '../../renewal.ts';
import { isIn } from '../../saying.ts';
import { type Scene, scene, scopeInput } from '../../scene.ts';
import { cutLate, upToTheCut } from './late-cut.ts';

const NOBODY = 'subject.common_name == "nobody"';
const [LATE, SETTLING] = [240, 300];

/** A cut that leaves only a renewal with this filter. Hosts hear of the cut minutes later. */
async function cutFor(filter: string | undefined, late = LATE) {
  const set = await scene(renewal(filter, undefined), [onOld('billing')], { choice: 'first' });
  const before = await upToTheCut(set);
  return { set, ports: before.ports, input: await cutLate(set, before, late) };
}

/** The input that the machine adds for the second look. */
const settledAfter = (first: object | undefined) => (first ? { begin: { settled: true } } : {});

/**
 * Looks twice, the second time after `settleSeconds`. `remembered` are the cuts that the journal has in
 * between.
 */
async function lookedAtTwice(set: Scene, look: (confirmation?: Confirmation) => Promise<Confirmation>) {
  const first = await look();
  const remembered = await set.journal.cuts();
  set.time.now += first.settleSeconds ?? 0;
  return { first, remembered, second: await look(first).catch(({ name }: Error) => name) };
}

describe('a cut that reaches the host after minutes, where no old leaf shows that', () => {
  it('I1, I10: is not struck off at once, and is found to lock a client out minutes later', async () => {
    const { set, ports, input } = await cutFor(NOBODY);
    const look = (confirmation?: Confirmation) => confirm(ports, { ...input, ...settledAfter(confirmation) });
    const { first, remembered, second } = await lookedAtTwice(set, look);
    expect([first.settleSeconds, remembered]).toMatchObject([SETTLING, [{ retiring: 'cert_acme0' }]]);
    expect([second, await isIn(set, 'billing')]).toEqual(['SuccessorRefused', 'refused']);
    expect(await set.journal.cuts()).toMatchObject([{ retiring: 'cert_acme0' }]);
  });

  it('I11: nor by a run that a person starts a minute later, since that one was stopped', async () => {
    const { set } = await cutFor(NOBODY, LATE + 120);
    set.running.clear();
    set.time.now += 60;
    const input = scopeInput('two', await set.plan('two', { mode: 'manual' }));
    const ports = patiently(set);
    await activate(ports, input);
    await verify(ports, { ...input, moment: 'overlap' });
    const verification = await verify(ports, { ...input, moment: 'beforeCut' });
    const cut = { ...input, verification, deactivation: await deactivate(ports, { ...input, verification }) };
    const look = (confirmation?: Confirmation) => confirm(ports, { ...cut, ...settledAfter(confirmation) });
    const { first, remembered } = await lookedAtTwice(set, look);
    expect([first.settleSeconds, remembered.length]).toEqual([SETTLING, 1]);
  });

  it('is struck off by the second look where all get in, and there is no third', async () => {
    const { set, ports, input } = await cutFor(undefined);
    const look = (confirmation?: Confirmation) => confirm(ports, { ...input, ...settledAfter(confirmation) });
    const { remembered, second } = await lookedAtTwice(set, look);
    expect([remembered.length, second]).toMatchObject([1, { settleSeconds: 0 }]);
    expect(await set.journal.cuts()).toEqual([]);
  });

  it.each([
    [NOBODY, 'SuccessorRefused', 1],
    [undefined, { settleSeconds: 0 }, 0],
  ])(
    'I18: nor where its clients are looked at shard by shard, the filter being %s',
    async (filter, end, left) => {
      const { set, ports, input } = await cutFor(filter);
      const look = async (confirmation?: Confirmation) => {
        const asked = { ...input, ...settledAfter(confirmation) };
        const shards = [0, 1].map((at) => ({ at, of: 2 }));
        const confirmations = await Promise.all(shards.map((shard) => confirm(ports, { ...asked, shard })));
        return confirm(ports, { ...asked, confirmations });
      };
      const { first, remembered, second } = await lookedAtTwice(set, look);
      expect([first.settleSeconds, remembered.length]).toEqual([SETTLING, 1]);
      if (typeof end === 'string') expect(second).toBe(end);
      else expect(second).toMatchObject(end);
      expect(await set.journal.cuts()).toHaveLength(left);
    },
  );

  it('is looked at once by a plan of an older version, which says nothing of that', async () => {
    const { set, ports, input } = await cutFor(undefined);
    const older = { ...input, plan: { ...input.plan, settleSeconds: undefined } };
    expect(await confirm(ports, older)).toMatchObject({ settleSeconds: 0 });
    expect(await set.journal.cuts()).toEqual([]);
  });
});

it('I1, F7: a renewal that turns its client away minutes after its activation is taken back by the second look', async () => {
  const set = await scene(renewal(NOBODY, undefined), [onOld('billing')], { choice: 'last' });
  const ports = patiently(set);
  const input = scopeInput('one', await set.plan('one'));
  set.world.organization.delayBy((place) => (place === 'listings' ? 0 : LATE));
  const activation = await activate(ports, input);
  const look = (verification?: Verification) =>
    verify(ports, { ...input, activation, ...settledAfter(verification), moment: 'overlap' });
  const verification = await look();
  expect(verification.settleSeconds).toBe(SETTLING);
  set.time.now += SETTLING;
  const halt = await look(verification).then(
    () => null,
    ({ name, message }: Error) => ({ Error: name, Cause: message }),
  );
  expect([halt?.Error, await isIn(set, 'billing')]).toEqual(['SuccessorRefused', 'refused']);
  // The document still has the answer of the first look.
  const undone = await undo(ports, {
    ...input,
    activation,
    verification,
    halt: halt ?? { Error: '', Cause: '' },
  });
  expect(undone).toMatchObject({ takenBack: ['cert_acme1'] });
});
