import { useNavigate } from '@tanstack/react-router';

/** @returns what a pager calls: the cursor goes into the address, beside the filters. */
export function useCursorChange(): (cursor: string | undefined) => void {
  const navigate = useNavigate();
  return (cursor) => {
    void navigate({ to: '.', search: (search: object) => ({ ...search, cursor }) });
  };
}
