import { Badge, createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const ink: MantineColorsTuple = [
  '#eef4fb',
  '#dae6f3',
  '#b3cce8',
  '#88b0dd',
  '#6599d4',
  '#4e8ace',
  '#4082cc',
  '#306fb5',
  '#1f5f9f',
  '#0d4f8a',
];

/** Shades chosen so that text on every filled and light colour reaches the contrast of WCAG AA, in both schemes. */
export const theme = createTheme({
  primaryColor: 'ink',
  colors: { ink },
  primaryShade: { light: 8, dark: 8 },
  autoContrast: true,
  luminanceThreshold: 0.3,
  defaultRadius: 'md',
  cursorType: 'pointer',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.5rem' }, h2: { fontSize: '1.125rem' } } },
  components: {
    Anchor: { defaultProps: { inherit: true } },
    Badge: Badge.extend({ defaultProps: { variant: 'light', radius: 'sm' } }),
    Modal: {
      defaultProps: {
        centered: true,
        closeButtonProps: { 'aria-label': 'Close' },
        // Its header is no landmark of the page.
        attributes: { header: { role: 'none' } },
      },
    },
    PasswordInput: { defaultProps: { visibilityToggleButtonProps: { 'aria-label': 'Show or hide what is typed' } } },
  },
});

/** Mantine's quiet text, and text on its light colours, is too pale for small type. */
export const readableText: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': colors.gray[7],
    '--mantine-color-placeholder': colors.gray[7],
    ...Object.fromEntries(
      Object.entries(colors).map(([name, shades]) => [
        `--mantine-color-${name}-light-color`,
        `color-mix(in srgb, ${shades[9]}, black 30%)`,
      ]),
    ),
  },
  dark: { '--mantine-color-dimmed': colors.dark[1], '--mantine-color-placeholder': colors.dark[1] },
});

/** Mantine puts its variables into style elements, which the content policy allows by this nonce only. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
}
