import type { FaultsAtWork, Struck } from '../simulation/faults/faults-at-work.ts';
import type { LambdaFunction } from '../simulation/functions/lambda-function.ts';
import { type LambdaHost, startLambdaHost } from '../simulation/functions/lambda-host.ts';
import type { Tell } from '../simulation/log/progress.ts';
import type { VirtualClock } from '../simulation/time/virtual-clock.ts';
import type { SimulatedServices } from './simulated-services.ts';
import type { StepFunction } from './synthesis/synth.ts';

type Conditions = { clock: VirtualClock; tell: Tell; faults?: FaultsAtWork | undefined };

/** Starts the functions on this machine, with their hosts and AWS served here as well. */
export function startFunctions(
  functions: readonly StepFunction[],
  services: SimulatedServices,
  clients: readonly { secret: string; project: string }[],
  { clock, tell, faults }: Conditions,
): { host: LambdaHost; struck: Struck } {
  const host = startLambdaHost(
    functions.map((fn) => ({
      ...redirected(fn, services),
      skew: faults?.skewOf(fn.step),
      cold: fn.step === 'undo' || fn.step === 'restore',
    })),
    {
      clock,
      trusted: [services.ca],
      platform: platformOf(services),
      hurried: true,
      apart: faults !== undefined,
    },
  );
  const projects = new Map(clients.map(({ secret, project }) => [secret, project]));
  const struck = { host, clock, tell, projectOf: (secret: unknown) => projects.get(String(secret)) };
  faults?.attach(struck);
  return { host, struck };
}

/** Redirects a function's hosts to this machine. A variable that its template does not have is not added. */
function redirected({ environment, ...fn }: LambdaFunction, services: SimulatedServices): LambdaFunction {
  const here: Record<string, string> = {
    OPENAI_BASE_URL: services.apiBase,
    WINDLASS_MTLS_HOSTS: JSON.stringify(services.mtlsHosts),
    WINDLASS_AUTH_HOST: services.authBase,
  };
  const entries = Object.entries(environment).map(([name, value]) => [name, here[name] ?? value]);
  return { ...fn, environment: Object.fromEntries(entries) };
}

/** What Lambda itself puts into every function's environment, with AWS served on this machine. */
const platformOf = ({ awsEndpoint, objectsEndpoint, tables }: SimulatedServices): Record<string, string> => ({
  AWS_REGION: 'us-east-1',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
  AWS_ACCESS_KEY_ID: 'AKIDREHEARSAL',
  AWS_SECRET_ACCESS_KEY: 'rehearsal',
  AWS_SESSION_TOKEN: 'rehearsal',
  // Lambda has no such files, and the operator's own must not reach a rehearsal.
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  AWS_ENDPOINT_URL_SECRETS_MANAGER: awsEndpoint,
  AWS_ENDPOINT_URL_SCHEDULER: awsEndpoint,
  AWS_ENDPOINT_URL_EVENTBRIDGE: awsEndpoint,
  AWS_ENDPOINT_URL_SFN: awsEndpoint,
  AWS_ENDPOINT_URL_DYNAMODB: tables.url,
  AWS_ENDPOINT_URL_S3: objectsEndpoint,
  TZ: ':UTC',
});
