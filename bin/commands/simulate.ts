import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { Command } from 'commander';
import { exitCodesHelp } from '../terminal/exit.ts';
import { jsonLineOf } from '../terminal/json.ts';

const MORE = `
It prints one JSON line when it is ready, and serves until Ctrl-C:
  {"schema", "apiBase", "mtlsBase", "adminKey", "caFile", "clients": [{"name", "project", "apiKey", "anchor",
  "certificateFile", "keyFile"}]}

Examples:
  windlass simulate > simulation.json &
  OPENAI_ADMIN_KEY=$(jq -r .adminKey simulation.json) \\
    windlass plan --base-url $(jq -r .apiBase simulation.json)
  curl --cacert CAFILE --cert CERTIFICATEFILE --key KEYFILE -H "Authorization: Bearer APIKEY" MTLSBASE/models

${exitCodesHelp({
  usage: 'usage or bad input',
  interrupted: 'stopped by Ctrl-C',
  terminated: 'stopped by SIGTERM',
})}`;

/** `windlass simulate`: the simulated organization alone, for curl or any real client. */
export function simulateCommand(): Command {
  return new Command('simulate')
    .description(
      'serve a simulated organization, its certificates API and its mutual-TLS host, until stopped',
    )
    .addHelpText('after', MORE)
    .action(simulate);
}

async function simulate(): Promise<void> {
  const { demandWritableFolder } = await import('../terminal/files.ts');
  await demandWritableFolder(tmpdir(), 'set TMPDIR to a folder where its keys may be written');
  const { interruptible } = await import('../terminal/interrupt.ts');
  const { serveSimulation } = await import('../../rehearsal/simulate.ts');
  await interruptible(async (signal) => {
    const { ready, close } = await serveSimulation();
    process.stdout.write(jsonLineOf(ready));
    if (!signal.aborted) await once(signal, 'abort');
    await close();
  });
}
