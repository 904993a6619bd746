import { Button, Group, Select, SimpleGrid, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { IconArrowLeft, IconSearch } from '@tabler/icons-react';
import { categoriesQuery, type Category } from '../../api/connector-categories';
import { providerTypesQuery, type ProviderType } from '../../api/connectors';
import { isAdminOf, sessionQuery } from '../../api/session';
import { EmptyState } from '../../components/empty-state';
import { Page } from '../../components/page';
import { ProblemAlert } from '../../components/problem-alert';
import { catalogGroups } from './catalog-groups';
import { BuiltInCard, ProviderCard } from './provider-card';
import { useTypedText } from '../../components/use-typed-text';

const route = getRouteApi('/app/settings/integrations/connectors/catalog');
const COLUMNS = { base: 1, xs: 2, lg: 3 };
const CARD_HEIGHT = 188;
/** Found here, without a request. */
const TYPING_PAUSE_MS = 100;

/** Everything that this server can connect to, as it says itself. */
export function CatalogPage() {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const types = useQuery(providerTypesQuery);
  const categories = useQuery(categoriesQuery);
  const error = types.error ?? categories.error;
  const isLoaded = types.data !== undefined && categories.data !== undefined;
  return (
    <Page
      title="Catalog"
      description="All services that this server can connect to."
      actions={
        <Button
          variant="default"
          leftSection={<IconArrowLeft size={16} aria-hidden />}
          renderRoot={(props) => <Link to="/settings/integrations/connectors" {...props} />}
        >
          Connectors
        </Button>
      }
    >
      <CatalogSearch categories={categories.data ?? []} />
      {isLoaded && (
        <Groups types={types.data} categories={categories.data} canAdd={isAdminOf(session, session.organization_id)} />
      )}
      {!isLoaded && error !== null && (
        <ProblemAlert
          error={error}
          onRetry={() => {
            void types.refetch();
            void categories.refetch();
          }}
        />
      )}
      {!isLoaded && error === null && <CatalogSkeleton />}
    </Page>
  );
}

function CatalogSearch({ categories }: { readonly categories: readonly Category[] }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <Group gap="xs" align="flex-end" role="search" aria-label="Catalog">
      <SearchInput
        q={search.q ?? ''}
        onType={(q) => void navigate({ search: { ...search, q: q || undefined }, replace: true, resetScroll: false })}
      />
      <Select
        label="Category"
        placeholder="All"
        clearable
        clearButtonProps={{ 'aria-label': 'Clear Category' }}
        w={{ base: '100%', xs: 200 }}
        data={categories.map(({ key, display_name }) => ({ value: key, label: display_name }))}
        value={search.category ?? null}
        onChange={(category) =>
          void navigate({ search: { ...search, category: category ?? undefined }, resetScroll: false })
        }
      />
    </Group>
  );
}

function SearchInput({ q, onType }: { readonly q: string; readonly onType: (q: string) => void }) {
  const [text, type] = useTypedText(q, onType, TYPING_PAUSE_MS);
  return (
    <TextInput
      label="Search"
      placeholder="Name or description"
      type="search"
      w={{ base: '100%', xs: 280 }}
      leftSection={<IconSearch size={16} aria-hidden />}
      value={text}
      onChange={(event) => type(event.currentTarget.value)}
    />
  );
}

interface GroupsProps {
  readonly types: readonly ProviderType[];
  readonly categories: readonly Category[];
  readonly canAdd: boolean;
}

function Groups({ types, categories, canAdd }: GroupsProps) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const groups = catalogGroups(categories, types, search);
  if (groups.length === 0)
    return (
      <EmptyState
        title="Nothing matches"
        action={
          <Button variant="default" onClick={() => void navigate({ search: {} })}>
            Clear search
          </Button>
        }
      >
        No provider of this server is called or described like that.
      </EmptyState>
    );
  return groups.map(({ category, types: found }) => (
    <Stack key={category.key} gap="sm" component="section" aria-label={category.display_name}>
      <div>
        <Title order={2}>{category.display_name}</Title>
        <Text size="sm" c="dimmed">
          {category.description}
        </Text>
      </div>
      <SimpleGrid cols={COLUMNS} spacing="sm">
        {found.map((type) => (
          <ProviderCard key={type.provider_type} type={type} canAdd={canAdd} />
        ))}
        {category.built_in && search.q === undefined && <BuiltInCard adapter={category.built_in} />}
      </SimpleGrid>
    </Stack>
  ));
}

function CatalogSkeleton() {
  return (
    <Stack gap="sm" aria-busy aria-label="Loading">
      <Skeleton height={44} width={280} />
      <SimpleGrid cols={COLUMNS} spacing="sm">
        {Array.from({ length: 6 }, (_, card) => (
          <Skeleton key={card} height={CARD_HEIGHT} />
        ))}
      </SimpleGrid>
    </Stack>
  );
}
