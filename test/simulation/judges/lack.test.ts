import { expect, it } from 'vitest';
import { holdsUp } from '../../../simulation/judges/promises/lack.ts';
import { createRules } from '../../../simulation/judges/rules.ts';
import { createReplay } from '../../../simulation/log/replay.ts';
import { calmScenario, NOW } from './calm-scenario.ts';

/** Whether a client that nobody can place, and that is said to belong to globex, keeps an anchor of acme from being cut. */
function isHeld(uploaded: readonly string[]): boolean {
  const about = { generation: 0, renewed: false, validAt: NOW - 1, expiresAt: NOW + 1, activeIn: [] };
  const anchors = ['acme', 'globex'].map((line) => ({
    ...{ ...about, id: `cert_${line}0`, name: `${line}@0`, line },
  }));
  const client = { name: 'billing', project: 'proj_a', authority: 'globex', staged: null };
  const running = { anchor: 'cert_globex0' };
  const scenario = calmScenario({ anchors, clients: [{ ...client, running }] });
  const replay = createReplay({ projects: ['proj_a'] });
  const at = 1_000 * NOW;
  for (const anchorId of uploaded) replay.apply({ at, what: 'anchor', by: 'setup', anchorId, exists: true });
  const leaf = { client: 'billing', stage: 'AWSCURRENT', from: null, to: 'cert_globex0~unplaced#1' } as const;
  replay.apply({ at, what: 'leaf', by: 'setup', ...leaf });
  const context = { replay, rules: createRules(scenario), scenario };
  return holdsUp('billing', { retiring: 'cert_acme0', successor: 'none' }, { until: NOW }, context);
}

it('has whom nobody can place belong to its authority, as long as an anchor has that (I9)', () => {
  expect(isHeld(['cert_acme0', 'cert_globex0'])).toBe(false);
  expect(isHeld(['cert_acme0'])).toBe(true);
});
