import { Command } from 'commander';
import { ADMIN_ENVIRONMENT, type AdminOptions, addAdminOptions } from '../organization/admin.ts';
import { exitCodesHelp } from '../terminal/exit.ts';
import { jsonOf } from '../terminal/json.ts';

type Options = AdminOptions & { output: string };

const MORE = `
Examples:
  OPENAI_ADMIN_KEY=… windlass export --output inventory.json
  windlass rehearse --inventory inventory.json

The file holds the API's own lists, all pages of each: ids, names, times and what is active where.
It holds no certificate and no key. It is written whole or not at all.

Environment:
${ADMIN_ENVIRONMENT}

${exitCodesHelp({
  ok: 'written',
  usage: 'usage or bad input; the admin key was refused; the API did not answer',
})}`;

/** `windlass export`: an inventory file from the API. Read-only. */
export function exportCommand(): Command {
  const command = new Command('export').description(
    'write an inventory file from the API, to rehearse on; read-only',
  );
  return addAdminOptions(command)
    .option('--output <file>', 'where to write it; - is stdout', '-')
    .addHelpText('after', MORE)
    .action(exportInventory);
}

async function exportInventory(options: Options): Promise<void> {
  const { demandWritable, writeWhole } = await import('../terminal/files.ts');
  if (options.output !== '-') await demandWritable('inventory', options.output);
  const { readAdminCredential } = await import('../organization/admin.ts');
  const credential = await readAdminCredential(options);
  const { exportFrom } = await import('../organization/inventory-export.ts');
  const inventory = await exportFrom(options.baseUrl, credential);
  await writeWhole('inventory', options.output, jsonOf(inventory));
  if (options.output !== '-') process.stderr.write(`windlass: inventory written to ${options.output}\n`);
}
