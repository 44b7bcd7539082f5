import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ORGANIZATION } from '../lambdas/domain/anchor.ts';
import { instant } from '../lambdas/domain/instant.ts';
import type { Report } from '../rehearsal/report.ts';
import { entryOf, fileOf } from '../simulation/organizations/inventory-of.ts';
import { type CommandRun, repeated, runNode, spread } from './measure.ts';

const [PROJECTS, NOW] = [300, Date.parse('2026-10-28T00:00:00Z') / 1000];

/**
 * Measures a rehearsal over real HTTP and TLS, of an anchor that is active in every project and in the
 * organization.
 */
export async function benchLargeRehearsal(rounds: number) {
  const folder = await mkdtemp(join(tmpdir(), 'windlass-bench-'));
  const inventory = join(folder, 'inventory.json');
  await writeFile(inventory, JSON.stringify(organizationOf(PROJECTS)));
  const args = ['rehearse', '--inventory', inventory, '--now', instant(NOW), '--json', '-'];
  try {
    return figuresOf(await repeated(rounds, () => runNode(['bin/windlass.js', ...args])));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function figuresOf(runs: readonly CommandRun[]) {
  const reports = runs.map(({ stdout }) => JSON.parse(stdout) as Report);
  return {
    projects: PROJECTS,
    outcomes: reports.map(({ outcome }) => outcome),
    seconds: spread(runs.map(({ milliseconds }) => milliseconds / 1000)),
    peakMegabytes: spread(runs.map(({ peakMegabytes }) => peakMegabytes)),
    cpuSeconds: spread(runs.map(({ cpuSeconds }) => cpuSeconds)),
    cpuSecondsPerScope: spread(
      runs.map(({ cpuSeconds }) => cpuSeconds / (PROJECTS + 1)),
      3,
    ),
    requests: reports.map(({ requests }) => requests),
    violations: reports.map(({ violations }) => violations),
  };
}

/** One authority, of which one generation retires everywhere and the next one is uploaded. */
function organizationOf(projects: number) {
  const anchors = [
    entryOf('cert_old', 'acme@2025', { now: NOW, from: -300, until: 20 }),
    entryOf('cert_new', 'acme@2026', { now: NOW, from: -5, until: 400 }),
  ];
  const ids = Array.from({ length: projects }, (_, i) => `proj_${String(i).padStart(5, '0')}`);
  return fileOf(anchors, Object.fromEntries([ORGANIZATION, ...ids].map((scope) => [scope, ['cert_old']])));
}
