import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { intention } from '../../account/intention.ts';
import { questions } from '../../account/questions.ts';
import { SAID, stackTemplate } from '../../account/stack-template.ts';
import type { Standing } from '../../account/standing-stack.ts';
import { runMachine } from '../../simulation/machine/run-machine.ts';
import { createVirtualClock } from '../../simulation/time/virtual-clock.ts';
import { textOf } from '../docs/documents.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Runs the script without credentials and without a terminal, so it fails if it begins its work. */
function verifyAccount(...args: string[]) {
  const script = join(ROOT, 'account', 'verify-account.ts');
  const env = { PATH: process.env.PATH, AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nowhere' };
  return spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', env });
}

describe('the questions to an account', () => {
  it('are those that docs/aws.md says only AWS can answer', () => {
    const cited = [...textOf('docs/aws.md').matchAll(/`npm run verify:account`: `([\w-]+)`/g)].map(
      ([, id]) => id,
    );
    expect(cited.toSorted()).toEqual(questions.map(({ id }) => id).sort());
  });

  it('are told before anything is made, with every resource and its removal', () => {
    const told = intention('eu-west-1', 'windlass-verify-1');
    for (const [id, { Type }] of Object.entries(stackTemplate.Resources))
      expect(told).toContain(`${Type} ${id}`);
    for (const { id, what } of questions) expect(told).toContain(`${id}: ${what}`);
    expect(told).toMatch(/region eu-west-1.*stack windlass-verify-1.*removes the stack/s);
  });

  it('are asked of a stack that keeps nothing and refers to nothing that it has not', () => {
    const text = JSON.stringify(stackTemplate);
    expect(text).not.toMatch(/Retain|Snapshot/);
    const cited = [
      ...text.matchAll(/"(?:Ref|Fn::GetAtt)":\[?"([\w:]+)"/g),
      ...text.matchAll(/\$\{([\w:]+)/g),
    ].map(([, id = '']) => id);
    const pseudo = (id: string) => id.startsWith('AWS::');
    const known = Object.keys(stackTemplate.Resources);
    expect(cited.filter((id) => !pseudo(id) && !known.includes(id))).toEqual([]);
    expect(cited.length).toBeGreaterThan(10);
  });
});

/** Runs the stack's machine on this project's interpreter, with the stack's own function. */
async function ranHere(): Promise<Standing> {
  const { Machine, Says } = stackTemplate.Resources;
  const text = Machine.Properties.DefinitionString['Fn::Sub'].replaceAll('AWS::Partition', 'aws');
  const handler = functionOf(Says.Properties.Code.ZipFile);
  const executionArn = 'arn:aws:states:eu-west-1:000000000000:execution:windlass-verify:1';
  const clock = createVirtualClock(Date.parse('2031-05-01T00:00:00Z') / 1000);
  const { output } = await runMachine({
    ...{ definition: JSON.parse(text), executionArn, clock },
    input: { bucket: 'lists', key: 'list.json', version: 'old' },
    invoke: async (_, input) => handler(input),
    itemsIn: async ({ VersionId }) => SAID.item[VersionId === 'old' ? 'old' : 'new'],
    wait: async () => {},
    observer: { entered: () => {}, done: () => {}, failed: () => {} },
  });
  return { ...({} as Standing), executionArn, ended: output as Standing['ended'] };
}

function functionOf(source: string): (input: unknown) => Promise<unknown> {
  const exported: { handler?: (input: unknown) => Promise<unknown> } = {};
  runInNewContext(source, { exports: exported, Error });
  return exported.handler ?? fail('no handler');
}

function fail(message: string): never {
  throw new Error(message);
}

describe('what the interpreter takes for granted', () => {
  const ofTheMachine = questions.filter(
    ({ id }) => !['long-cause', 'leading-keys', 'event-keys'].includes(id),
  );

  it.each(ofTheMachine)('is what an account is asked: $id', async ({ ask }) => {
    await ask(await ranHere());
  });
});

describe('verify:account', () => {
  it('only says what it would do with --plan', () => {
    const { status, stdout } = verifyAccount('--plan', '--region', 'eu-west-1');
    expect(status).toBe(0);
    expect(stdout).toMatch(/AWS::StepFunctions::StateMachine Machine/);
    expect(stdout).not.toMatch(/passed/);
  });

  it('begins nothing without an agreement, and exits with 2', () => {
    const { status, stderr } = verifyAccount('--region', 'eu-west-1');
    expect([status, stderr]).toEqual([2, 'verify:account needs a terminal to ask on, or --yes\n']);
  });

  it('wants a region', () => {
    const { status, stderr } = verifyAccount('--plan');
    expect([status, stderr]).toEqual([2, "error: required option '--region <region>' not specified\n"]);
  });

  it('says what it needs, and its exit codes', () => {
    const { status, stdout } = verifyAccount('--help');
    expect(status).toBe(0);
    expect(stdout).toMatch(/states:TestState[\s\S]*Exit codes:/);
  });
});
