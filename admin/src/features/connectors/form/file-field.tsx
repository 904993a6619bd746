import { Button, Group, Input, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { ProblemAlert } from '../../../components/problem-alert';
import { TaskProgress } from '../../../components/task-progress';
import { DropZone } from './drop-zone';
import type { FieldProps } from './field-input';
import { inputProps } from './field-input';
import { fieldHelp } from './field-parts';
import { keepStored, setFile, setValue } from './form-edits';
import { StoredSecret } from './stored-secret';
import { useConfigUpload } from './use-config-upload';
import classes from './form.module.css';

/** A file whose content is the value: uploaded, or pasted as text. Write-only as every secret. */
export function FileField(props: FieldProps) {
  const { form, field, row } = props;
  const [isPasting, setPasting] = useState(false);
  const isRetyped = form.retyped.includes(row);
  const isStored = row.stored?.is_set === true;
  if (isStored && row.mode !== 'set' && !isRetyped)
    return (
      <StoredSecret
        form={form}
        row={row}
        label={field.label}
        help={fieldHelp(field)}
        isRequired={field.required}
        what={row.stored?.value_type === 'file' ? 'File set' : 'Set'}
      />
    );
  return (
    <Stack gap={4}>
      {isPasting ? <PastedFile {...props} /> : <ChosenFile {...props} />}
      <Group gap={4}>
        <Button
          variant="subtle"
          size="compact-xs"
          aria-label={isPasting ? `Choose a file for ${field.label}` : `Paste the content of ${field.label}`}
          onClick={() => {
            setPasting(!isPasting);
            form.edit(setValue(row.id, ''), row.id);
          }}
        >
          {isPasting ? 'Choose a file instead' : 'Paste the content instead'}
        </Button>
        {isStored && !isRetyped && (
          <Button
            variant="subtle"
            size="compact-xs"
            aria-label={`Keep the stored value of ${field.label}`}
            onClick={() => form.edit(keepStored(row.id), row.id)}
          >
            Keep the stored file
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function PastedFile(props: FieldProps) {
  return (
    <Textarea
      {...inputProps(props)}
      value={props.row.value}
      autosize
      minRows={4}
      maxRows={12}
      autoComplete="off"
      spellCheck={false}
      classNames={{ input: classes.code }}
    />
  );
}

function ChosenFile({ form, field, row }: FieldProps) {
  const upload = useConfigUpload((file) => form.edit(setFile(row.id, file), row.id));
  const isGone = row.stored !== null && !row.stored.is_set;
  return (
    <Input.Wrapper
      label={field.label}
      labelElement="div"
      description={fieldHelp(field, isGone ? 'The file that was here is deleted: choose another one.' : undefined)}
      error={form.issueOf(row).value}
      withAsterisk={field.required}
    >
      <Stack gap="xs" mt={4}>
        {row.file === null ? (
          <DropZone
            label={`Choose or drop a file for ${field.label}`}
            hint="Text, at most 1 MiB"
            onFile={upload.start}
          />
        ) : (
          <Group className={classes.stored} justify="space-between" gap="xs">
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {row.file.name}, uploaded; used once you save
            </Text>
            <Button
              variant="subtle"
              size="compact-sm"
              aria-label={`Choose another file for ${field.label}`}
              onClick={() => form.edit(setFile(row.id, null), row.id)}
            >
              Another file
            </Button>
          </Group>
        )}
        {upload.progress && <TaskProgress {...upload.progress} />}
        <ProblemAlert error={upload.error} title="The file was not uploaded" />
      </Stack>
    </Input.Wrapper>
  );
}
