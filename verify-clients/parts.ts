import { join } from 'node:path';
import type { Checks } from '../deploy-local/checks.ts';
import { curlChecks } from './curl.ts';
import { heldToDescription } from './description.ts';
import { nodeKeyless } from './node-keyless.ts';
import { nodeFiltered, nodeRefusals, nodeTraffic } from './node-refusals.ts';
import { nodeSdk } from './node-sdk.ts';
import { opensslChecks } from './openssl.ts';
import { simulated } from './simulated.ts';
import { toldByScript } from './told-by-script.ts';
import type { Uploads } from './uploads.ts';
import { vendorNamesLedTo } from './vendor-names.ts';

/** What all parts have: the place of the virtual environment's programs, and files of this run. */
type Equipment = {
  programs: string;
  folder: string;
  uploads: Uploads;
  description: string | undefined;
};

type Part = (checks: Checks, equipment: Equipment) => Promise<unknown>;

/** Options of a simulation that allows one call a second, and whose admin key may change nothing. */
const FEW = ['--rate-limit', '60', '--without', 'write'];

/** Options of a simulation whose expiring anchor has a filter. */
const FILTERED = ['--filters', 'examples/filters.json'];

const pythonPart =
  (script: string): Part =>
  (checks, { programs, uploads }) =>
    simulated([], (ready) =>
      simulated(FEW, (few) =>
        simulated(FILTERED, (filtered) =>
          vendorNamesLedTo(ready, (proxy) => {
            const about = { ...ready, few, filtered, uploads, proxy };
            const path = join(import.meta.dirname, 'python', script);
            return toldByScript(checks, { program: join(programs, 'python'), script: path, about });
          }),
        ),
      ),
    );

/** The clients. Each has a simulation of its own, so that one client's changes do not affect another. */
export const parts: Readonly<Record<string, readonly Part[]>> = {
  python: [pythonPart('sdk.py'), pythonPart('refusals.py'), pythonPart('keyless.py'), pythonPart('tls.py')],
  node: [
    (checks, { uploads }) => simulated([], (ready) => nodeSdk(checks, ready, uploads)),
    (checks, { uploads }) =>
      simulated([], (ready) => simulated(FEW, (few) => nodeRefusals(checks, { ready, few, uploads }))),
    (checks, { uploads }) => simulated([], (ready) => nodeTraffic(checks, ready, uploads)),
    (checks) => simulated(FILTERED, (ready) => nodeFiltered(checks, ready)),
    (checks) =>
      simulated([], (ready) => vendorNamesLedTo(ready, (proxy) => nodeKeyless(checks, ready, proxy))),
  ],
  tls: [
    (checks, { folder }) => simulated([], (ready) => curlChecks(checks, ready, folder)),
    (checks, { folder }) => simulated([], (ready) => opensslChecks(checks, ready, folder)),
  ],
  description: [
    (checks, { programs, description, folder }) =>
      description === undefined
        ? Promise.resolve()
        : simulated([], (ready) =>
            heldToDescription(checks, ready, {
              program: join(programs, 'schemathesis'),
              description,
              folder,
            }),
          ),
  ],
};
