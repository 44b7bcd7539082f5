/** A part of an execution that can be stopped. What waits in it then never gets an answer. */
export class Branch {
  readonly #within: Branch | undefined;
  #stopped = false;

  constructor(within?: Branch) {
    this.#within = within;
  }

  get stopped(): boolean {
    return this.#stopped || (this.#within?.stopped ?? false);
  }

  stop(): void {
    this.#stopped = true;
  }

  /** The promise's outcome, if this branch is still alive by then; otherwise the result never settles. */
  only<T>(outcome: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      outcome.then(
        (value) => this.stopped || resolve(value),
        (error) => this.stopped || reject(error),
      );
    });
  }
}
