/** Too short to pass, so that nobody gets it as a password by pasting the line as it is. */
const PASSWORD_TO_FILL_IN = 'CHANGE ME';

/**
 * What the console says while there is no user: a link and a curl line with the one-time token.
 * @param origin where the server is reached, without a trailing slash.
 */
export function setupAnnouncement(origin: string, token: string): string {
  const body = {
    setup_token: token,
    email: 'you@example.com',
    password: PASSWORD_TO_FILL_IN,
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
    curlLine(`${origin}/api/auth/reset`, { reset_token: token, password: PASSWORD_TO_FILL_IN }),
  ].join('\n');
}

function curlLine(url: string, body: object): string {
  return `  curl -X POST ${url} -H 'content-type: application/json' -d '${JSON.stringify(body)}'`;
}
