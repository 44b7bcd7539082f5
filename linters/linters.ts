import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { type Ended, run } from '../deploy-local/run-command.ts';
import type { Programs } from '../deploy-local/virtual-environment.ts';
import { ROOT } from '../deploy-local/workspace.ts';
import { filledPolicies } from './policies.ts';

/** A finding of a linter about a resource. */
export type Finding = { rule: string; resource: string; says: string };

/** A linter, pinned, and how it is run. */
export type Linter = {
  name: string;
  packages: readonly string[];
  findingsIn(template: string, programs: Programs): Promise<Finding[]>;
};

const cfnLintSchema = z.array(
  z.object({
    Rule: z.object({ Id: z.string() }),
    Location: z.object({ Path: z.array(z.union([z.string(), z.number()])).nullable() }),
    Message: z.string(),
  }),
);

const checkovSchema = z.object({
  results: z.object({
    failed_checks: z.array(z.object({ check_id: z.string(), check_name: z.string(), resource: z.string() })),
    parsing_errors: z.array(z.string()),
  }),
});

const parliamentSchema = z.object({
  issue: z.string(),
  title: z.string(),
  detail: z.unknown(),
  location: z.object({ filepath: z.string() }),
});

export const linters: readonly Linter[] = [
  {
    name: 'cfn-lint',
    packages: ['cfn-lint==1.58.0'],
    async findingsIn(template, programs) {
      const ended = await asked(programs('cfn-lint'), ['--format', 'json', '--', template]);
      return cfnLintSchema.parse(jsonOf(ended, 'cfn-lint')).map(({ Rule, Location, Message }) => ({
        ...{ rule: Rule.Id, says: Message },
        resource: String(Location.Path?.[1] ?? ''),
      }));
    },
  },
  {
    name: 'checkov',
    packages: ['checkov==3.3.30'],
    async findingsIn(template, programs) {
      const options = ['--framework', 'cloudformation', '--output', 'json', '--compact', '--skip-download'];
      const ended = await asked(programs('checkov'), ['--file', template, ...options]);
      const { failed_checks, parsing_errors } = checkovSchema.parse(jsonOf(ended, 'checkov')).results;
      if (parsing_errors.length > 0) throw new Error(`checkov could not read ${parsing_errors.join(', ')}`);
      return failed_checks.map(({ check_id: rule, check_name: says, resource }) => ({
        ...{ rule, says },
        resource: resource.split('.').slice(1).join('.'),
      }));
    },
  },
  {
    name: 'parliament',
    // It needs a package of setuptools that newer versions of setuptools and of Python do not have.
    packages: ['parliament==1.6.4', 'setuptools==75.8.0'],
    async findingsIn(template, programs) {
      const folder = join(dirname(template), 'policies');
      await mkdir(folder, { recursive: true });
      const policies = filledPolicies(JSON.parse(await readFile(template, 'utf8')));
      for (const [id, document] of Object.entries(policies))
        await writeFile(join(folder, `${id}.json`), JSON.stringify(document));
      const ended = await asked(programs('parliament'), ['--directory', folder, '--json']);
      // It exits with 0 when it finds nothing, and with 1 when it finds something.
      if (![0, 1].includes(ended.exitCode)) throw new Error(`parliament: ${ended.stderr.trim()}`);
      return ended.stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => parliamentSchema.parse(JSON.parse(line)))
        .map(({ issue, title, detail, location }) => ({
          ...{ rule: issue, says: `${title}: ${JSON.stringify(detail)}` },
          resource: basename(location.filepath, '.json'),
        }));
    },
  },
];

const asked = (program: string, args: readonly string[]): Promise<Ended> =>
  run(program, args, { cwd: ROOT, env: { PATH: process.env.PATH, HOME: process.env.HOME } });

/** The JSON that a linter printed. Its exit code only says whether it found something. */
function jsonOf({ stdout, stderr, exitCode }: Ended, name: string): unknown {
  try {
    return JSON.parse(stdout);
  } catch {
    throw new Error(`${name} ended with ${exitCode} and no findings to read: ${stderr.slice(-500)}`);
  }
}
