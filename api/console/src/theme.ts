import { createTheme, Drawer, Modal, type CSSVariablesResolver } from "@mantine/core";

/** Violet is what is federated, and the master; teal is what is well. */
export const theme = createTheme({
  primaryColor: "violet",
  primaryShade: 7, // in the dark, too: the text on a filled color is chosen for one shade
  defaultRadius: "sm",
  autoContrast: true,
  luminanceThreshold: 0.179, // where black and white text have the same contrast (WCAG 2.2, relative luminance)
  fontFamily: "Inter, system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'Cascadia Mono', 'SF Mono', Menlo, 'Noto Sans Mono', monospace",
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Modal: Modal.extend({ defaultProps: { closeButtonProps: { "aria-label": "Close" } } }),
    Drawer: Drawer.extend({ defaultProps: { closeButtonProps: { "aria-label": "Close" } } }),
  },
});

/** The colors that words of the interface have. */
const colors = ["violet", "teal", "blue", "yellow", "orange", "red", "gray"];

/** Text of less weight, dark enough to be read: at least 4.5 to 1 on every background that it stands on. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-anchor": "var(--mantine-color-violet-8)",
    "--mantine-color-dimmed": "var(--mantine-color-gray-7)",
    "--mantine-color-placeholder": "var(--mantine-color-gray-7)",
    ...Object.fromEntries(colors.map((color) => [`--mantine-color-${color}-light-color`, darker(color)])),
  },
  dark: {
    "--mantine-color-anchor": "var(--mantine-color-violet-3)",
    "--mantine-color-dimmed": "var(--mantine-color-dark-1)",
    "--mantine-color-placeholder": "var(--mantine-color-dark-1)",
  },
});

/** Text on a tint of its own color. */
function darker(color: string): string {
  return `color-mix(in srgb, var(--mantine-color-${color}-9) 70%, black)`;
}
