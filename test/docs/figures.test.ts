import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { units } from '../../lambdas/domain/metrics.ts';
import { policySchema } from '../../lambdas/domain/policy.ts';
import about from '../../package.json' with { type: 'json' };
import { synthesized } from '../lib/synthesized.ts';
import { textOf } from './documents.ts';

const deployment = textOf('docs/deployment.md');
const template = Template.fromJSON(synthesized().templateOf('globex'));

/** Returns the cells of the table row that begins with `first`. */
function rowOf(text: string, first: string): string[] {
  const row = text.split('\n').find((line) => line.startsWith(`| ${first} |`)) ?? '';
  return row.slice(2, -2).split(' | ');
}

const countOf = (type: string): number => Object.keys(template.findResources(type)).length;

describe('what a stack costs a month', () => {
  it.each([
    ["the alarm topic's key", countOf('AWS::KMS::Key')],
    ['alarms', countOf('AWS::CloudWatch::Alarm')],
    ['metrics', Object.keys(units).length],
  ])('counts as many as there are: %s', (what, count) => {
    const [, arithmetic = '', sum = ''] = rowOf(deployment, what);
    const [, times, each] = /^(\d+) × (\d+\.\d+)/.exec(arithmetic) ?? [];
    expect(Number(times)).toBe(count);
    expect(sum.split(' to ').at(-1)).toBe((count * Number(each)).toFixed(2));
  });

  it('is the sum of its rows, in both documents', () => {
    const month = deployment.slice(deployment.indexOf('**A month**')).split('\n');
    const sums = month.filter((line) => line.startsWith('| ')).slice(1);
    expect(sums).toHaveLength(5);
    const ranges = sums.map(
      (line) =>
        line
          .slice(2, -2)
          .split(' | ')[2]
          ?.split(/ to |, or /)
          .map(Number) ?? [],
    );
    const least = ranges.reduce((sum, [first = 0]) => sum + first, 0).toFixed(2);
    const most = ranges.reduce((sum, range) => sum + (range.at(-1) ?? 0), 0).toFixed(2);
    expect(deployment).toContain(`some **${least} to ${most} US dollars a month**`);
    expect(textOf('README.md')).toContain(`some ${least} to ${most} US dollars a month`);
  });
});

describe('the limits of the policy', () => {
  const takes = (policy: object) => policySchema.safeParse(policy).success;

  it('are the ones that README states', () => {
    const readme = textOf('README.md');
    expect(rowOf(readme, '`concurrency`')[1]).toContain('from 1 to 40');
    expect([0, 1, 40, 41].map((concurrency) => takes({ concurrency }))).toEqual([false, true, true, false]);
    expect(rowOf(readme, '`leadTime`')[1]).toContain('`P3650D`');
    expect(['P3650D', 'P3651D'].map((leadTime) => takes({ leadTime }))).toEqual([true, false]);
    expect(rowOf(readme, '`soak`')[1]).toContain('at most `P350D`');
    expect(['P350D', 'P351D'].map((soak) => takes({ soak, leadTime: 'P400D' }))).toEqual([true, false]);
  });
});

describe('what needs more than Node', () => {
  const needsPython = Object.entries(about.scripts).flatMap(([name, script]) => {
    const [file] = /\S+\.ts$/.exec(script) ?? [];
    return file && /^Needs Python 3\.11/m.test(textOf(file)) ? [name] : [];
  });

  it('is said where somebody begins', () => {
    expect(needsPython.length).toBeGreaterThan(3);
    const [said = ''] = /^Only `npm run [\s\S]*? need more/m.exec(textOf('CONTRIBUTING.md')) ?? [];
    const named = [...said.matchAll(/`npm run\s([\w:]+)`/g)].map(([, name]) => name);
    expect(named.sort()).toEqual(needsPython.sort());
  });
});

it('a log group that goes with the stack is told where it is told what stays', () => {
  const stays = deployment.slice(
    deployment.indexOf('### What stays'),
    deployment.indexOf('## What it costs'),
  );
  const gone = Object.values(template.findResources('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete' })).map(
    ({ Properties }) => Properties.LogGroupName,
  );
  expect(gone).toEqual(['/aws/vendedlogs/states/windlass-globex']);
  expect(stays).toContain('`/aws/vendedlogs/states/windlass-acme`, goes with the stack');
});
