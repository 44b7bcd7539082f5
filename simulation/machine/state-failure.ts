/** A failed state; its name is what Retry and Catch match, its message is the cause. */
export class StateFailure extends Error {
  constructor(name: string, cause: string) {
    super(cause);
    this.name = name;
  }
}
