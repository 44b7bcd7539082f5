import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { exitCodeOf } from '../bin/terminal/runner-command.ts';
import { type Checks, runChecks, say } from '../deploy-local/checks.ts';
import { inVirtualEnvironment, type Programs } from '../deploy-local/virtual-environment.ts';
import { ROOT } from '../deploy-local/workspace.ts';
import { buildApp } from '../lib/app.ts';
import { parseConfiguration } from '../lib/config.ts';
import { unexplained } from './explained.ts';
import { type Finding, linters } from './linters.ts';

const MORE = `
Needs Python 3.11 or newer with venv, and pip's package index once: the linters go into cdk.out/python, which takes
minutes the first time. cdk-nag and CloudFormation's own rules are checked by npm run synth. It ends with "N passed, N failed".

Exit codes:
  0  all passed, or skipped with --if-possible
  1  something failed
  2  usage, or no Python that it can use`;

const command = new Command('verify:template')
  .description(
    `has ${linters.map(({ name }) => name).join(', ')} look at the stack; what they find has to be explained`,
  )
  .option('--if-possible', 'say that it is skipped where there is no such Python or no package index')
  .addHelpText('after', MORE);

/** A secret that is given by its ARN, so that policies name it alone, even with a tag. */
const SEARCH = 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:acme/search-AbCdEf';

process.exitCode = await exitCodeOf(command, () => {
  const { ifPossible } = command.opts<{ ifPossible?: true }>();
  const packages = linters.flatMap((linter) => linter.packages);
  return inVirtualEnvironment({ script: 'verify:template', packages, ifPossible, say }, verify);
});

function verify(programs: Programs): Promise<number> {
  return runChecks((checks) => lookAtTemplate(checks, programs));
}

async function lookAtTemplate(checks: Checks, programs: Programs): Promise<void> {
  const template = await synthesizedTemplate();
  const findings: Finding[] = [];
  for (const linter of linters)
    await checks.look(`${linter.name} finds nothing that is not explained`, async () => {
      const found = await linter.findingsIn(template, programs);
      findings.push(...found);
      const left = unexplained(found).findings.map(
        ({ rule, resource, says }) => `${rule} ${resource}: ${says}`,
      );
      if (left.length > 0) throw new Error(left.join('\n  '));
    });
  await checks.look('every explanation explains something', async () => {
    const idle = unexplained(findings).idle.map(({ rule }) => rule);
    if (idle.length > 0) throw new Error(`take out of linters/explained.ts: ${idle.join(', ')}`);
  });
}

/** The template of an organization that uses every setting that adds to it. */
async function synthesizedTemplate(): Promise<string> {
  const outdir = join(ROOT, 'cdk.out', 'verify-template');
  await rm(outdir, { recursive: true, force: true });
  await mkdir(outdir, { recursive: true });
  const client = (name: string) => ({ name, project: `proj_${name}`, secret: `acme/${name}` });
  const acme = {
    ...{ adminSecret: 'acme/admin', region: 'eu-west-1', secretsTag: { key: 'windlass', value: 'acme' } },
    clients: [client('billing'), { ...client('search'), secret: SEARCH }],
    ...{
      mustRefuse: [client('intruder')],
      reservedConcurrency: 12,
      vpc: { subnetIds: ['subnet-0a1b2c3d'], securityGroupIds: ['sg-0a1b2c3d'] },
      alarmEmail: 'security@example.com',
    },
    secretsKey: 'arn:aws:kms:eu-west-1:111122223333:key/00000000-0000-0000-0000-000000000000',
  };
  const app = buildApp(parseConfiguration({ organizations: { acme } }), { outdir });
  return app.synth().getStackByName('Windlass-acme').templateFullPath;
}
