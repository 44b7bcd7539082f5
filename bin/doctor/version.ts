import { isDeepStrictEqual } from 'node:util';
import { firstFew } from '../../lambdas/domain/first-few.ts';
import type { Configuration } from '../../lib/config.ts';
import type { Template } from '../../lib/definition.ts';
import type { Machine } from '../account/machine.ts';
import { stackNameOf } from '../account/stack-outputs.ts';
import { plural } from '../terminal/dates.ts';
import { deployedTemplate } from './deployed.ts';
import { attempted, type Finding, ok, unchecked, warning } from './finding.ts';

/** Returns the template that would be deployed from here now. */
export type Synthesize = (name: string, configuration: Configuration) => Promise<Template>;

/**
 * Checks whether the deployed stack is what this configuration and this code would deploy, by comparing the
 * two templates.
 */
export function examineVersion(
  name: string,
  {
    configuration,
    machine,
    synthesize,
  }: { configuration: Configuration; machine: Machine; synthesize: Synthesize },
): Promise<Finding[]> {
  const about = { check: 'version' as const, subject: stackNameOf(name) };
  const mayRead =
    'Use credentials that may cloudformation:GetTemplate, in a checkout that can be written to.';
  return attempted(about, mayRead, async () => {
    const deployed = templateIn(await deployedTemplate(name, machine));
    if (!deployed)
      return [unchecked(about, 'its template is not JSON', `Look with npx cdk diff ${stackNameOf(name)}.`)];
    const changes = differences(deployed, asCloudFormationKeepsIt(await synthesize(name, configuration)));
    if (changes.length === 0)
      return [
        ok(about, 'the template, with the digest of every function, is what this checkout would deploy'),
      ];
    return [
      warning(
        about,
        `${plural(changes.length, 'resource')} would change: ${firstFew(changes, 4).join(', ')}`,
        `npx cdk diff ${stackNameOf(name)} shows more; npm run deploy deploys what is here.`,
      ),
    ];
  });
}

/**
 * The resources that differ, each with the properties that differ. The CDK's metadata about itself is left
 * out.
 */
export function differences(deployed: Template, here: Template): string[] {
  const ids = [...new Set([...Object.keys(deployed.Resources), ...Object.keys(here.Resources)])].sort();
  return ids.flatMap((id) => {
    const [was, is] = [deployed.Resources[id], here.Resources[id]];
    if ((was ?? is)?.Type === 'AWS::CDK::Metadata') return [];
    if (!was) return [`${id} (not deployed)`];
    if (!is) return [`${id} (not here)`];
    const [before, after] = [was.Properties ?? {}, is.Properties ?? {}];
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
      (key) => !isDeepStrictEqual(before[key], after[key]),
    );
    return keys.length > 0 ? [`${id} (${keys.join(', ')})`] : [];
  });
}

/** CloudFormation returns a template with a question mark for every character that is not ASCII. */
const asCloudFormationKeepsIt = (template: Template): Template =>
  JSON.parse(JSON.stringify(template).replaceAll(/[^\0-\x7f]/gu, '?'));

function templateIn(text: string): Template | null {
  try {
    const template: Template = JSON.parse(text.replaceAll(/[^\0-\x7f]/gu, '?'));
    return typeof template.Resources === 'object' ? template : null;
  } catch {
    return null;
  }
}
