import { questions } from './questions.ts';
import { stackTemplate } from './stack-template.ts';

/** What will be made, asked and removed, shown to a person before it is done. */
export function intention(region: string, stackName: string): string {
  const resources = Object.entries(stackTemplate.Resources).map(([id, { Type }]) => `  ${Type} ${id}`);
  return [
    `In the account of your AWS credentials, region ${region}, this makes the stack ${stackName}:`,
    ...resources,
    'runs its machine once, and asks:',
    ...questions.map(({ id, what }) => `  ${id}: ${what}`),
    'Then it empties the bucket and removes the stack, also when something fails. Beside that it puts one event of its own on the default event bus, and touches nothing else. It costs less than a cent.',
  ].join('\n');
}
