export type JsonObject = Record<string, unknown>;

/** One AWS call as it arrived: `operation` is the action's name, or the HTTP method of a REST service. */
export type AwsCall = {
  service: 'secretsmanager' | 'scheduler' | 'states';
  operation: string;
  path: string;
  query: URLSearchParams;
  body: JsonObject;
};

/** A refusal that the SDKs turn into an error of this name. */
export class AwsFault extends Error {
  readonly status: number;

  constructor(name: string, message: string, status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}
