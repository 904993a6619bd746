export interface LockedPackage {
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly licence: string | null;
  readonly isDev: boolean;
  readonly hasInstallScript: boolean;
  readonly integrity: string | null;
}

export function lockedPackages(file?: string): LockedPackage[];
