import { Anchor } from '@mantine/core';
import { checkContent, contentUrl } from '../api/documents';
import { useDownload } from './use-download';

/** The name of a document, which downloads it. */
export function DocumentLink({ id, name }: { readonly id: string; readonly name: string }) {
  const link = useDownload({
    href: contentUrl(id),
    name,
    check: () => checkContent(id),
    failure: `${name} cannot be downloaded`,
  });
  return <Anchor {...link}>{name}</Anchor>;
}
