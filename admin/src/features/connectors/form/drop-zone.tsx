import { Text } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useState, type DragEvent } from 'react';
import classes from './form.module.css';

interface Props {
  readonly label: string;
  readonly hint: string;
  /** As of a file input. */
  readonly accept?: string;
  readonly onFile: (file: File) => void;
}

/** A place to drop one file; the file input in it makes it work by keyboard, too. */
export function DropZone({ label, hint, accept, onFile }: Props) {
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file) onFile(file);
  };
  return (
    <label
      className={classes.drop}
      data-over={isOver || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <IconUpload size={20} aria-hidden />
      <Text size="sm" fw={500} component="span">
        {label}
      </Text>
      <Text size="xs" c="dimmed" component="span">
        {hint}
      </Text>
      <input
        type="file"
        accept={accept}
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          // The same file can be chosen again.
          event.currentTarget.value = '';
          if (file) onFile(file);
        }}
      />
    </label>
  );
}
