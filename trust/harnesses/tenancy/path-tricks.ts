import type { HttpSender } from '../../support/http.js';
import type { Attack } from './requests.js';
import type { World } from './world.js';

/** Other spellings of a path; none is a way past the guard. */
const SPELLINGS: Readonly<Record<string, (path: string) => string>> = {
  'trailing slash': (path) => `${path}/`,
  'double slash': (path) => `/${path}`,
  'dot segment': (path) => path.replace('/api/', '/api/./'),
  'escaped dot segment': (path) => path.replace('/api/', '/api/%2e/'),
  'escaped slash': (path) => path.replace('/api/', '/api%2f'),
  'public neighbour': (path) => `/api/setup/..${path}`,
  'upper case': (path) => path.replace('/api/', '/API/'),
  'matrix parameter': (path) => `${path};x=1`,
};

/** Reads every guarded route signed out, by HEAD, OPTIONS and in other spellings. @returns what was answered after all. */
export async function pathTricks(http: HttpSender, attacks: readonly Attack[], world: World): Promise<string[]> {
  const failures: string[] = [];
  for (const { operation, label, request } of attacks) {
    if (operation.method !== 'GET' || operation.isPublic) continue;
    const plain = request('attacked', {});
    const tries = Object.entries(SPELLINGS).map(([name, spell]) => ({ name, ...plain, path: spell(plain.path) }));
    for (const { name, ...attempt } of [...tries, { name: 'HEAD', ...plain, method: 'HEAD' }]) {
      const { status, headers, text } = await http.send(attempt);
      const isData = status < 300 && (attempt.method === 'HEAD' || String(headers['content-type']).includes('json'));
      if (isData || text.includes(world.marker)) failures.push(`${label} as ${name} answered ${status} to nobody`);
    }
  }
  return failures;
}
