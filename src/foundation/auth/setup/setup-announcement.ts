/**
 * What the console says while there is no user: a link and a curl line with the one-time token.
 * @param origin where the server is reached, without a trailing slash.
 */
export function setupAnnouncement(origin: string, token: string): string {
  const body = {
    setup_token: token,
    email: 'you@example.com',
    password: 'at least 12 characters',
    organization_name: 'Your organization',
  };
  return [
    'No user yet. Set the server up in a browser:',
    `  ${origin}/setup#token=${token}`,
    'or from a shell:',
    curlLine(`${origin}/api/setup`, body),
  ].join('\n');
}

/** What `admin:reset` says. */
export function resetAnnouncement(origin: string, token: string): string {
  return [
    'One-time link for a new password, good for one hour:',
    `  ${origin}/reset#token=${token}`,
    'or from a shell:',
    curlLine(`${origin}/api/auth/reset`, { reset_token: token, password: 'at least 12 characters' }),
  ].join('\n');
}

function curlLine(url: string, body: object): string {
  return `  curl -X POST ${url} -H 'content-type: application/json' -d '${JSON.stringify(body)}'`;
}
