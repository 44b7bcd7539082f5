import type { AwsCall } from '../served/aws-endpoints.ts';
import type { Interception } from '../served/interception.ts';
import type { Interceptions } from '../served/interceptions.ts';
import { type FaultyOp, faultyOpOf } from '../world/fault-kinds.ts';
import type { Dialect } from './fault-answers.ts';

/** One call of a function in the words of a faults file. */
export type FunctionCall = { op: FaultyOp; scope?: string | undefined };

type OnCall = (call: FunctionCall, dialect: Dialect) => Promise<Interception> | Interception;

/**
 * Interceptions that tell of every call of a function, wherever it goes; `projectOf`
 * gives the project of a secret.
 */
export const interceptAll = (
  onCall: OnCall,
  projectOf: (secret: unknown) => string | undefined,
): Interceptions => ({
  api(call) {
    const op = faultyOpOf(call.op);
    return op && onCall({ op, scope: call.scope }, 'openai');
  },
  traffic: ({ scope, probe }) => (probe ? onCall({ op: 'probe', scope }, 'openai') : undefined),
  tokens: ({ scope, probe }) => (probe ? onCall({ op: 'exchange', scope }, 'openai') : undefined),
  aws({ service, body }) {
    const scope = service === 'secretsmanager' ? projectOf(body.SecretId) : undefined;
    return onCall({ op: awsOps[service], scope }, 'aws');
  },
  table: () => onCall({ op: 'lease' }, 'aws'),
  objects: () => onCall({ op: 'manifest' }, 'aws'),
});

const awsOps: Record<AwsCall['service'], FaultyOp> = {
  secretsmanager: 'secret',
  scheduler: 'schedule',
  events: 'event',
  // Whether the lease's holder still runs is a question about the lease.
  states: 'lease',
};
