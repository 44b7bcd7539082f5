import { expect, it } from 'vitest';
import { judgeProof } from '../../../simulation/judges/proof.ts';
import { createRules } from '../../../simulation/judges/rules.ts';
import { createReplay } from '../../../simulation/log/replay.ts';
import { calmScenario, NOW } from './calm-scenario.ts';

const DAY = 86_400;
const HOST = 'https://mtls.example';

/** What is said of a cut for one of two successors, where the only client on the first has a leaf of something else staged, and gets in by what it runs on or was not looked at. */
function saidOf({ isLookedAt }: { isLookedAt: boolean }): string[] {
  const about = { line: 'acme', renewed: false, activeIn: [] };
  const anchors = [9, 80, 90, 95].map((days, n) => ({
    ...{ ...about, id: `cert_acme${n}`, name: `acme@${n}`, generation: n },
    ...{ validAt: NOW - (20 - n) * DAY, expiresAt: NOW + days * DAY },
  }));
  const client = (name: string, anchor: string, staged: string | null) => ({
    ...{ name, project: 'proj_a', running: { anchor }, staged: staged === null ? null : { anchor: staged } },
  });
  const clients = [client('api', 'cert_acme2', 'cert_acme3'), client('batch', 'cert_acme1', null)];
  const scenario = calmScenario({ hosts: [HOST], anchors, clients });
  const replay = createReplay({ projects: ['proj_a'] });
  const { state } = replay;
  const active = ['cert_acme0', 'cert_acme1', 'cert_acme2'];
  const at = 1000 * NOW;
  replay.apply({ at, what: 'trust', by: 'setup', scope: 'proj_a', active: true, anchorIds: active });
  for (const { name, running, staged } of clients)
    state.leaves.set(name, {
      AWSCURRENT: `${running.anchor}#1`,
      AWSPENDING: staged && `${staged.anchor}#1`,
    });
  for (const { id } of anchors.slice(0, 3)) state.existing.add(id);
  // Another pair was begun before, so that nobody can tell which of the two this cut is for.
  state.begun.add('cert_acme0 cert_acme1').add('cert_acme0 cert_acme2');
  state.plans.set('run#1', [replay.look(at)]);
  const probe = (leaf: string, verdict: string) => ({ at, project: 'proj_a', host: HOST, leaf, verdict });
  state.invocations.set(1, {
    ...{ execution: 'run#1', step: 'verify', state: 'Verify again', scope: 'proj_a', at },
    ...{
      input: { moment: 'beforeCut' },
      listed: new Map(),
      read: new Set(),
      elsewhere: new Set(),
      demands: [],
    },
    probes: isLookedAt ? [probe('control', 'certificate_required'), probe('api cert_acme2', 'accepted')] : [],
  });
  const by = { execution: 'run#1', invocation: 2 };
  const cut = {
    at: at + 1,
    what: 'trust',
    by,
    scope: 'proj_a',
    active: false,
    anchorIds: ['cert_acme0'],
  } as const;
  const context = { replay, rules: createRules(scenario), scenario };
  return judgeProof(cut, undefined, context).map(({ what }) => what);
}

it('takes a successor for proven by whoever runs on it, though a leaf of something else is staged there (I8)', () => {
  expect(saidOf({ isLookedAt: true })).toEqual([]);
  expect(saidOf({ isLookedAt: false })).toEqual([
    'cert_acme0 was cut in proj_a before batch cert_acme1 was proven there',
  ]);
});
