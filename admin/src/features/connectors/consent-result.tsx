import { Alert, Text } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { consentSentence } from './consent-reasons';

interface Ended {
  readonly isSuccess: boolean;
  readonly reason: string | undefined;
}

/**
 * How a consent ended, on the page that the provider sent the browser back to. Reads `oauth` and `reason` of the
 * address and takes them away, so that a reload or a bookmark does not tell it again.
 */
export function ConsentResult({ providerName = 'The provider' }: { readonly providerName?: string }) {
  const { oauth, reason } = useSearch({ strict: false });
  const navigate = useNavigate();
  // Whoever comes back from a consent loads the page anew: the address is read once.
  const [ended, setEnded] = useState<Ended | null>(
    oauth === undefined ? null : { isSuccess: oauth === 'success', reason },
  );
  useEffect(() => {
    if (oauth === undefined) return;
    void navigate({
      to: '.',
      search: (search) => ({ ...search, oauth: undefined, reason: undefined }),
      replace: true,
    });
  }, [oauth, navigate]);
  if (ended === null) return null;
  const close = { withCloseButton: true, closeButtonLabel: 'Close this message', onClose: () => setEnded(null) };
  if (ended.isSuccess)
    return (
      <Alert
        color="green"
        icon={<IconCheck aria-hidden />}
        title={`Connected with ${providerName}`}
        role="status"
        {...close}
      >
        <Text size="sm">The consent is stored and was tested; the status above says how that went.</Text>
      </Alert>
    );
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangle aria-hidden />}
      title={`${providerName} is not connected`}
      role="alert"
      {...close}
    >
      <Text size="sm">{consentSentence(ended.reason)}</Text>
    </Alert>
  );
}
