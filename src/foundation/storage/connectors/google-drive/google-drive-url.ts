const API = 'https://www.googleapis.com';

/** Which place of which drive. */
export interface DriveOptions {
  readonly folderId: string | undefined;
  readonly sharedDriveId: string | undefined;
}

/** Without `supportsAllDrives` nothing of a shared drive is found. */
export function driveUrl(path: string, parameters: Readonly<Record<string, string>>): URL {
  const url = new URL(path, API);
  for (const [name, value] of Object.entries({ ...parameters, supportsAllDrives: 'true' }))
    url.searchParams.set(name, value);
  return url;
}

/** One file, by its id. */
export function fileUrl(id: string, parameters: Readonly<Record<string, string>>): URL {
  return driveUrl(`/drive/v3/files/${encodeURIComponent(id)}`, parameters);
}
