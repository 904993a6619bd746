import { Button, Group, Select, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState, type SubmitEvent } from 'react';
import type { AuditSearch } from './audit-filter';

interface Props {
  readonly search: AuditSearch;
  readonly canSeeInstance: boolean;
}

const RESULTS = [
  { value: 'success', label: 'Done' },
  { value: 'denied', label: 'Denied' },
  { value: 'failure', label: 'Failed' },
];

/** What is asked for stands in the address, so that it can be sent to a colleague. */
export function AuditFilters({ search, canSeeInstance }: Props) {
  const navigate = useNavigate();
  const apply = (changes: Partial<AuditSearch>) => {
    const { cursor: _cursor, ...kept } = { ...search, ...changes };
    const named = Object.entries(kept).filter(([, value]) => value !== undefined && value !== '');
    void navigate({ to: '.', search: Object.fromEntries(named) });
  };
  return (
    <Group align="flex-end" gap="sm" role="search" aria-label="Filter the audit trail">
      {canSeeInstance && (
        <Select
          label="Trail"
          w={170}
          allowDeselect={false}
          data={[
            { value: 'organization', label: 'This organization' },
            { value: 'instance', label: 'The instance' },
          ]}
          value={search.scope ?? 'organization'}
          onChange={(scope) => apply({ scope: scope === 'instance' ? scope : undefined })}
        />
      )}
      <ActionFilter key={search.action ?? ''} value={search.action ?? ''} onApply={(action) => apply({ action })} />
      <Select
        label="Result"
        w={140}
        placeholder="Any"
        clearable
        clearButtonProps={{ 'aria-label': 'Any result' }}
        data={RESULTS}
        value={search.result ?? null}
        onChange={(result) => apply({ result: result ?? undefined })}
      />
      <TextInput
        label="From"
        type="date"
        value={search.since ?? ''}
        onChange={(event) => apply({ since: event.currentTarget.value })}
      />
      <TextInput
        label="To"
        type="date"
        value={search.until ?? ''}
        onChange={(event) => apply({ until: event.currentTarget.value })}
      />
      {Object.keys(search).some((key) => key !== 'cursor') && (
        <Button variant="subtle" onClick={() => void navigate({ to: '.', search: {} })}>
          Clear
        </Button>
      )}
    </Group>
  );
}

/** Applied by Enter or when it is left: every letter would be a request. */
function ActionFilter({ value, onApply }: { readonly value: string; readonly onApply: (action: string) => void }) {
  const [text, setText] = useState(value);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onApply(text.trim());
  };
  return (
    <form onSubmit={submit}>
      <TextInput
        label="Action"
        placeholder="connector.updated"
        w={200}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onBlur={() => {
          if (text.trim() !== value) onApply(text.trim());
        }}
      />
    </form>
  );
}
