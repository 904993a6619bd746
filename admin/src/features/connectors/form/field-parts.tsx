import { Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ConfigField } from '../../../api/connectors';

/** What stands between the label and the input. */
export function fieldHelp(field: ConfigField, extra?: ReactNode): ReactNode {
  const parts = [
    field.help,
    field.docs_url === undefined ? undefined : <DocsLink key="docs" href={field.docs_url} about={field.label} />,
    extra,
  ].filter((part) => part !== undefined && part !== null && part !== '');
  if (parts.length === 0) return undefined;
  return parts.map((part, index) => (
    // The parts of one field never change their order.
    <span key={String(index)}>
      {index > 0 && ' '}
      {part}
    </span>
  ));
}

export function DocsLink({ href, about }: { readonly href: string; readonly about: string }) {
  return (
    <Anchor
      href={href}
      target="_blank"
      rel="noreferrer noopener"
      size="xs"
      underline="always"
      aria-label={`Documentation of ${about}, opens in a new tab`}
    >
      Documentation
    </Anchor>
  );
}

/** What an empty input shows: the value that counts then, or else an example. */
export function emptyText(field: ConfigField): string | undefined {
  if (field.default !== undefined) {
    const label = field.choices?.find(({ value }) => value === field.default)?.label ?? String(field.default);
    return `Default: ${label}`;
  }
  return field.placeholder === undefined ? undefined : `e.g. ${field.placeholder}`;
}
