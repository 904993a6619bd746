import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { notifyDone } from '../../components/notify';
import type { Upload } from './upload-queue';
import { uploads } from './uploads';

/**
 * The uploads, for the frame of all pages: keeps the list of documents current, says when all are through, and has the
 * browser ask before the window closes on one.
 */
export function useUploads(): readonly Upload[] {
  const queries = useQueryClient();
  const list = useSyncExternalStore(uploads.subscribe, uploads.list);
  const stored = useSyncExternalStore(uploads.subscribe, uploads.stored);
  const isBusy = useSyncExternalStore(uploads.subscribe, uploads.isBusy);
  useEffect(() => {
    if (stored > 0) void queries.invalidateQueries({ queryKey: ['documents'] });
  }, [stored, queries]);
  useEffect(() => {
    if (!isBusy && stored > 0)
      notifyDone(stored === 1 ? 'The file is uploaded' : `${String(stored)} files are uploaded`);
  }, [isBusy, stored]);
  useEffect(() => {
    if (!isBusy) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isBusy]);
  return list;
}
