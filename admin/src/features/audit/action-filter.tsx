import { Autocomplete } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { knownActionsQuery, type AuditTrail } from '../../api/audit';

interface Props {
  readonly trail: AuditTrail;
  readonly value: string;
  readonly onApply: (action: string) => void;
}

/**
 * Offers the actions of the trail's newest events; any other one can be typed. Applied when one is chosen, by Enter, or
 * when it is left: every letter would be a request.
 */
export function ActionFilter({ trail, value, onApply }: Props) {
  const [{ text, of }, setTyped] = useState({ text: value, of: value });
  // Back, forward and "Clear" change it from outside.
  if (of !== value) setTyped({ text: value, of: value });
  const [isWanted, setWanted] = useState(false);
  const { data = [] } = useQuery({ ...knownActionsQuery(trail), enabled: isWanted });
  const apply = (action: string) => {
    if (action.trim() !== value) onApply(action.trim());
  };
  return (
    <form
      onSubmit={(event: SubmitEvent) => {
        event.preventDefault();
        apply(text);
      }}
    >
      <Autocomplete
        label="Action"
        placeholder="Any"
        w={220}
        maxLength={128}
        data={data}
        value={text}
        clearable
        clearButtonProps={{ 'aria-label': 'Any action' }}
        onChange={(typed) => setTyped({ text: typed, of })}
        onFocus={() => setWanted(true)}
        onOptionSubmit={apply}
        onClear={() => apply('')}
        onBlur={() => apply(text)}
      />
    </form>
  );
}
