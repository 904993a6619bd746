/** The exact URL to register with the vendor, known before any connector exists. @param origin of this server. */
export function callbackUrl(origin: string, providerType: string): string {
  return `${origin}/api/connectors/oauth/callback/${providerType}`;
}
