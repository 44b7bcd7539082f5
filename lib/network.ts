import { ArnFormat, type Stack, Validations } from 'aws-cdk-lib';
import { Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { CfnFunction, type Function as Lambda } from 'aws-cdk-lib/aws-lambda';
import type { Organization } from './config.ts';
import { needsOf, type Step } from './steps.ts';

/**
 * What Lambda does with the network interfaces of a function in a subnet. For most of these actions AWS has
 * no resources to name.
 */
const INTERFACES = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/** Whether a step calls the vendor, whose side may admit known addresses only. */
const callsVendor = (step: Step): boolean => Boolean(needsOf(step).admin || needsOf(step).hosts);

/**
 * The statements that let Lambda put a step's function into the organization's subnets, and that deny the
 * same actions to the function's own code.
 */
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
 * Puts the function of a step that calls the vendor into the organization's subnets, so that its calls come
 * from an address that the vendor knows. The other functions call only AWS and stay outside.
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
