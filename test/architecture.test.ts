import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
const FILES = globSync(
  [
    '{bin,lib,lambdas,simulation,rehearsal,storm,exhaustive,bench,deploy-local,verify-clients,engines,account,linters}/**/*.ts',
  ],
  {
    cwd: ROOT,
  },
);

/**
 * Returns the layer of a file: `steps` for the files right below `lambdas`, `clock`, and otherwise its
 * folder. The folder has two names in `bin`, `lambdas` and `simulation`.
 */
function layerOf(file: string): string {
  const [top = '', folder = '', ...rest] = file.split('/');
  if (file === 'lambdas/clock.ts') return 'clock';
  if (top === 'lambdas' && rest.length === 0) return 'steps';
  if (['bin', 'lambdas', 'simulation'].includes(top) && rest.length > 0) return `${top}/${folder}`;
  return top;
}

/** Which layers a layer may import. A layer may always import itself. */
const ARROWS: Record<string, string> = {
  // What is deployed. The clock itself imports nothing, and nothing here reads the CDK.
  clock: '',
  'lambdas/domain': '',
  'lambdas/adapters': 'lambdas/domain clock',
  steps: 'lambdas/adapters lambdas/domain clock',
  lib: 'lambdas/domain',
  // The simulation, from layers without imports to those with the most.
  'simulation/time': '',
  'simulation/chance': '',
  'simulation/world': 'simulation/chance lambdas/domain',
  'simulation/inventory': 'simulation/certificates simulation/workloads lambdas/domain',
  'simulation/certificates': 'simulation/world',
  'simulation/functions': 'simulation/time',
  'simulation/served': 'simulation/certificates simulation/world lambdas/domain',
  'simulation/in-process': 'simulation/certificates simulation/world lambdas/adapters lambdas/domain clock',
  'simulation/workloads': 'simulation/served simulation/time lambdas/domain',
  'simulation/organizations':
    'simulation/certificates simulation/chance simulation/in-process simulation/inventory simulation/workloads simulation/world lambdas/adapters lambdas/domain',
  'simulation/log':
    'simulation/in-process simulation/organizations simulation/time simulation/world lambdas/domain',
  'simulation/faults':
    'simulation/chance simulation/functions simulation/in-process simulation/log simulation/organizations simulation/served simulation/time simulation/world lib lambdas/domain',
  'simulation/machine': 'simulation/chance simulation/log simulation/time simulation/world lib',
  'simulation/judges':
    'simulation/faults simulation/log simulation/organizations simulation/world lib lambdas/domain',
  // The runners. Only the storm runs the steps themselves. All others run what the bundler has made of them.
  rehearsal: 'simulation/* lib lambdas/domain',
  storm: 'simulation/* lib steps lambdas/domain',
  exhaustive: 'rehearsal simulation/* bin/terminal lib lambdas/domain',
  // Figures of size need the steps themselves: a thousand bundles at once would measure this machine.
  bench: 'rehearsal storm simulation/* bin/terminal lib lambdas/domain',
  'deploy-local': 'rehearsal simulation/certificates bin/terminal lib',
  'verify-clients': 'deploy-local rehearsal simulation/certificates simulation/served bin/terminal',
  // The machine on another engine, with a rehearsal's functions behind it.
  engines: 'deploy-local rehearsal simulation/* bin/terminal lib lambdas/domain',
  account: 'deploy-local bin/terminal lib',
  linters: 'deploy-local bin/terminal lib',
  // The command line.
  'bin/terminal': 'lambdas/domain',
  'bin/account': 'lib lambdas/adapters lambdas/domain',
  'bin/journal': 'bin/account bin/terminal lambdas/adapters lambdas/domain',
  'bin/execution': 'bin/account bin/terminal lib lambdas/adapters lambdas/domain',
  'bin/status': 'bin/account bin/execution bin/journal bin/terminal lambdas/adapters lambdas/domain',
  'bin/stop': 'bin/account bin/execution bin/journal bin/status bin/terminal lambdas/adapters lambdas/domain',
  'bin/doctor':
    'bin/account bin/journal bin/organization bin/status bin/terminal lib lambdas/adapters lambdas/domain',
  'bin/organization': 'bin/terminal simulation/inventory lib lambdas/adapters lambdas/domain',
  'bin/preview':
    'bin/account bin/execution bin/journal bin/organization bin/terminal lib lambdas/adapters lambdas/domain',
  'bin/rehearsal':
    'bin/execution bin/organization bin/terminal rehearsal simulation/faults simulation/inventory simulation/log simulation/organizations simulation/served lambdas/domain',
  'bin/commands':
    'bin/account bin/doctor bin/execution bin/journal bin/organization bin/preview bin/rehearsal bin/status bin/stop bin/terminal rehearsal simulation/served simulation/world lib lambdas/domain',
  bin: 'bin/commands bin/terminal lib lambdas/domain',
};

