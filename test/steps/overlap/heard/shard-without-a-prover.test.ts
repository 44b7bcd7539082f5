import { describe, expect, it } from 'vitest';
import { activate } from '../../../../lambdas/activate.ts';
import { ORGANIZATION } from '../../../../lambdas/domain/anchor.ts';
import { verify } from '../../../../lambdas/verify.ts';
import { namedIn, shardOf } from '../../in-shards.ts';
import { isIn, onAcme } from '../../saying.ts';
import { HOST, type SceneAnchor, type SceneClient, scene, scopeInput } from '../../scene.ts';
import { overlapLate } from './late-activation.ts';

const NOT_BOTH = 'subject.common_name != "both"';
const NAMES = ['billing', 'ledger', 'stock', 'mail', 'web', 'shop'];
const [here, there] = [shardOf('both'), 1 - shardOf('both')];

/**
 * A client whose leaf leads to both anchors of a line. Until hosts hear of the new anchor, they use the old
 * one. The new anchor's filter refuses this client.
 */
const both = (line: string, project = 'proj_a'): SceneClient => ({
  ...{ name: 'both', project, running: { anchor: `cert_${line}1`, by: `cert_${line}0` } },
});

it.each([1, 2])('I8, I18: nobody is outside by a proof in %i shard(s) without a prover', async (of) => {
  const set = await scene(
    [
      { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
      { id: 'cert_acme1', expires: 300, filter: NOT_BOTH },
    ],
    [onAcme(namedIn(there, ...NAMES), 'proj_a'), both('acme')],
  );
  const input = scopeInput('one', await set.plan('one'));
  expect([input.plan.evidence, await isIn(set, 'both')]).toEqual([undefined, 'accepted']);
  expect([await overlapLate(set, input, of), await isIn(set, 'both')]).toEqual([
    'SuccessorRefused',
    'refused',
  ]);
});

describe.each([1, 2])('I8, I18: in %i shard(s)', (of) => {
  const anchors = (acme1: Partial<SceneAnchor>): SceneAnchor[] => [
    { id: 'cert_acme0', expires: 20, in: ['proj_a'] },
    { id: 'cert_acme1', expires: 300, ...acme1 },
    { id: 'cert_keel0', expires: 20, in: ['proj_a'] },
    { id: 'cert_keel1', expires: 300, filter: NOT_BOTH },
  ];
  const on = (line: string, name: string): SceneClient => ({
    ...{ name, project: 'proj_a', running: { anchor: `cert_${line}0` } },
    staged: { anchor: `cert_${line}1` },
  });

  it.each([
    ['has to hear of as well', {}],
    // As an earlier run leaves it that was stopped.
    ['knows already', { in: ['proj_a'] }],
  ])('a client of another authority shows nothing, whose successor the host %s', async (_, acme1) => {
    const clients = [on('acme', namedIn(here, ...NAMES)), on('keel', namedIn(there, ...NAMES)), both('keel')];
    const set = await scene(anchors(acme1), clients);
    const input = scopeInput('one', await set.plan('one'));
    const seen = await overlapLate(set, input, of);
    expect([seen, await isIn(set, 'both')]).toEqual(['SuccessorRefused', 'refused']);
  });

  it('a client shows nothing of the organization that gets in by what its own project has activated a wave before', async () => {
    const set = await scene(
      [
        { id: 'cert_acme0', expires: 20, in: ['proj_a', ORGANIZATION] },
        { id: 'cert_acme1', expires: 300, filter: NOT_BOTH },
      ],
      [
        onAcme(namedIn(here, ...NAMES), 'proj_a'),
        onAcme(namedIn(there, ...NAMES), 'proj_b'),
        both('acme', 'proj_b'),
      ],
    );
    const plan = await set.plan('one');
    const before = scopeInput('one', plan, 'proj_a');
    const ports = { ...set.ports, hosts: [HOST] };
    const activation = await activate(ports, before);
    await verify(ports, { ...before, activation, moment: 'overlap' });
    set.time.now += 600;
    const input = scopeInput('one', plan, ORGANIZATION);
    expect(input.plan.evidence).toBeUndefined();
    const seen = await overlapLate(set, input, of);
    expect([seen, await isIn(set, 'both')]).toEqual(['SuccessorRefused', 'refused']);
  });
});
