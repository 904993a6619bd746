import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { notifyDone } from '../../components/notify';
import { uploads } from './uploads';

const count = () => uploads.list().length;

/**
 * How many uploads there are, for the frame of all pages. Keeps the list of documents current, says when all are
 * through, and has the browser ask before the window closes on one.
 */
export function useUploads(): number {
  const queries = useQueryClient();
  // Nothing that moves with every byte: the whole frame is drawn anew.
  const shown = useSyncExternalStore(uploads.subscribe, count);
  const stored = useSyncExternalStore(uploads.subscribe, uploads.stored);
  const isBusy = useSyncExternalStore(uploads.subscribe, uploads.isBusy);
  useEffect(() => {
    if (stored > 0) void queries.invalidateQueries({ queryKey: ['documents'] });
  }, [stored, queries]);
  const wasBusy = useRef(isBusy);
  useEffect(() => {
    // Only when they end here: the frame comes anew with each sign-in.
    if (wasBusy.current && !isBusy && stored > 0)
      notifyDone(stored === 1 ? 'The file is uploaded' : `${String(stored)} files are uploaded`);
    wasBusy.current = isBusy;
  }, [isBusy, stored]);
  useEffect(() => {
    if (!isBusy) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [isBusy]);
  return shown;
}
