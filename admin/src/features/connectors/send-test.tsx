import { Alert, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconSend } from '@tabler/icons-react';
import { useState, type KeyboardEvent } from 'react';
import { TestButton } from './test-button';
import type { TestOptions } from './use-test-run';

interface Props {
  readonly isRunning: boolean;
  /** Seconds. */
  readonly wait: number;
  readonly onSend: (send: NonNullable<TestOptions['send']>) => void;
}

/** For a service that answers nothing but a message: offers to make one real message the test. */
export function SendTest({ isRunning, wait, onSend }: Props) {
  const [to, setTo] = useState('');
  const [text, setText] = useState('');
  const send = () => onSend({ ...(to.trim() !== '' && { to: to.trim() }), ...(text.trim() !== '' && { text }) });
  return (
    <Alert color="gray" variant="light" icon={<IconSend aria-hidden />} title="Send one test message" role="group">
      <Stack gap="sm">
        <Text size="sm">
          This service can only be tried by sending something. One real message is sent; when it arrives, the connector
          counts as connected.
        </Text>
        <TextInput
          label="To"
          description="Left empty, it goes where the connector sends by itself."
          maxLength={1024}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
          onKeyDown={keepFromOuterForm}
        />
        <Textarea
          label="Text"
          placeholder="Test message"
          autosize
          minRows={2}
          maxLength={4000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <div>
          <TestButton label="Send test message" isRunning={isRunning} wait={wait} onClick={send} />
        </div>
      </Stack>
    </Alert>
  );
}

/** The panel may stand inside the connector's form, which Enter would save. */
function keepFromOuterForm(event: KeyboardEvent): void {
  if (event.key === 'Enter') event.preventDefault();
}