const imports = FILES.flatMap((file) =>
  [...readFileSync(join(ROOT, file), 'utf8').matchAll(/(?:\bfrom|\bimport|\bURL)\s*\(?\s*'([^']+)'/g)].map(
    ([, to = '']) => ({ file, to }),
  ),
);
const ours = imports
  .filter(({ to }) => to.startsWith('.'))
  .map(({ file, to }) => ({ file, to: normalize(join(dirname(file), to)) }))
  .filter(({ to }) => to.endsWith('.ts'));

function mayImport(from: string, to: string): boolean {
  if (from === to) return true;
  const allowed = (ARROWS[from] ?? '').split(' ');
  return allowed.includes(to) || allowed.includes(`${to.split('/')[0]}/*`);
}

/** Returns the groups of two or more that import each other, directly or not (Tarjan). */
function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (node: string): number => {
    const index = order.size;
    order.set(node, index);
    stack.push(node);
    let low = index;
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) low = Math.min(low, visit(next));
      else if (stack.includes(next)) low = Math.min(low, order.get(next) ?? low);
    }
    lowest.set(node, low);
    if (low === index) {
      const circle = stack.splice(stack.indexOf(node));
      if (circle.length > 1) circles.push(circle);
    }
    return low;
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return circles;
}

describe('the layers', () => {
  it('are all named', () => {
    expect([...new Set(FILES.map(layerOf))].filter((layer) => !(layer in ARROWS))).toEqual([]);
  });

  it('import along the arrows and no others', () => {
    const wrong = ours.filter(({ file, to }) => !mayImport(layerOf(file), layerOf(to)));
    expect(wrong).toEqual([]);
  });

  it('have no arrow that nothing uses', () => {
    const used = new Set(ours.map(({ file, to }) => `${layerOf(file)} ${layerOf(to)}`));
    const unused = Object.entries(ARROWS).flatMap(([from, arrows]) =>
      arrows
        .split(' ')
        .filter((to) => to !== '' && !to.endsWith('/*') && !used.has(`${from} ${to}`))
        .map((to) => `${from} -> ${to}`),
    );
    expect(unused).toEqual([]);
  });

  it('have no circle, of files or of layers', () => {
    const files = Map.groupBy(ours, ({ file }) => file);
    expect(circlesOf(new Map([...files].map(([file, all]) => [file, all.map(({ to }) => to)])))).toEqual([]);
    const layers = Map.groupBy(
      ours.filter(({ file, to }) => layerOf(file) !== layerOf(to)),
      ({ file }) => layerOf(file),
    );
    expect(
      circlesOf(new Map([...layers].map(([layer, all]) => [layer, all.map(({ to }) => layerOf(to))]))),
    ).toEqual([]);
  });

  it('keep every folder to what a reader can take in: 2 to 20 files', () => {
    const folders = Map.groupBy(FILES, dirname);
    expect([...folders].filter(([, files]) => files.length < 2 || files.length > 20)).toEqual([]);
  });

  it('keep the domain to zod', () => {
    const packages = imports.filter(
      ({ file, to }) => layerOf(file) === 'lambdas/domain' && !to.startsWith('.'),
    );
    expect([...new Set(packages.map(({ to }) => to))]).toEqual(['zod']);
  });

  it('keep the CDK out of everything that is deployed', () => {
    expect(
      imports.filter(
        ({ file, to }) => file.startsWith('lambdas/') && /^(aws-cdk-lib|constructs|cdk-nag)/.test(to),
      ),
    ).toEqual([]);
  });

  it('keep the clock, the process and the network out of the domain', () => {
    const impure = FILES.filter((file) => layerOf(file) === 'lambdas/domain').filter((file) =>
      /\bprocess\.|\bDate\.now|new Date\(\)|\bfetch\(|Math\.random/.test(
        readFileSync(join(ROOT, file), 'utf8'),
      ),
    );
    expect(impure).toEqual([]);
  });
});
