import { randomBytes } from 'node:crypto';
import type { SimulatedServices } from '../../rehearsal/simulated-services.ts';
import type { Interceptions } from '../../simulation/served/interceptions.ts';
import type { SimulatedOrganization } from '../../simulation/world/simulated-organization.ts';
import { entry, fileOf } from '../simulation/inventory/inventories.ts';
import { adminKeyOf, clientSecret, current, echo, refusal, sentBy } from './echoes.ts';
import { ADMIN_SECRET, crashes, eachOnce, type Struck, survived } from './everything-once.ts';

/** One execution of the machine: how it starts, what disturbs it, and how it has to end. */
export type Act = {
  name: string;
  request?: object;
  /** Changes the account before the act. Returns a function that changes it back. */
  before?: (services: SimulatedServices) => () => void;
  intercept?: (about: {
    services: SimulatedServices;
    organization: SimulatedOrganization;
    struck: Struck;
  }) => Interceptions;
  /** The error that it ends with, or null when it ends well. */
  ends: string | null;
};

/** The token that a token host gives, and that a host may write back. */
export const TOKEN = `eyJ${randomBytes(60).toString('base64url')}.${randomBytes(30).toString('base64url')}`;

const lines = ['amber', 'birch', 'cedar'];

/** Three lines with a successor each, and an anchor that cannot be rotated because it has no name. */
export const inventory = {
  ...fileOf(
    [
      ...lines.flatMap((name) => [
        entry(`cert_${name}_1`, `${name}@1`, { until: 28 }),
        entry(`cert_${name}_2`, `${name}@2`, { until: 400 }),
      ]),
      entry('cert_nameless', null, { until: 27 }),
    ],
    {
      organization: ['cert_cedar_1'],
      proj_amber: ['cert_amber_1'],
      proj_birch: ['cert_birch_1'],
      proj_nameless: ['cert_nameless'],
    },
  ),
  clients: [{ project: 'proj_amber', anchor: 'cert_amber_1', keyless: true }],
};

/** Puts another value into a secret for one act. */
const instead =
  (secret: string, environment: string, change: (value: string) => string): NonNullable<Act['before']> =>
  ({ secrets }) => {
    const { value = '', versionId = '' } = secrets.read(secret, environment) ?? {};
    secrets.put(secret, change(value), [environment]);
    return () => void secrets.put(secret, value, [environment], versionId);
  };

const emergency = (anchor: string) => ({
  mode: 'emergency',
  anchors: [anchor],
  reason: 'leaked',
  startedBy: 'ada',
});

export const acts: readonly Act[] = [
  {
    name: 'the admin key is refused, and written back',
    intercept: ({ services }) => ({
      api: () => refusal(401, adminKeyOf(services), echo(adminKeyOf(services))),
    }),
    ends: 'AdminKeyRefused',
  },
  {
    name: 'the admin secret is half of what it was',
    before: instead(ADMIN_SECRET, 'AWSCURRENT', (value) => value.slice(0, -5)),
    ends: 'SecretInvalid',
  },
  {
    name: 'the admin secret holds a certificate that its base URL cannot present',
    before: (services) =>
      instead(ADMIN_SECRET, 'AWSCURRENT', (value) =>
        JSON.stringify({ ...JSON.parse(current(services)), ...JSON.parse(value) }),
      )(services),
    ends: 'InvalidConfiguration',
  },
  {
    name: 'a client secret lacks a field and another is misspelt',
    before: instead(clientSecret, 'AWSPENDING', (value) => value.replace('"privateKey"', '"privatekey"')),
    ends: 'Blocked',
  },
  {
    name: 'the list is no JSON, and holds the key and a PEM',
    intercept: ({ services, organization }) => ({
      api: ({ op }) => {
        if (op !== 'list') return undefined;
        const body = `{"data": [${echo(adminKeyOf(services))} ${organization.retrieve('cert_amber_1').pem}`;
        return new Response(body, { headers: { 'content-type': 'application/json' } });
      },
    }),
    ends: 'UnreadableAnswer',
  },
  {
    name: 'the API fails with a page that quotes the request',
    intercept: ({ services }) => ({
      api: ({ op }) =>
        op === 'projects' ? new Response(`<html>${echo(adminKeyOf(services))}`, { status: 500 }) : undefined,
    }),
    ends: 'ApiUnavailable',
  },
  {
    name: 'an activation is refused with the PEM of the anchor',
    intercept: ({ services, organization }) => ({
      api: ({ op }) =>
        op === 'activate'
          ? refusal(
              400,
              'mtls_certificate_invalid',
              echo(organization.retrieve('cert_amber_2').pem ?? '', adminKeyOf(services)),
            )
          : undefined,
    }),
    ends: 'ApiRefused',
  },
  {
    name: 'Secrets Manager fails with what it should have kept',
    intercept: ({ services }) => ({
      aws: ({ service }) =>
        service === 'secretsmanager'
          ? Response.json(
              { __type: 'InternalServiceError', Message: echo(current(services)) },
              { status: 500 },
            )
          : undefined,
    }),
    ends: 'SecretUnavailable',
  },
  {
    name: 'a host refuses the clients’ keys, and writes back all that it was sent',
    intercept: ({ services }) => ({
      traffic: ({ probe, scope }) =>
        probe ? refusal(401, 'invalid_api_key', echo(...sentBy(services, scope))) : undefined,
    }),
    ends: 'ProbeRefused',
  },
  {
    name: 'a token host refuses, and writes back the leaf, an older token and one of the like',
    intercept: ({ services }) => ({
      tokens: ({ probe, scope }) =>
        probe
          ? Response.json(
              {
                access_token: TOKEN,
                error: 'invalid_grant',
                error_description: echo(TOKEN, ...sentBy(services, scope ?? '')),
              },
              { status: 500 },
            )
          : undefined,
    }),
    ends: 'ProbeInconclusive',
  },
  {
    name: 'a host refuses a keyless client’s token, and writes it back with all that it was sent',
    intercept: ({ services }) => ({
      traffic: ({ probe, scope }) =>
        probe && scope === 'proj_amber'
          ? refusal(401, 'token_expired', echo(TOKEN, ...sentBy(services, scope)))
          : undefined,
      // The host writes back the token that the token host has given.
      tokens: ({ probe }) =>
        probe
          ? Response.json({
              ...{ access_token: TOKEN, token_type: 'Bearer', expires_in: 3_600 },
              issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
            })
          : undefined,
    }),
    ends: 'NotEnforced',
  },
  {
    name: 'nothing can be proven after the cut: undone, and halted',
    request: { mode: 'manual', reason: 'drill' },
    intercept: ({ services, organization }) => ({
      traffic: ({ probe, scope }) =>
        probe && organization.changes.some(({ active, by }) => !active && by === 'windlass')
          ? refusal(401, 'certificate_verification_failed', echo(...sentBy(services, scope)))
          : undefined,
    }),
    ends: 'ProbeInconclusive',
  },
  {
    name: 'an emergency with every fault on its way',
    request: emergency('cert_birch_1'),
    intercept: ({ struck }) => eachOnce(survived, struck),
    // Each failure is tried again, and nothing is left of it.
    ends: null,
  },
  {
    name: 'functions that die in the middle of everything',
    request: { mode: 'manual', startedBy: 'ada' },
    intercept: ({ struck }) => eachOnce(crashes, struck),
    ends: 'Runtime.ExitError',
  },
  { name: 'a rotation of what the crash left', ends: null },
  { name: 'a rotation of the rest', ends: null },
  { name: 'nothing but what is blocked, which has been said', ends: null },
];
