import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../bootstrap/project.mjs';

/** What the lock file says of each package from a registry: `{ path, name, version, licence, isDev, hasInstallScript, integrity }`. */
export function lockedPackages(file = join(root, 'package-lock.json')) {
  const { packages } = JSON.parse(readFileSync(file, 'utf8'));
  return Object.entries(packages)
    .filter(([path, { link }]) => path.includes('node_modules/') && !link)
    .map(([path, entry]) => ({
      path,
      name: entry.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
      version: entry.version,
      licence: entry.license ?? null,
      isDev: entry.dev === true || entry.devOptional === true,
      hasInstallScript: entry.hasInstallScript === true,
      integrity: entry.integrity ?? null,
    }));
}
