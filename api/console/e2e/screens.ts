import type { Page } from "@playwright/test";
import type { Example } from "./example.ts";
import { settled } from "./pages.ts";

/** A picture of the console: where it is, and what is opened there. */
export interface Screen {
  name: string;
  path: string;
  /** Whether it is also looked at as wide as a phone. */
  isMain?: boolean;
  open?: (page: Page) => Promise<void>;
}

/** The kinds of policy that have a page, with a name that there is one of in the example. */
export const policyKinds = [
  "group",
  "network",
  "admission",
  "response",
  "process",
  "file",
  "dlp",
  "dlp-group",
  "waf",
  "waf-group",
  "webhook",
] as const;

const menu = (button: string | RegExp) => async (page: Page) => {
  await page.getByRole("button", { name: button }).click();
  await settled(page);
};

/** The screens of the master, in the order of the menu. */
export function masterScreens({ berlinId, rollout, revision }: Example): Screen[] {
  const cluster = `/fleet/${berlinId}`;
  return [
    { name: "fleet", path: "/fleet", isMain: true },
    { name: "fleet-picture", path: "/fleet?view=picture&group=env", isMain: true },
    { name: "fleet-cluster-menu", path: "/fleet", open: menu(/: switch$/) },
    { name: "cluster", path: cluster, isMain: true },
    { name: "cluster-rules", path: `${cluster}?tab=rules`, isMain: true },
    { name: "cluster-events", path: `${cluster}?tab=events` },
    { name: "cluster-pulse", path: `${cluster}?tab=pulse`, isMain: true },
    { name: "federation-master", path: "/federation", isMain: true, open: menu("Make a token") },
    ...policyKinds.flatMap((kind) => [
      { name: `policy-${kind}`, path: `/policy/${kind}`, isMain: kind === "network" || kind === "group" },
      { name: `policy-${kind}-editor`, path: `/policy/${kind}?edit=new&for=fed`, isMain: kind === "network" },
    ]),
    { name: "policy-admission-state", path: "/policy/admission?edit=state&for=fed" },
    { name: "policy-details", path: "/policy/group?name=fed.web&for=fed", isMain: true },
    { name: "policy-import", path: "/policy/group", open: menu("Import") },
    { name: "changes", path: "/changes", isMain: true },
    { name: "changes-publish", path: "/changes", isMain: true, open: publishInWaves },
    { name: "rollouts", path: "/rollouts", isMain: true },
    { name: "rollout", path: `/rollouts/${rollout}`, isMain: true },
    { name: "matrix", path: "/matrix", isMain: true },
    { name: "history", path: "/history", isMain: true },
    { name: "history-change-set", path: `/history?revision=${String(revision)}`, isMain: true },
    { name: "history-time", path: "/history?tab=time", isMain: true },
    { name: "history-compare", path: `/history?tab=time&moment=${String(revision)}&compare=1` },
    { name: "history-events", path: "/history?tab=events", isMain: true },
    { name: "history-audit", path: "/history?tab=audit" },
    { name: "settings", path: "/settings", isMain: true },
    { name: "settings-users", path: "/settings?tab=users" },
    { name: "settings-new-user", path: "/settings?tab=users", open: menu("Add a user") },
    { name: "settings-password", path: "/settings?tab=password" },
    { name: "settings-certificates", path: "/settings?tab=certificates" },
    { name: "not-found", path: "/nowhere" },
    { name: "switched-fleet", path: `/fleet?at=${berlinId}`, isMain: true },
    { name: "switched-policy", path: `/policy/network?at=${berlinId}`, isMain: true },
    { name: "switched-federation", path: `/federation?at=${berlinId}` },
    { name: "switched-history", path: `/history?at=${berlinId}` },
  ];
}

/** The screens that look otherwise at a remote. */
export const remoteScreens: Screen[] = [
  { name: "remote-fleet", path: "/fleet", isMain: true },
  { name: "remote-federation", path: "/federation" },
  { name: "remote-policy", path: "/policy/network", isMain: true },
  { name: "remote-changes", path: "/changes" },
  { name: "remote-history", path: "/history" },
  { name: "remote-settings", path: "/settings" },
];

/** The screens that look otherwise where there is no federation. */
export const aloneScreens: Screen[] = [
  { name: "alone-fleet", path: "/fleet", isMain: true },
  { name: "alone-federation", path: "/federation", isMain: true },
  { name: "alone-policy", path: "/policy/group" },
];

async function publishInWaves(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Publish…", disabled: false }).click();
  await page.getByRole("dialog").getByRole("radio", { name: "In waves" }).check();
  await settled(page);
}
