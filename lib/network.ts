import { ArnFormat, type Stack, Validations } from 'aws-cdk-lib';
import { Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { CfnFunction, type Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { Organization } from './config.ts';
import { needsOf, type Step } from './steps.ts';

/** What Lambda does with the interfaces by which a function is in a subnet. AWS names no resources for most of it. */
const INTERFACES = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** True for a step that calls the vendor, by whose side its address may have to be known. */
const callsVendor = (step: Step): boolean => Boolean(needsOf(step).admin || needsOf(step).hosts);

/** What lets Lambda put a step's function into the organization's subnets, and the function's own code do nothing of it. */
export function networkStatements(
  stack: Stack,
  { step, functionName, vpc }: { step: Step; functionName: string; vpc: Organization['vpc'] },
): PolicyStatement[] {
  if (!vpc || !callsVendor(step)) return [];
  const itself = stack.formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: functionName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const every = { actions: INTERFACES, resources: ['*'] };
  return [
    new PolicyStatement(every),
    new PolicyStatement({
      ...every,
      effect: Effect.DENY,
      conditions: { ArnEquals: { 'lambda:SourceFunctionArn': itself } },
    }),
  ];
}

/**
 * Puts the function of a step that calls the vendor into the organization's subnets, so that its calls come from an address that
 * the vendor's side knows. The others reach AWS alone, and stay where Lambda has them.
 */
export function intoNetwork(lambda: Lambda, role: Role, step: Step, { vpc }: Organization): void {
  if (!vpc || !callsVendor(step)) return;
  const { subnetIds, securityGroupIds } = vpc;
  const resource = lambda.node.defaultChild;
  if (!(resource instanceof CfnFunction)) throw new Error(`${lambda.node.path} is no function`);
  resource.vpcConfig = { subnetIds, securityGroupIds };
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason:
      'Lambda makes the interfaces of the subnets, which have no names before. The code of the function is denied all of it.',
  });
}
