import type { MouseEvent } from 'react';
import { useMutation } from '@tanstack/react-query';
import { notifyFailed } from './notify';
import { sentenceOf } from './problem-alert';

interface Download {
  readonly href: string;
  /** What the file is called; else as the server says. */
  readonly name?: string;
  /** Finds out whether the server would send it, without reading it. @throws why not */
  readonly check: () => Promise<unknown>;
  /** What is said when it would not. */
  readonly failure: string;
}

/**
 * A link to a file. The browser itself writes the file to the disk, however large it is, but tells no reason when the
 * server refuses: so that is asked first.
 * @returns the properties of the link.
 */
export function useDownload({ href, name, check, failure }: Download) {
  const checked = useMutation({
    mutationFn: check,
    onSuccess: () => follow(href, name ?? ''),
    onError: (error) => notifyFailed(failure, sentenceOf(error)),
  });
  return {
    href,
    download: name ?? true,
    'aria-busy': checked.isPending,
    onClick: (event: MouseEvent) => {
      event.preventDefault();
      if (!checked.isPending) checked.mutate();
    },
  };
}

function follow(href: string, name: string): void {
  const link = document.createElement('a');
  link.href = href;
  link.download = name;
  link.click();
}
