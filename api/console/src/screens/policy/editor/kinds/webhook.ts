import { tooLong, ownName, wholeName } from "../checks.ts";
import { checkCommon, checkOwnName, readCommon, writeCommon } from "../common.ts";
import { findings, type Common, type Errors, type KindForm } from "../form.ts";
import { flagOf, textOf } from "../reading.ts";

export interface WebhookValues extends Common {
  name: string;
  url: string;
  /** "" for the plain form. */
  type: string;
  isEnabled: boolean;
  usesProxy: boolean;
}

const maxWebhookName = 256;
const maxUrl = 2048;

export const webhookForm: KindForm<WebhookValues> = {
  kind: "webhook",
  read: (o, scope) => ({
    ...readCommon(o),
    name: ownName(textOf(o, "name"), scope),
    url: textOf(o, "url"),
    type: textOf(o, "type"),
    isEnabled: flagOf(o, "enable", true),
    usesProxy: flagOf(o, "use_proxy"),
  }),
  write: (v, scope) => ({
    name: wholeName(v.name, scope),
    url: v.url.trim(),
    enable: v.isEnabled,
    use_proxy: v.usesProxy,
    type: v.type,
    ...writeCommon(v, scope),
  }),
  nameOf: (v, scope) => wholeName(v.name, scope),
  check: (v, scope, around): Errors => {
    const f = findings();
    checkOwnName(f, v.name, scope, around, maxWebhookName);
    f.note("url", checkUrl(v.url.trim()));
    checkCommon(f, v, scope);
    return f.errors;
  },
};

function checkUrl(text: string): string | undefined {
  if (!/^https?:\/\/[^/?#]/i.test(text) || !URL.canParse(text)) {
    return "Write a whole address such as https://example.com/hook";
  }
  if (/[\s\p{Cc}]/u.test(text)) {
    return "There is a blank in it; write %20 or take it away.";
  }
  const { username, password, port } = new URL(text);
  if (username !== "" || password !== "" || /^[^/]*\/\/[^/?#]*@/.test(text)) {
    return "Take the user and the password out: all who read the policy would see them.";
  }
  return port === "0" ? "0 is no port." : tooLong(text, maxUrl);
}
