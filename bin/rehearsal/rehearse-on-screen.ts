import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import { policySchema, writtenPolicy } from '../../lambdas/domain/policy.ts';
import type { Request } from '../../lambdas/domain/request.ts';
import type { Report } from '../../rehearsal/report.ts';
import { parseFaults } from '../../simulation/faults/fault-file.ts';
import { inventoryOf, parseInventory } from '../../simulation/inventory/inventory.ts';
import type { InventoryFile } from '../../simulation/inventory/inventory-file.ts';
import { builtinInventory } from '../../simulation/organizations/builtin.ts';
import { rolesOf } from '../../simulation/organizations/client-roles.ts';
import { preparationFor } from '../../simulation/organizations/preparation.ts';
import type { AdminLimits } from '../../simulation/served/admin-limits.ts';
import { namesInOptions } from '../execution/checked-names.ts';
import { inputOf } from '../execution/request-options.ts';
import { readPolicy } from '../organization/policy-file.ts';
import { demandWritableFolder, readJson } from '../terminal/files.ts';
import { interruptible } from '../terminal/interrupt.ts';
import { openScreen } from '../terminal/screen.ts';
import { rehearsalProgress } from './progress.ts';
import { renderReport } from './report.ts';

/** The directory for what a rehearsal synthesizes. */
const CDK_OUT = fileURLToPath(new URL('../../cdk.out', import.meta.url));

/** What the options of a rehearsal name: files, `now` in Unix seconds, and the stream that people watch. */
export type RehearsalAsked = {
  inventory?: string;
  policy?: string;
  faults?: string;
  now?: number;
  /** API calls a minute. */
  rateLimit?: number;
  /** What the admin key may not do, and the state of the audit log. */
  limits: AdminLimits;
  request: Request;
  stream: NodeJS.WriteStream;
};

/**
 * Rehearses with live progress, then prints the tables, and returns the report. Throws for bad input before
 * anything starts.
 */
export async function rehearseOnScreen(asked: RehearsalAsked): Promise<Report> {
  const given = await readInput(asked);
  const { request, stream, rateLimit, limits } = asked;
  const remedy = 'a rehearsal bundles the functions there: use a copy that may be written';
  await demandWritableFolder(existsSync(CDK_OUT) ? CDK_OUT : dirname(CDK_OUT), remedy);
  // Loaded only now, so that bad input is refused without loading the CDK.
  const { rehearse } = await import('../../rehearsal/rehearse.ts');
  const screen = openScreen(stream);
  const { paint } = screen;
  stream.write(`${paint('bold', 'Windlass rehearsal')}${paint('dim', ' · nothing real is touched')}\n\n`);
  try {
    const report = await interruptible((signal) => {
      signal.addEventListener('abort', () =>
        screen.line('  stopped: what the rehearsal has made is removed, and nothing real was touched'),
      );
      return rehearse({
        ...given,
        ...(rateLimit !== undefined && { rateLimit }),
        ...{ request: inputOf(request), limits, signal, tell: rehearsalProgress(screen) },
      });
    });
    screen.close();
    stream.write(`\n${renderReport(report, paint)}`);
    return report;
  } finally {
    screen.close();
  }
}

/**
 * Reads the files and refuses names that the organization does not have. Throws `InvalidInput`,
 * `UnknownAnchor` and the like.
 */
async function readInput({
  inventory,
  policy,
  faults,
  now = Math.floor(Date.now() / 1000),
  request,
}: RehearsalAsked) {
  const policyRead = policy === undefined ? undefined : await readPolicy(policy);
  const file: InventoryFile | undefined =
    inventory === undefined
      ? undefined
      : parseInventory(await readJson('inventory', inventory), `inventory ${inventory}`);
  const listed = inventoryOf(file ?? builtinInventory(now));
  const facts = { inventory: listed, policy: policyRead ?? policySchema.parse({}), request, now };
  // The clients that the rehearsal will have: an emergency may name one that may be left behind.
  const clients = rolesOf(listed, preparationFor(facts, faults !== undefined).pairs, now);
  const { warnings } = namesInOptions({ ...facts, clients });
  // A rotation only warns of unknown names. Here the person is present and has most likely mistyped a name,
  // so it is refused.
  if (warnings.length > 0) throw new WindlassError('UnknownAnchor', warnings.join('. '));
  const faultsRead =
    faults === undefined
      ? undefined
      : parseFaults(await readJson('faults', faults), listed, `the list of faults in ${faults}`);
  return {
    now,
    ...(faultsRead && { faults: faultsRead }),
    ...(file && { inventory: file }),
    ...(policyRead && { policy: writtenPolicy(policyRead) }),
  };
}
