import { Button, Group, Input, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { FileDrop } from '../../../components/file-drop';
import { ProblemAlert } from '../../../components/problem-alert';
import { TaskProgress } from '../../../components/task-progress';
import { fieldHelp } from './field-parts';
import { inputProps, type FieldProps } from './field-props';
import { setFile, setValue } from './form-edits';
import { isStoredShown, KeepStored } from './keep-stored';
import { StoredSecret } from './stored-secret';
import { useConfigUpload } from './use-config-upload';
import classes from './form.module.css';

/** A file whose content is the value: uploaded, or pasted as text. Write-only as every secret. */
export function FileField(props: FieldProps) {
  const { form, field, row } = props;
  if (!isStoredShown(form, row)) return <NewFile {...props} />;
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
}

function NewFile(props: FieldProps) {
  const { form, field, row } = props;
  const [isPasting, setPasting] = useState(false);
  return (
    <Stack gap={4}>
      {isPasting ? <PastedFile {...props} /> : <ChosenFile {...props} />}
      <Group gap={4}>
        <Button
          variant="subtle"
          size="compact-xs"
          aria-label={`${isPasting ? 'Choose a file' : 'Paste the content'} instead for ${field.label}`}
          onClick={() => {
            setPasting(!isPasting);
            form.edit(setValue(row.id, ''), row.id);
          }}
        >
          {isPasting ? 'Choose a file instead' : 'Paste the content instead'}
        </Button>
        <KeepStored form={form} row={row} label={field.label} what="file" />
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

function ChosenFile(props: FieldProps) {
  const { form, field, row } = props;
  const upload = useConfigUpload(form, (file) => form.edit(setFile(row.id, file), row.id));
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
          <FileDrop
            label="Drop a file here: text, at most 1 MiB"
            buttonLabel="Choose a file"
            purpose={field.label}
            onFiles={([file]) => file && upload.start(file)}
          />
        ) : (
          <UploadedFile {...props} name={row.file.name} />
        )}
        {upload.progress && <TaskProgress {...upload.progress} />}
        <ProblemAlert error={upload.error} title="The file was not uploaded" />
      </Stack>
    </Input.Wrapper>
  );
}

function UploadedFile({ form, field, row, name }: FieldProps & { readonly name: string }) {
  return (
    <Group className={classes.stored} justify="space-between" gap="xs">
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {name}, uploaded; used once you save
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
  );
}
