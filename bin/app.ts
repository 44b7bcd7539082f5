import { App } from 'aws-cdk-lib';
import { WindlassError } from '../lambdas/domain/errors.ts';
import { addStacks } from '../lib/app.ts';
import { parseConfiguration } from '../lib/config.ts';
import { addNag } from '../lib/nag.ts';

// The CDK reads `process.exitCode`; a stack trace would bury the lines that say what to correct.
try {
  const app = new App();
  addNag(app);
  addStacks(app, parseConfiguration(app.node.tryGetContext('windlass')));
} catch (error) {
  if (!(error instanceof WindlassError)) throw error;
  console.error(`${error.name}:\n${error.message}`);
  process.exitCode = 1;
}
