import type { LockedPackage } from './lock-file.mjs';

export function licenceOf(entry: LockedPackage): string | null;
export function refusedPackages(packages: readonly LockedPackage[]): LockedPackage[];
