import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { uploadDocument } from '../../api/upload';

export interface Upload {
  readonly id: number;
  readonly file: File;
  readonly sent: number;
  readonly error: unknown;
  readonly abort: AbortController;
}

let lastId = 0;

/** Running and failed uploads; a finished one is in the list of documents instead. */
export function useUploads(organizationId: string | null) {
  const queries = useQueryClient();
  const [uploads, setUploads] = useState<readonly Upload[]>([]);
  const change = (id: number, changes: Partial<Upload>) =>
    setUploads((all) => all.map((upload) => (upload.id === id ? { ...upload, ...changes } : upload)));
  const remove = (id: number) => setUploads((all) => all.filter((upload) => upload.id !== id));

  const start = async (file: File) => {
    const upload: Upload = { id: (lastId += 1), file, sent: 0, error: null, abort: new AbortController() };
    setUploads((all) => [...all, upload]);
    try {
      await uploadDocument(file, {
        organizationId,
        signal: upload.abort.signal,
        onProgress: (sent) => change(upload.id, { sent }),
      });
      remove(upload.id);
      await queries.invalidateQueries({ queryKey: ['documents'] });
    } catch (error) {
      if (upload.abort.signal.aborted) remove(upload.id);
      else change(upload.id, { error });
    }
  };
  return { uploads, start: (files: readonly File[]) => files.forEach((file) => void start(file)), remove };
}
