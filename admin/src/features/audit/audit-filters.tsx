import { Button, Group, Select } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { AuditTrail } from '../../api/audit';
import { ActionFilter } from './action-filter';
import type { AuditSearch } from './audit-filter';
import { RESULT_CHOICES } from './audit-words';
import { DayFilter } from './day-filter';

interface Props {
  readonly search: AuditSearch;
  readonly trail: AuditTrail;
  readonly canSeeInstance: boolean;
}

/** What is asked for stands in the address, so that it can be sent to a colleague. */
export function AuditFilters({ search, trail, canSeeInstance }: Props) {
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
      <ActionFilter trail={trail} value={search.action ?? ''} onApply={(action) => apply({ action })} />
      <Select
        label="Result"
        w={140}
        placeholder="Any"
        clearable
        clearButtonProps={{ 'aria-label': 'Any result' }}
        data={RESULT_CHOICES}
        value={search.result ?? null}
        onChange={(result) => apply({ result: result ?? undefined })}
      />
      <DayFilter label="From" value={search.since ?? ''} onApply={(since) => apply({ since })} />
      <DayFilter label="To" value={search.until ?? ''} onApply={(until) => apply({ until })} />
      {Object.keys(search).some((key) => key !== 'cursor') && (
        <Button variant="subtle" onClick={() => void navigate({ to: '.', search: {} })}>
          Clear
        </Button>
      )}
    </Group>
  );
}
