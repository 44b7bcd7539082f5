import assert from 'node:assert/strict';
import { Command } from 'commander';
import { exitCodeOf } from '../bin/terminal/runner-command.ts';
import { type Checks, runChecks, say } from '../deploy-local/checks.ts';
import { engineDifferences } from '../deploy-local/known-differences.ts';
import { inVirtualEnvironment } from '../deploy-local/virtual-environment.ts';
import { differencesOf } from './comparison.ts';
import { interpreter } from './interpreter.ts';
import { MOTO, type Moto, startMoto } from './moto.ts';
import { type Performance, perform } from './performance.ts';
import { type Scenario, scenarios } from './scenarios.ts';
import { seenIn } from './seen.ts';

const MORE = `
Needs Python 3.11 or newer with venv, and pip's package index once: moto goes into cdk.out/python.
Nothing of your AWS settings is read. It takes about nine minutes, and ends with "N passed, N failed".

Scenarios:
${scenarios.map(({ name }) => `  ${name}`).join('\n')}

Exit codes:
  0  all passed, or skipped with --if-possible
  1  something failed
  2  usage, or no Python that it can use`;

const command = new Command('verify:engines')
  .description("runs the synthesized machine on this project's interpreter and on moto's, and compares")
  .option('--only <text>', 'only the scenarios whose names have this text')
  .option('--if-possible', 'say that it is skipped where there is no such Python or no package index')
  .addHelpText('after', MORE);

/** How many differences are printed, and how many characters of each. */
const [MOST, LONGEST] = [6, 600];

process.exitCode = await exitCodeOf(command, () => {
  const { only = '', ifPossible } = command.opts<{ only?: string; ifPossible?: true }>();
  const chosen = scenarios.filter(({ name }) => name.includes(only));
  if (chosen.length === 0) command.error(`error: no scenario has "${only}" in its name: see --help`);
  const needs = { script: 'verify:engines', packages: MOTO, ifPossible, say };
  return inVirtualEnvironment(needs, (programs) => verify(programs('python'), chosen));
});

async function verify(python: string, chosen: readonly Scenario[]): Promise<number> {
  let moto: Moto | undefined;
  const compared = async (checks: Checks) => {
    await checks.demand('moto answers, and runs machines', async () => {
      moto = await startMoto(python);
    });
    if (moto) await withBoth(checks, moto, chosen);
  };
  return runChecks(compared, async () => moto?.close());
}

async function withBoth(checks: Checks, moto: Moto, chosen: readonly Scenario[]): Promise<void> {
  for (const scenario of chosen)
    await checks.look(`${scenario.name}: both engines say the same`, async () => {
      const ours = await perform(scenario, interpreter);
      const theirs = await perform(scenario, moto);
      const differences = differencesOf(seenIn(ours), seenIn(theirs));
      if (differences.length > 0) throw new Error(`they differ:\n${told(differences)}`);
      // After the comparison, which tells more.
      for (const performance of [ours, theirs]) endsAsItShould(scenario, performance);
    });
  for (const { id, what, isStill } of engineDifferences)
    if (isStill)
      await checks.look(`known difference ${id}: ${what}`, async () => {
        const still = await isStill(moto.machines);
        assert.ok(still, 'moto does it as AWS now: take it out of known-differences.ts and of engines');
      });
}

/** The first few differences, shortened so that they can be read. */
function told(differences: readonly string[]): string {
  const [first, rest] = [differences.slice(0, MOST), differences.slice(MOST)];
  const more = rest.length > 0 ? [`and ${rest.length} more`] : [];
  return [...first.map((line) => line.slice(0, LONGEST)), ...more].map((line) => `  ${line}`).join('\n');
}

function endsAsItShould({ ends }: Scenario, performance: Performance): void {
  assert.deepEqual(
    performance.ends.map(({ error }) => error),
    ends,
  );
  assert.deepEqual(performance.findings, []);
}
