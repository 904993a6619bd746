import { Group, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconSearch } from '@tabler/icons-react';
import { categoriesQuery } from '../../api/connector-categories';
import { providerTypesQuery } from '../../api/connectors';
import { SORTS, sortOf, type ListSearch } from './list-filter';
import { ACTIVITY_CHOICES, STATUS_CHOICES } from './status-words';
import { useTypedText } from '../../components/use-typed-text';

interface Props {
  readonly search: ListSearch;
  /** A choice is a step of the history; typing is not. */
  readonly onChange: (change: Partial<ListSearch>, options?: { readonly isTyping: boolean }) => void;
}

const DEFAULTS = [
  { value: 'true', label: 'Default' },
  { value: 'false', label: 'Not default' },
];
/** Two in a row on a phone, with the gap between them; all in one row on a wide window. */
const HALF = 'calc(50% - 5px)';
const WIDTH = { base: HALF, xs: 118 };
const TYPING_PAUSE_MS = 300;

export function ConnectorFilters({ search, onChange }: Props) {
  const { data: types = [] } = useQuery(providerTypesQuery);
  const { data: categories = [] } = useQuery(categoriesQuery);
  const providers = types.filter(({ category }) => search.category === undefined || category === search.category);
  const choose = (key: keyof ListSearch) => (value: string | null) => onChange({ [key]: value ?? undefined });
  return (
    <Group gap="xs" align="flex-end" role="search" aria-label="Connectors">
      <NameSearch q={search.q} onType={(q) => onChange({ q }, { isTyping: true })} />
      <Filter
        label="Category"
        data={categories.map(({ key, display_name }) => ({ value: key, label: display_name }))}
        value={search.category}
        onChange={choose('category')}
      />
      <Filter
        label="Provider"
        data={[...new Map(providers.map((type) => [type.provider_type, type])).values()].map((type) => ({
          value: type.provider_type,
          label: type.display_name,
        }))}
        value={search.provider_type}
        onChange={choose('provider_type')}
      />
      <Filter label="Status" data={STATUS_CHOICES} value={search.status} onChange={choose('status')} />
      <Filter label="Default" data={DEFAULTS} value={search.is_default} onChange={choose('is_default')} />
      <Filter label="Active" data={ACTIVITY_CHOICES} value={search.is_enabled} onChange={choose('is_enabled')} />
      <Select
        label="Order"
        size="xs"
        w={{ base: HALF, xs: 168 }}
        allowDeselect={false}
        data={SORTS}
        value={sortOf(search)}
        onChange={(sort) => sort !== null && onChange({ sort })}
      />
    </Group>
  );
}

interface FilterProps {
  readonly label: string;
  readonly data: { readonly value: string; readonly label: string }[];
  readonly value: string | undefined;
  readonly onChange: (value: string | null) => void;
}

function Filter({ label, data, value, onChange }: FilterProps) {
  return (
    <Select
      label={label}
      placeholder="All"
      size="xs"
      w={WIDTH}
      clearable
      clearButtonProps={{ 'aria-label': `Clear ${label}` }}
      data={data}
      value={value ?? null}
      onChange={onChange}
    />
  );
}

function NameSearch({ q, onType }: { readonly q: string | undefined; readonly onType: (q: string) => void }) {
  const [text, type] = useTypedText(q ?? '', onType, TYPING_PAUSE_MS);
  return (
    <TextInput
      label="Name"
      placeholder="Search by name"
      size="xs"
      w={{ base: '100%', xs: 172 }}
      type="search"
      maxLength={255}
      leftSection={<IconSearch size={14} aria-hidden />}
      value={text}
      onChange={(event) => type(event.currentTarget.value)}
    />
  );
}
