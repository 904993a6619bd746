import { Button, Group } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';

interface Props {
  readonly cursor: string | undefined;
  readonly nextCursor: string | null;
  /** Goes to the page that starts at the cursor; `undefined` is the first one. */
  readonly onChange: (cursor: string | undefined) => void;
}

/** Paging by cursor, kept in the URL: the pages before are behind the browser's back button too. */
export function Pager({ cursor, nextCursor, onChange }: Props) {
  const router = useRouter();
  if (cursor === undefined && nextCursor === null) return null;
  return (
    <Group component="nav" aria-label="Pages" justify="flex-end" gap="xs">
      {cursor !== undefined && (
        <>
          <Button variant="default" size="xs" onClick={() => onChange(undefined)}>
            First page
          </Button>
          {router.history.canGoBack() && (
            <Button variant="default" size="xs" onClick={() => router.history.back()}>
              Back
            </Button>
          )}
        </>
      )}
      {nextCursor !== null && (
        <Button variant="default" size="xs" onClick={() => onChange(nextCursor)}>
          Next page
        </Button>
      )}
    </Group>
  );
}
