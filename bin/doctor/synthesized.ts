import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import type { Configuration } from '../../lib/config.ts';
import type { Template } from '../../lib/definition.ts';
import { exit } from '../terminal/exit.ts';
import { reasonOf } from '../terminal/reason.ts';

// This path has the same depth as `cdk.out`. Source maps name their files relative to their own place, and
// the function's digest covers the source map.
const NEAR = fileURLToPath(new URL('../../.windlass-doctor-', import.meta.url));

/**
 * The template of one organization's stack as `cdk synth` makes it, in a directory that is removed
 * afterwards. Throws `InvalidInput` when that directory cannot be created.
 */
export async function synthesizedTemplate(name: string, configuration: Configuration): Promise<Template> {
  const outdir = await mkdtemp(NEAR).catch((error) => {
    throw new WindlassError('InvalidInput', `cannot synthesize beside cdk.json: ${reasonOf(error)}`);
  });
  const remove = () => rmSync(outdir, { recursive: true, force: true });
  const stop = () => {
    remove();
    process.exit(exit.interrupted);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    // Loading the CDK takes seconds, so it is loaded only when there is a stack to compare with.
    const { buildApp } = await import('../../lib/app.ts');
    const [stack] = buildApp(configuration, { outdir, only: name }).synth().stacks;
    return stack?.template as Template;
  } finally {
    // The synthesis blocks the event loop. A signal that came meanwhile is delivered in the next turn, before
    // the handlers are removed.
    await setImmediate();
    await setImmediate();
    process.off('SIGINT', stop).off('SIGTERM', stop);
    remove();
  }
}
