import type { InvocationRecord } from '../../log/invocation-record.ts';
import { hostsAnswering } from '../../organizations/hosts-answering.ts';
import { AUTH_HOST } from '../../world/workload-identities.ts';
import type { JudgeContext } from '../watch.ts';

/** Whether a verdict is a refusal of the leaf that was shown. */
export const isNo = (verdict: string): boolean =>
  !['accepted', 'inconclusive', 'certificate_required'].includes(verdict);

type Probe = InvocationRecord['probes'][number];

/** The probes in which a client's leaf was shown. */
export const shownBy = (client: string, probes: readonly Probe[]): Probe[] =>
  probes.filter(({ leaf }) => leaf.startsWith(`${client} `));

/** The anchors that have issued the leaf which a client showed in a probe. */
export const issuersShown = (
  client: string,
  { leaf }: Pick<Probe, 'leaf'>,
  { rules }: Pick<JudgeContext, 'rules'>,
): readonly string[] => rules.issuersOf(leaf.slice(client.length + 1));

/** Whether a look has seen every host, or the token host, refuse a client. */
export function isTurnedAway(
  client: string,
  { probes }: Pick<InvocationRecord, 'probes'>,
  { scenario }: Pick<JudgeContext, 'scenario'>,
): boolean {
  const own = shownBy(client, probes);
  const saysNo = (host: string) => own.some((probe) => probe.host === host && isNo(probe.verdict));
  return saysNo(AUTH_HOST) || hostsOf(client, scenario).every(saysNo);
}

/**
 * Whether an invocation is a verification. A look before an activation is none: a client that is
 * outside by then proves nothing.
 */
export const isVerification = ({ step, input }: Pick<InvocationRecord, 'step' | 'input'>): boolean =>
  step === 'verify' && Object(input).moment !== 'beforehand';

/** The verifications of one execution. */
export const looksOf = (execution: string, { replay }: JudgeContext): InvocationRecord[] =>
  [...replay.state.invocations.values()].filter(
    (seen) => seen.execution === execution && isVerification(seen),
  );

/** The name under which probes show a version of a client's secret. */
export const nameOf = (client: string, version: string | null): string =>
  `${client} ${version?.split('#')[0]}`;

/**
 * Where a client has to get in: on every host that answers its project, and a keyless client
 * at the token host as well (F17).
 */
export function doorsOf(client: string, scenario: JudgeContext['scenario']): readonly string[] {
  const hosts = hostsOf(client, scenario);
  return scenario.clients.some(({ name, keyless }) => name === client && keyless)
    ? [...hosts, AUTH_HOST]
    : hosts;
}

const hostsOf = (client: string, scenario: JudgeContext['scenario']): readonly string[] =>
  hostsAnswering(scenario.clients.find(({ name }) => name === client)?.project ?? '', scenario);

/**
 * Whether a control was refused: on a host for want of a certificate, at the token host under any name (I8).
 */
export const isRefusedControl = ({ host, leaf, verdict }: Probe): boolean =>
  leaf === 'control' &&
  (host === AUTH_HOST ? !['accepted', 'inconclusive'].includes(verdict) : verdict === 'certificate_required');

/** Whether one and the same look saw the leaf accepted on a host and the control refused there (I8). */
export const proven = (
  looks: readonly InvocationRecord[],
  { project, leaf, also = [] }: { project: string; leaf: string; also?: readonly string[] },
  host: string,
): boolean =>
  looks.some(({ probes }) => {
    const here = probes.filter((probe) => probe.host === host && probe.project === project);
    return (
      here.some((probe) => [leaf, ...also].includes(probe.leaf) && probe.verdict === 'accepted') &&
      here.some(isRefusedControl)
    );
  });
