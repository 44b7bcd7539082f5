/** A refusal in OpenAI's error shape; `retryAfter` is in seconds. */
export class ApiFault extends Error {
  readonly status: number;
  readonly code: string | null;
  readonly param: string | null;
  readonly type: string;
  readonly retryAfter?: number;

  constructor(
    status: number,
    message: string,
    about: { code?: string; param?: string | null; type?: string; retryAfter?: number } = {},
  ) {
    super(message);
    this.name = 'ApiFault';
    this.status = status;
    this.code = about.code ?? null;
    this.param = about.param ?? null;
    this.type = about.type ?? (status >= 500 ? 'server_error' : 'invalid_request_error');
    if (about.retryAfter !== undefined) this.retryAfter = about.retryAfter;
  }
}

/** The body that OpenAI sends with a refusal. */
export const errorBody = ({ message, type, param, code }: ApiFault) => ({
  error: { message, type, param, code },
});

/** A 400 that names the parameter that is wrong. */
export const badRequest = (message: string, param: string | null): ApiFault =>
  new ApiFault(400, message, { param });

/** Throws the 404 for what does not exist. */
export function notFound(what: string): never {
  throw new ApiFault(404, `No such ${what}.`);
}
