import { Button, Loader } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';

interface ButtonProps {
  readonly label: string;
  readonly isRunning: boolean;
  /** Seconds. */
  readonly wait: number;
  readonly onClick: () => void;
}

/** Stays focusable while a test runs: the next one is a key press away. */
export function TestButton({ label, isRunning, wait, onClick }: ButtonProps) {
  const isBlocked = isRunning || wait > 0;
  return (
    <Button
      variant="default"
      leftSection={isRunning ? <Loader size={16} aria-hidden /> : <IconPlugConnected size={16} aria-hidden />}
      aria-disabled={isBlocked}
      onClick={() => {
        if (!isBlocked) onClick();
      }}
    >
      {isRunning && 'Testing …'}
      {!isRunning && (wait > 0 ? `Wait ${String(wait)} s` : label)}
    </Button>
  );
}
