import { mkdtemp, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Organization } from '../../lib/config.ts';
import type { Template } from '../../lib/definition.ts';

// As deep as cdk.out: source maps name their files from where they are, and their digest is that of the function.
const NEAR = fileURLToPath(new URL('../../.windlass-doctor-', import.meta.url));

/** The template of one organization's stack as `cdk synth` makes it, in a directory that is gone afterwards. */
export async function synthesizedTemplate(name: string, organization: Organization): Promise<Template> {
  const outdir = await mkdtemp(NEAR);
  try {
    // The CDK takes seconds to load: only who has a stack to compare with waits for it.
    const { buildApp } = await import('../../lib/app.ts');
    const [stack] = buildApp({ organizations: { [name]: organization } }, { outdir }).synth().stacks;
    return stack?.template as Template;
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}
