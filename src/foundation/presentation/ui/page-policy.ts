/**
 * The content policy of the UI's pages: scripts are files of ours, styles are too, or carry the nonce of this very
 * answer. Nothing is framed, and nothing is sent elsewhere; a consent page is reached by navigation, which needs no
 * permission here.
 */
export function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "manifest-src 'self'",
  ].join('; ');
}
