import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { listenOnLoopback } from '../../simulation/served/loopback.ts';

/**
 * A stack and its alarm topic, as CloudFormation and SNS describe them. A test may change each before it is
 * asked for.
 */
export type TopicAndStack = {
  status: string;
  template: string;
  topicArn: string;
  /** The output TableName. */
  tableName?: string;
  /** The subscriptions of the topic, by their ARN or by `PendingConfirmation`. */
  subscriptions: { arn: string; endpoint: string }[];
  /** The actions that these credentials may not do. */
  denied: Set<string>;
};

/**
 * Serves the part of CloudFormation and SNS that the doctor uses, in their XML protocol, until the test ends.
 */
export async function serveTopicAndStack(told: TopicAndStack) {
  const answers: Record<string, () => string> = {
    DescribeStacks: () =>
      `<Stacks><member><StackName>s</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>${told.status}</StackStatus><Outputs><member><OutputKey>AlarmTopicArn</OutputKey><OutputValue>${told.topicArn}</OutputValue></member>${told.tableName ? `<member><OutputKey>TableName</OutputKey><OutputValue>${told.tableName}</OutputValue></member>` : ''}</Outputs></member></Stacks>`,
    GetTemplate: () => `<TemplateBody>${escaped(told.template)}</TemplateBody>`,
    ListSubscriptionsByTopic: () =>
      `<Subscriptions>${told.subscriptions
        .map(
          ({ arn, endpoint }) =>
            `<member><SubscriptionArn>${arn}</SubscriptionArn><Protocol>email</Protocol><Endpoint>${endpoint}</Endpoint></member>`,
        )
        .join('')}</Subscriptions>`,
  };
  const calls: string[] = [];
  const server = createServer(async (request, reply) => {
    const action = new URLSearchParams(await text(request)).get('Action') ?? '';
    calls.push(action);
    const isDenied = told.denied.has(action);
    reply.writeHead(isDenied ? 403 : 200, { 'content-type': 'text/xml' });
    reply.end(
      isDenied
        ? `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>not authorized to perform ${action}</Message></Error></ErrorResponse>`
        : `<${action}Response><${action}Result>${answers[action]?.() ?? ''}</${action}Result></${action}Response>`,
    );
  });
  const { port, close } = await listenOnLoopback(server);
  onTestFinished(close);
  const url = `http://127.0.0.1:${port}`;
  return { calls, env: { AWS_ENDPOINT_URL_CLOUDFORMATION: url, AWS_ENDPOINT_URL_SNS: url } };
}

/**
 * A certificates API that passes every call on to another one and records it. Returns its base URL and the
 * record.
 */
export async function serveCountingApi(baseUrl: string) {
  const asked: string[] = [];
  const server = createServer(async ({ url = '', method = '', headers }, reply) => {
    asked.push(`${method} ${url}`);
    const { authorization = '' } = headers;
    const answer = await fetch(new URL(url, baseUrl), { headers: { authorization } });
    reply.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  const { port, close } = await listenOnLoopback(server);
  onTestFinished(close);
  return { asked, url: `http://127.0.0.1:${port}/v1` };
}

const escaped = (json: string): string =>
  json.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A certificates API that refuses every call with this status. Returns its base URL. */
export async function serveRefusingApi(status: number): Promise<string> {
  const error = {
    message: 'You may not do this.',
    code: 'insufficient_permissions',
    type: 'error',
    param: null,
  };
  const server = createServer((_, reply) =>
    reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error })),
  );
  const { port, close } = await listenOnLoopback(server);
  onTestFinished(close);
  return `http://127.0.0.1:${port}/v1`;
}
