import { describe, expect, it } from 'vitest';
import { needsOf, steps } from '../../../lib/steps.ts';
import { type Statement, statementsOf, stepOf } from '../allowed.ts';
import { synthesized } from '../synthesized.ts';

const { templateOf } = synthesized();
const [acme, globex] = [templateOf('acme'), templateOf('globex')];

const networks = (template: typeof acme) =>
  Object.fromEntries(
    Object.values(template.Resources).flatMap(({ Type, Properties = {} }) =>
      Type === 'AWS::Lambda::Function'
        ? [[String(Properties.FunctionName).replace(/^windlass-[^-]+-/, ''), Properties.VpcConfig]]
        : [],
    ),
  );
const calling = steps.filter((step) => needsOf(step).admin || needsOf(step).hosts);
const onInterfaces = ({ Action }: Statement) => [Action].flat().includes('ec2:CreateNetworkInterface');

describe('an organization whose vendor side allows only known addresses', () => {
  it('has every function that calls the vendor in its subnets, and no other', () => {
    for (const step of steps)
      expect(networks(acme)[step], step).toEqual(
        calling.includes(step)
          ? { SubnetIds: ['subnet-0a1b2c3d', 'subnet-1a2b3c4d'], SecurityGroupIds: ['sg-0a1b2c3d'] }
          : undefined,
      );
  });

  it('lets Lambda make the interfaces of those functions, and denies it to their code', () => {
    const statements = statementsOf(acme).filter(onInterfaces);
    const stepsOf = (effect: string) =>
      statements.filter(({ Effect }) => Effect === effect).map(({ role }) => stepOf(acme, role));
    expect(stepsOf('Allow').sort()).toEqual(calling.toSorted());
    expect(stepsOf('Deny').sort()).toEqual(calling.toSorted());
    for (const { Effect, Condition } of statements)
      if (Effect === 'Deny')
        expect(JSON.stringify(Condition)).toMatch(/lambda:SourceFunctionArn.*:function:windlass-acme-/);
  });
});

it('an organization without a network is in none, and asks for nothing of it', () => {
  expect(Object.values(networks(globex)).filter(Boolean)).toEqual([]);
  expect(statementsOf(globex).filter(onInterfaces)).toEqual([]);
});
