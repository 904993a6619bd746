/** What a body template may name. */
export interface TemplateValues {
  readonly id: string;
  readonly text: string;
  readonly to: string | null;
  readonly thread_id: string | null;
  readonly date: string;
}

export const DEFAULT_TEMPLATE = '{"id":{{id}},"text":{{text}},"to":{{to}},"thread_id":{{thread_id}},"date":{{date}}}';

const PLACEHOLDER = /\{\{\s*([a-z_]+)\s*\}\}/g;
const NAMES: readonly string[] = ['id', 'text', 'to', 'thread_id', 'date'];

/** Names that the template uses and nobody knows. */
export function unknownPlaceholders(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '').filter((name) => !NAMES.includes(name));
}

/** Puts values in as JSON: a text comes with its quotes, so no message can break out of its place. */
export function renderTemplate(template: string, values: TemplateValues): string {
  return template.replaceAll(PLACEHOLDER, (whole, name: string) =>
    name in values ? JSON.stringify(values[name as keyof TemplateValues]) : whole,
  );
}

/** Whether the template gives JSON, tried with values that hold what breaks careless templates. */
export function isJsonTemplate(template: string): boolean {
  const values = { id: 'i', text: '"\\\n{{text}}', to: null, thread_id: null, date: 'd' };
  try {
    JSON.parse(renderTemplate(template, values));
    return true;
  } catch {
    return false;
  }
}
