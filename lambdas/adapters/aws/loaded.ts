/**
 * `true` inside Lambda, where a function has a whole processor while it starts, and only a share of one
 * afterwards.
 */
const isInLambda = process.env.AWS_LAMBDA_FUNCTION_NAME !== undefined;

/**
 * Returns a function that loads an SDK once. In Lambda the load starts while the function starts; elsewhere
 * it starts at first use, because a command or a test may never need it. A failed load rejects for whoever
 * asks.
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
