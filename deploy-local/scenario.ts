import assert from 'node:assert/strict';
import type { Checks } from './checks.ts';
import { answersWhoReadsTheManual, keepStanding } from './keep-standing.ts';
import { knownDifferences } from './known-differences.ts';
import { onlyThatStays, whatIsToStay } from './leftovers.ts';
import { hearsEverything, listen, stopListening } from './listeners.ts';
import { opensNoSecret } from './operator.ts';
import { type LocalOrganization, secretsOf, seedSecrets } from './organizations.ts';
import { dismissOperator } from './probes/limited-role.ts';
import {
  emergencyTakesOver,
  endsWithoutAChange,
  isFine,
  isInHistory,
  isProvenKeyless,
  rotates,
  stillSoaks,
  sweepStarts,
} from './rotations.ts';
import { bootstrap, deploy, destroy } from './stacks.ts';
import type { Workspace } from './workspace.ts';

/**
 * One organization that is rotated undisturbed, and one whose rotation an emergency takes over in its soak.
 */
type Both = { calm: LocalOrganization; urgent: LocalOrganization };

/** Also one that is only deployed, as for a person who tries the commands. */
export type Organizations = Both & { acme: LocalOrganization };

/**
 * Goes from an empty account to two stacks that have rotated, and back to what a stack leaves. Then deploys a
 * stack that stands, as for `--keep`.
 */
export async function scenario(
  checks: Checks,
  workspace: Workspace,
  { acme, ...both }: Organizations,
): Promise<void> {
  const organizations = Object.values(both);
  await checks.demand('cdk bootstrap prepares the account', () => bootstrap(workspace));
  await checks.demand('cdk deploy makes a stack for each of two organizations', () =>
    deploy(workspace, organizations),
  );
  await checks.demand('their secrets are created, and the next leaves staged', async () => {
    for (const organization of organizations) await seedSecrets(organization, workspace);
  });
  await checks.look('somebody attaches to the events and the news of one of them', () =>
    listen(workspace, both.calm),
  );
  const takenOver = await emergencyInASoak(checks, workspace, both);
  await inPeace(checks, workspace, both.calm);
  await differences(checks, workspace, both.calm);
  await checks.look('who is attached has heard of its start, its end and a halt, by event and by news', () =>
    hearsEverything(workspace, both.calm),
  );
  await checks.look('what was taken over ends, and changes nothing more', () =>
    endsWithoutAChange(workspace, both.urgent, takenOver),
  );
  await stopListening(workspace, both.calm);
  await deleted(checks, workspace, organizations);
  await keepStanding(checks, workspace, acme, (folder) =>
    answersWhoReadsTheManual(checks, folder, acme.name),
  );
}

async function emergencyInASoak(
  checks: Checks,
  workspace: Workspace,
  { calm, urgent }: Both,
): Promise<string> {
  let execution = '';
  await checks.demand('the sweep starts a rotation by its schedule, and it soaks', async () => {
    execution = await sweepStarts(workspace, urgent);
  });
  await checks.look('a second deployment lands during the soak, which goes on', async () => {
    await deploy(workspace, [calm, { ...urgent, soak: 'PT4M' }]);
    await stillSoaks(workspace, urgent, execution);
  });
  await checks.look('an emergency takes over, cuts at once and is remembered', () =>
    emergencyTakesOver(workspace, urgent),
  );
  return execution;
}

async function inPeace(checks: Checks, workspace: Workspace, calm: LocalOrganization): Promise<void> {
  await checks.look('windlass rotate starts a rotation, and it ends well', () => rotates(workspace, calm));
  await checks.look('windlass status says that there is nothing to do', () => isFine(workspace, calm));
  await checks.look('windlass history has what it changed and proved', () => isInHistory(workspace, calm));
  await checks.look(
    'a client without an API key was proven by its exchange, moved, and its old leaf refused',
    () => isProvenKeyless(workspace, calm),
  );
  await checks.look("its operators' policy, with which all of that was done, opens no secret", () =>
    opensNoSecret(workspace, calm),
  );
}

async function differences(checks: Checks, workspace: Workspace, { name }: LocalOrganization): Promise<void> {
  const { table } = await whatIsToStay(name, workspace);
  for (const { id, what, isStill } of knownDifferences)
    await checks.look(`known difference ${id}: ${what}`, async () => {
      const still = await isStill(workspace, { organization: name, table });
      assert.ok(still, 'the emulator does it as AWS now: take it out of known-differences.ts and of app.ts');
    });
}

async function deleted(
  checks: Checks,
  workspace: Workspace,
  organizations: readonly LocalOrganization[],
): Promise<void> {
  const toStay = await Promise.all(organizations.map(({ name }) => whatIsToStay(name, workspace)));
  for (const { name } of organizations) await dismissOperator(workspace, name);
  await checks.demand('cdk destroy deletes the stacks', () => destroy(workspace, organizations));
  await checks.look('their tables, the logs of their functions and the secrets stay, and nothing else', () =>
    onlyThatStays(toStay, secretsOf(organizations), workspace),
  );
}
