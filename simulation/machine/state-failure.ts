/** A failed state. Retry and Catch match its name, and its message is the cause. */
export class StateFailure extends Error {
  constructor(name: string, cause: string) {
    super(cause);
    this.name = name;
  }
}
