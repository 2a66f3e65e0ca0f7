import type { Wire } from "../../../api.ts";
import { useWebhooks } from "../../../hooks/policy.ts";
import type { PolicyKind } from "../kind.ts";

type Webhook = Wire["Webhook"];

const blank: Webhook = { name: "", url: "", enable: true, use_proxy: false, type: "", cfg_type: "", targets: "" };

export const webhookKind: PolicyKind<Webhook> = {
  kind: "webhook",
  useRows: useWebhooks,
  columns: [
    { key: "url", title: "URL", width: "minmax(200px, 3fr)", text: (o) => o.url },
    { key: "type", title: "Form", width: "100px", text: (o) => o.type || "plain" },
    { key: "proxy", title: "Proxy", width: "80px", text: (o) => (o.use_proxy ? "yes" : "no") },
  ],
  targets: (o) => o.targets,
  read: (was, config, name) => ({ ...blank, ...was, ...config, name }),
  config: ({ name, url, enable, use_proxy, type, targets }) => ({ name, url, enable, use_proxy, type, targets }),
  toggle: { isOff: (o) => !o.enable, on: { enable: true }, off: { enable: false } },
  copies: "name",
};
