/** True in a function of Lambda's, which has a whole processor for as long as it begins, and then a share of one. */
const isInLambda = process.env.AWS_LAMBDA_FUNCTION_NAME !== undefined;

/**
 * An SDK, which is loaded once: in Lambda while the function begins, elsewhere at first use, since a command or a test may never ask
 * for it. A load that fails is told to whoever asks.
 */
export function loaded<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  const once = (): Promise<T> => {
    loading ??= load();
    return loading;
  };
  if (isInLambda) once().catch(() => {});
  return once;
}
