import type { WireCall } from '../../simulation/in-process/wire.ts';
import { serviceOf } from '../../simulation/world/fault-kinds.ts';

/** How long everything takes, in milliseconds of virtual time. */
export type Latencies = {
  api: number;
  probe: number;
  /** Secrets Manager, DynamoDB, S3, the scheduler and the event bus. */
  aws: number;
  warm: number;
  /** Each instance that runs at the same time as others is cold once. */
  cold: number;
  transition: number;
  mapRun: number;
};

/** How long one call takes: one of the API, a call of a host, or one of AWS. */
export function latencyOf({ op }: WireCall, { api, probe, aws }: Latencies): number {
  const service = serviceOf[op];
  if (service === 'api') return api;
  return service === 'hosts' ? probe : aws;
}
