/** Progress lines: JSON on standard output, one per change, so that whoever started the lab can show them. */

/** Runs a step and says when it begins, and when and how it ended. */
export async function progress<T>(step: string, action: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const say = (state: string, more: Record<string, unknown> = {}) =>
    console.log(JSON.stringify({ step, state, ms: Math.round(performance.now() - startedAt), ...more }));
  say("begin");
  try {
    const result = await action();
    say("done");
    return result;
  } catch (error) {
    say("failed", { error: error instanceof Error ? error.message : String(error) });
    throw error;
  }
}
