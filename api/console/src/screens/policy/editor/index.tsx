import { Alert } from "@mantine/core";
import type { Scope } from "../../../hooks/draft.ts";
import { KindEditor } from "./KindEditor.tsx";
import { admissionForm } from "./kinds/admission.ts";
import { AdmissionFields } from "./kinds/AdmissionFields.tsx";
import { admissionStateForm } from "./kinds/admissionState.ts";
import { AdmissionStateFields } from "./kinds/AdmissionStateFields.tsx";
import { fileForm } from "./kinds/file.ts";
import { FileFields } from "./kinds/FileFields.tsx";
import { groupForm } from "./kinds/group.ts";
import { GroupFields } from "./kinds/GroupFields.tsx";
import { networkForm } from "./kinds/network.ts";
import { NetworkFields } from "./kinds/NetworkFields.tsx";
import { processForm } from "./kinds/process.ts";
import { ProcessFields } from "./kinds/ProcessFields.tsx";
import { responseForm } from "./kinds/response.ts";
import { ResponseFields } from "./kinds/ResponseFields.tsx";
import { sensorForm } from "./kinds/sensor.ts";
import { SensorFields } from "./kinds/SensorFields.tsx";
import { sensorGroupForm } from "./kinds/sensorGroup.ts";
import { SensorGroupFields } from "./kinds/SensorGroupFields.tsx";
import { webhookForm } from "./kinds/webhook.ts";
import { WebhookFields } from "./kinds/WebhookFields.tsx";

interface Props {
  /** As in an edit of a change set. */
  kind: string;
  scope: Scope;
  /** Name or number; undefined for a new object. */
  name: string | undefined;
  /** What is stored or staged: in the shape of the list of its kind, or of the config of an edit. */
  object: unknown;
  onClose: () => void;
}

const dlpForm = sensorForm("dlp");
const wafForm = sensorForm("waf");
const dlpGroupForm = sensorGroupForm("dlp-group");
const wafGroupForm = sensorGroupForm("waf-group");

/**
 * Edits one object of the policy in a drawer. What is staged goes into the draft of the scope; nothing is sent. It shows
 * the object as it was when it was opened: give it a key that says which object it is about.
 */
export function ObjectEditor({ kind, ...props }: Props) {
  switch (kind) {
    case "group":
      return <KindEditor kindForm={groupForm} Fields={GroupFields} {...props} />;
    case "network":
      return <KindEditor kindForm={networkForm} Fields={NetworkFields} {...props} />;
    case "admission":
      return <KindEditor kindForm={admissionForm} Fields={AdmissionFields} {...props} />;
    case "admission-state":
      return <KindEditor kindForm={admissionStateForm} Fields={AdmissionStateFields} {...props} />;
    case "response":
      return <KindEditor kindForm={responseForm} Fields={ResponseFields} {...props} />;
    case "process":
      return <KindEditor kindForm={processForm} Fields={ProcessFields} {...props} />;
    case "file":
      return <KindEditor kindForm={fileForm} Fields={FileFields} {...props} />;
    case "dlp":
      return <KindEditor kindForm={dlpForm} Fields={SensorFields} {...props} />;
    case "waf":
      return <KindEditor kindForm={wafForm} Fields={SensorFields} {...props} />;
    case "dlp-group":
      return <KindEditor kindForm={dlpGroupForm} Fields={SensorGroupFields} {...props} />;
    case "waf-group":
      return <KindEditor kindForm={wafGroupForm} Fields={SensorGroupFields} {...props} />;
    case "webhook":
      return <KindEditor kindForm={webhookForm} Fields={WebhookFields} {...props} />;
    default:
      return <Alert color="gray">Objects of the kind {kind} cannot be edited here.</Alert>;
  }
}
