import type { AwsCall } from '../served/aws-endpoints.ts';
import type { Interception } from '../served/interception.ts';
import type { Interceptions } from '../served/interceptions.ts';
import type { ApiOperation } from '../world/call-log.ts';
import type { Dialect } from './fault-answers.ts';
import type { CallFault } from './fault-file.ts';

/** One call of a function in the words of a faults file. */
export type FunctionCall = { op: CallFault['op']; scope?: string | undefined };

type OnCall = (call: FunctionCall, dialect: Dialect) => Promise<Interception> | Interception;

/** Interceptions that tell of every call a function makes, wherever it goes; `projectOf` knows whose a secret is. */
export const interceptAll = (
  onCall: OnCall,
  projectOf: (secret: unknown) => string | undefined,
): Interceptions => ({
  api(call) {
    const op = apiOps[call.op];
    return op && onCall({ op, scope: call.scope }, 'openai');
  },
  traffic: ({ scope, probe }) => (probe ? onCall({ op: 'probe', scope }, 'openai') : undefined),
  aws: (call) => onCall(awsCall(call, projectOf), 'aws'),
  table: () => onCall({ op: 'lease' }, 'aws'),
});

/** The API's operations as a faults file names them; nobody rotates by the others. */
const apiOps: Partial<Record<ApiOperation, CallFault['op']>> = {
  list: 'list',
  projects: 'list',
  activate: 'activate',
  deactivate: 'deactivate',
  retrieve: 'retrieve',
};

function awsCall(
  { service, body }: AwsCall,
  projectOf: (secret: unknown) => string | undefined,
): FunctionCall {
  if (service === 'secretsmanager') return { op: 'secret', scope: projectOf(body.SecretId) };
  // Whether the lease's holder still runs is a question about the lease.
  return { op: service === 'scheduler' ? 'schedule' : 'lease' };
}
