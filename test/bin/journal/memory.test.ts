import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoJournal } from '../../../lambdas/adapters/table/journal.ts';
import { tableNamed } from '../../../lambdas/adapters/table/table.ts';
import { startTableEndpoint, type TableEndpoint } from '../../../simulation/served/table-endpoint.ts';
import { windlass } from '../run.ts';
import { tableEnvironment } from '../table-environment.ts';
import { day } from './recorded-journal.ts';

const pair = { retiring: 'cert_old', successor: 'cert_new' };
const soak = { ...pair, provenAt: day(2), soakUntil: day(9) };
const begun = { ...pair, begunAt: day(1) };
const cut = { scope: 'proj_a', ...pair, cutAt: day(3), compromised: true };

let endpoint: TableEndpoint;
let env: Record<string, string>;
beforeAll(async () => {
  endpoint = await startTableEndpoint();
  env = tableEnvironment(endpoint.url);
  await endpoint.create('acme');
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  const journal = dynamoJournal(
    tableNamed('acme', { endpoint: endpoint.url, region: 'eu-west-1', credentials }),
  );
  await journal.rememberBegun([begun]);
  await journal.rememberSoaks([soak]);
  await journal.rememberCuts([cut]);
  await journal.rememberCompromised([{ anchorId: 'cert_bad' }]);
});
afterAll(() => endpoint.close());

describe('what the table remembers for the next run', () => {
  it('is told after the rotations: what is not proven, soaks, cuts not confirmed, compromised anchors', async () => {
    const { code, stdout } = await windlass(['history', '--table', 'acme'], env);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^No rotation is on record\.\n\nRemembered for the next run\n/);
    expect(stdout).toMatch(/not proven yet +cert_old → cert_new, begun 2026-11-01 09:00 UTC\n/);
    expect(stdout).toMatch(
      /soaking +cert_old → cert_new, proven 2026-11-02 09:00 UTC, until 2026-11-09 09:00 UTC\n/,
    );
    expect(stdout).toMatch(
      /cut, not confirmed +proj_a: cert_old → cert_new, cut 2026-11-03 09:00 UTC, compromised\n/,
    );
    expect(stdout).toMatch(/compromised +cert_bad\n$/);
  });

  it('is in the JSON as it is', async () => {
    const { stdout } = await windlass(['history', '--table', 'acme', '--json'], env);
    expect(JSON.parse(stdout).memory).toEqual({
      begun: [begun],
      soaks: [soak],
      cuts: [cut],
      compromised: ['cert_bad'],
    });
  });
});
