export type AdvisoryVerdict =
  | { readonly state: 'none' }
  | { readonly state: 'found'; readonly found: readonly string[] }
  | { readonly state: 'unknown'; readonly reason: string };

export function advisoryVerdict(text: string | null): AdvisoryVerdict;
