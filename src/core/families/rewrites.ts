/** What a T5-like model is told to do with a text: words that its `config.json` puts before it. */

/** By name, what is put before the text (`task_specific_params`); empty for models that do one thing. */
export function rewritePrefixes(config: unknown): Record<string, string> {
  const { task_specific_params: tasks } = (config ?? {}) as { task_specific_params?: unknown };
  if (typeof tasks !== 'object' || tasks === null) return {};
  return Object.fromEntries(
    Object.entries(tasks as Record<string, { prefix?: unknown } | null>).flatMap(([name, params]) =>
      typeof params?.prefix === 'string' && params.prefix !== '' ? [[name, params.prefix]] : [],
    ),
  );
}
