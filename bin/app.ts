import { existsSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { WindlassError } from '../lambdas/domain/errors.ts';
import { addStacks } from '../lib/app.ts';
import { addIamLimits } from '../lib/checks/iam-limits.ts';
import { addNag } from '../lib/checks/nag.ts';
import { demandFilledIn } from '../lib/checks/placeholders.ts';
import { policyWarnings } from '../lib/checks/warnings.ts';
import { parseConfiguration } from '../lib/config.ts';
import { readJson } from './terminal/files.ts';

// Errors of ours set `process.exitCode`, which the CDK reads. A thrown error would print a stack trace over
// the lines that say what to correct.
try {
  const app = new App();
  // The CDK keeps the last of two equal keys in the context. Only the file itself shows that a key is there
  // twice.
  if (existsSync('cdk.json')) await readJson('configuration', 'cdk.json');
  const configuration = parseConfiguration(app.node.tryGetContext('windlass'));
  // Only the checks set this flag. Every deployment runs without it, `cdk deploy` by hand included, so no
  // placeholder is ever deployed.
  if (!app.node.tryGetContext('windlass:check')) demandFilledIn(configuration);
  for (const [name, { policy }] of Object.entries(configuration.organizations))
    for (const warning of policyWarnings(policy)) console.error(`warning: organizations.${name}: ${warning}`);
  addNag(app);
  addIamLimits(app);
  addStacks(app, configuration);
} catch (error) {
  if (!(error instanceof WindlassError)) throw error;
  console.error(`${error.name}:\n${error.message}`);
  process.exitCode = 1;
}
