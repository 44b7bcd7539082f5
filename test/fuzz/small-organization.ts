import { beforeAll, onTestFinished } from 'vitest';
import { openaiCertificates } from '../../lambdas/adapters/openai/certificates.ts';
import { secretsManager } from '../../lambdas/adapters/secrets/secrets.ts';
import { dynamoJournal } from '../../lambdas/adapters/table/journal.ts';
import { dynamoLeases } from '../../lambdas/adapters/table/lease.ts';
import { tableNamed } from '../../lambdas/adapters/table/table.ts';
import { dynamoVerdicts } from '../../lambdas/adapters/table/verdicts.ts';
import { createAuthority } from '../../simulation/certificates/pki.ts';
import { inProcessRunEvents } from '../../simulation/in-process/run-events.ts';
import { directWire } from '../../simulation/in-process/wire.ts';
import { serveCertificatesApi } from '../../simulation/served/certificates-api.ts';
import type { Interception } from '../../simulation/served/interception.ts';
import { startTableEndpoint } from '../../simulation/served/table-endpoint.ts';
import type { ApiOperation } from '../../simulation/world/call-log.ts';
import { createEventStore } from '../../simulation/world/event-store.ts';
import { createOrganization } from '../../simulation/world/organization.ts';
import { awsAccount, clientSettings } from '../adapters/aws-account.ts';
import type { Wire } from './wire.ts';

/** The present, in Unix seconds. */
export const NOW = Math.floor(Date.now() / 1000);
const DAY = 86_400;
const validity = { notBefore: NOW - 30 * DAY, notAfter: NOW + 400 * DAY };
/** The PEM of every anchor here. */
export const pem = (await createAuthority({ name: 'acme', ...validity })).pem;

let table: ReturnType<typeof tableNamed>;
beforeAll(async () => {
  const endpoint = await startTableEndpoint();
  await endpoint.create('windlass');
  table = tableNamed('windlass', clientSettings(endpoint.url));
  return endpoint.close;
});

const asResponse = (wire: Wire): Interception => {
  if ('raw' in wire || wire.status < 200) return 'reset';
  const body = [204, 205, 304].includes(wire.status) ? null : new Uint8Array(Buffer.from(wire.body));
  return new Response(body, { status: wire.status, headers: wire.headers });
};

/**
 * The anchors of the only project: the name, the days until the expiry, and whether it is active at first.
 */
const anchors = {
  cert_old: ['acme@1', 5, true],
  cert_new: ['acme@2', 300, false],
  cert_other: ['globex@1', 300, true],
} as const;

/**
 * An organization whose old anchor is due in its project. `answer` makes its API give one call of `op`
 * another answer.
 */
export async function smallOrganization() {
  const organization = createOrganization({ now: () => NOW, projects: [{ id: 'proj_a', name: null }] });
  for (const [id, [name, days, active]] of Object.entries(anchors))
    organization.seed(
      { id, name, createdAt: NOW, validAt: NOW - DAY, expiresAt: NOW + days * DAY, pem },
      active ? ['proj_a'] : [],
    );
  let instead: { op: ApiOperation; wire: Wire } | undefined;
  const api = await serveCertificatesApi({
    organization,
    adminKeys: { 'sk-admin': 'windlass' },
    intercept: ({ op }) => {
      if (instead?.op !== op) return undefined;
      const { wire } = instead;
      instead = undefined;
      return asResponse(wire);
    },
  });
  onTestFinished(api.close);
  const credential = async () => ({ apiKey: 'sk-admin' });
  const ports = {
    certificates: openaiCertificates({ baseURL: api.url, credential, maxRetries: 0 }),
    journal: dynamoJournal(table),
    leases: dynamoLeases(table, { running: async () => false }, () => NOW),
    verdicts: dynamoVerdicts(table),
    secrets: secretsManager((await awsAccount()).secretsManager),
    hold: [],
    metrics: { emit() {} },
    events: inProcessRunEvents(createEventStore(), directWire),
    clock: () => NOW,
  };
  return {
    ports,
    changes: () => organization.changes.filter(({ by }) => by === 'windlass'),
    /** Puts the project into the overlap, or back to the state before it. */
    set(overlap: boolean) {
      organization.toggle('proj_a', 'activate', ['cert_old'], 'outsider');
      organization.toggle('proj_a', overlap ? 'activate' : 'deactivate', ['cert_new'], 'outsider');
    },
    answer(op: ApiOperation, wire: Wire) {
      instead = { op, wire };
    },
  };
}

/** The project's listing as the API sends it, before or after the activation of the successor. */
export const listing = (overlap: boolean) => ({
  object: 'list',
  data: Object.entries(anchors).map(([id, [name, days, active]]) => ({
    object: 'organization.project.certificate',
    id,
    name,
    created_at: NOW,
    certificate_details: { valid_at: NOW - DAY, expires_at: NOW + days * DAY },
    active: active || overlap,
  })),
  has_more: false,
});
