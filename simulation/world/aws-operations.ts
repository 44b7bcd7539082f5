export type JsonObject = Record<string, unknown>;

/**
 * What a service does, by the names of its actions. Each throws {@link AwsFault} in the words of the service.
 */
export type AwsOperations<Name extends string> = Readonly<Record<Name, (body: JsonObject) => JsonObject>>;

/** A refusal that the SDKs turn into an error of this name. */
export class AwsFault extends Error {
  readonly status: number;

  constructor(name: string, message: string, status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}
