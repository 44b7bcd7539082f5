import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { WindlassError } from '../../lambdas/domain/errors.ts';
import type { Configuration } from '../../lib/config.ts';
import type { Template } from '../../lib/definition.ts';
import { exit } from '../terminal/exit.ts';
import { reasonOf } from '../terminal/reason.ts';

// As deep as cdk.out: source maps name their files from where they are, and their digest is that of the function.
const NEAR = fileURLToPath(new URL('../../.windlass-doctor-', import.meta.url));

/**
 * The template of one organization's stack as `cdk synth` makes it, in a directory that is gone afterwards. Throws `InvalidInput`
 * where nothing can be written.
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
    // The CDK takes seconds to load: only who has a stack to compare with waits for it.
    const { buildApp } = await import('../../lib/app.ts');
    const [stack] = buildApp(configuration, { outdir, only: name }).synth().stacks;
    return stack?.template as Template;
  } finally {
    // The synthesis lets nothing else run: a signal that came meanwhile is heard in the next turn.
    await setImmediate();
    await setImmediate();
    process.off('SIGINT', stop).off('SIGTERM', stop);
    remove();
  }
}
