import type { WireCall } from '../../simulation/in-process/wire.ts';

/** How long everything takes, in milliseconds of virtual time. */
export type Latencies = {
  api: number;
  probe: number;
  /** Secrets Manager, DynamoDB, S3 and the scheduler. */
  aws: number;
  warm: number;
  /** Each instance that runs at the same time as others is cold once. */
  cold: number;
  transition: number;
  mapRun: number;
};

/** Calls of AWS. Every other call that is not a probe is a call of the API. */
export const AWS: Partial<Record<WireCall['op'], true>> = {
  ...{
    secret: true,
    lease: true,
    journal: true,
    manifest: true,
    survey: true,
    schedule: true,
    executions: true,
  },
};

/** How long one call takes. */
export const latencyOf = ({ op }: WireCall, { api, probe, aws }: Latencies): number =>
  op === 'probe' ? probe : op in AWS ? aws : api;
