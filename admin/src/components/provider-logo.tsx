import { Avatar } from '@mantine/core';

interface Props {
  readonly name: string;
  readonly src: string | null;
  readonly size?: number;
}

/** The provider's logo, or its initials. Beside the name, so it says nothing to a screen reader. */
export function ProviderLogo({ name, src, size = 32 }: Props) {
  return (
    <Avatar
      src={src}
      alt=""
      aria-hidden
      size={size}
      radius="sm"
      color="gray"
      imageProps={{ style: { objectFit: 'contain' } }}
    >
      {initials(name)}
    </Avatar>
  );
}

function initials(name: string): string {
  return name
    .split(/[\s_-]+/)
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('');
}
