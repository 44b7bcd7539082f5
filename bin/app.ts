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

// The CDK reads `process.exitCode`; a stack trace would bury the lines that say what to correct.
try {
  const app = new App();
  // The CDK reads the context from here and keeps the last of two equal keys: only the file itself still has both.
  if (existsSync('cdk.json')) await readJson('configuration', 'cdk.json');
  const configuration = parseConfiguration(app.node.tryGetContext('windlass'));
  // Whatever deploys runs this app without that flag, `cdk deploy` by hand included.
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
