import { Button, Group, Paper, Text } from '@mantine/core';
import { useRef, useState, type DragEvent } from 'react';
import classes from './file-drop.module.css';

interface Props {
  /** What is asked for, e.g. "Drop files here". */
  readonly label: string;
  readonly buttonLabel: string;
  /** What the file is for, where a page asks for several. */
  readonly purpose?: string;
  readonly accept?: string;
  readonly isMultiple?: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}

/** Takes files that are dropped, or chosen by a button that the keyboard reaches; none while its form is closed. */
export function FileDrop({ label, buttonLabel, purpose, accept, isMultiple = false, onFiles }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setIsOver] = useState(false);
  const take = (list: FileList | null) => {
    const files = [...(list ?? [])].slice(0, isMultiple ? undefined : 1);
    if (files.length > 0 && input.current?.matches(':disabled') !== true) onFiles(files);
  };
  const over = (isInside: boolean) => (event: DragEvent) => {
    event.preventDefault();
    setIsOver(isInside);
  };
  return (
    <Paper
      withBorder
      p="md"
      className={classes.zone}
      data-over={isOver}
      onDragEnter={over(true)}
      onDragOver={over(true)}
      onDragLeave={over(false)}
      onDrop={(event) => {
        over(false)(event);
        take(event.dataTransfer.files);
      }}
    >
      <Group justify="space-between" gap="sm">
        <Text size="sm" c="dimmed">
          {label}
        </Text>
        <Button
          variant="default"
          size="sm"
          aria-label={purpose === undefined ? undefined : `${buttonLabel} for ${purpose}`}
          onClick={() => input.current?.click()}
        >
          {buttonLabel}
        </Button>
      </Group>
      <input
        ref={input}
        type="file"
        hidden
        accept={accept}
        multiple={isMultiple}
        onChange={(event) => {
          take(event.currentTarget.files);
          event.currentTarget.value = ''; // so that the same file can be chosen again
        }}
      />
    </Paper>
  );
}
