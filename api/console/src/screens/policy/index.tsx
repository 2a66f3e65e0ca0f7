import { getRouteApi } from "@tanstack/react-router";
import { Empty, Screen } from "../../ui/Screen.tsx";
import { ButtonLink } from "../../ui/links.tsx";
import { AdmissionStates } from "./AdmissionStates.tsx";
import { KindPage } from "./KindPage.tsx";
import { admissionKind } from "./kinds/admission.tsx";
import { groupKind } from "./kinds/group.ts";
import { networkKind } from "./kinds/network.tsx";
import { fileKind, processKind } from "./kinds/profile.ts";
import { responseKind } from "./kinds/response.ts";
import { dlpGroupKind, dlpKind, wafGroupKind, wafKind } from "./kinds/sensor.ts";
import { webhookKind } from "./kinds/webhook.ts";

const route = getRouteApi("/policy/$kind");

/** The objects of one kind: federated ones first, then the cluster's own, with what is staged about them. */
export function PolicyScreen() {
  const { kind } = route.useParams();
  switch (kind) {
    case "group":
      return <KindPage key={kind} of={groupKind} />;
    case "network":
      return <KindPage key={kind} of={networkKind} />;
    case "admission":
    case "admission-state":
      return <KindPage key={kind} of={admissionKind} above={<AdmissionStates />} />;
    case "response":
      return <KindPage key={kind} of={responseKind} />;
    case "process":
      return <KindPage key={kind} of={processKind} />;
    case "file":
      return <KindPage key={kind} of={fileKind} />;
    case "dlp":
      return <KindPage key={kind} of={dlpKind} />;
    case "dlp-group":
      return <KindPage key={kind} of={dlpGroupKind} />;
    case "waf":
      return <KindPage key={kind} of={wafKind} />;
    case "waf-group":
      return <KindPage key={kind} of={wafGroupKind} />;
    case "webhook":
      return <KindPage key={kind} of={webhookKind} />;
    default:
      return <NoSuchKind kind={kind} />;
  }
}

function NoSuchKind({ kind }: { kind: string }) {
  return (
    <Screen title="Policy">
      <Empty title={`There are no objects of the kind “${kind}”.`}>
        <ButtonLink to="/policy/$kind" params={{ kind: "network" }} mt="sm">
          To the network rules
        </ButtonLink>
      </Empty>
    </Screen>
  );
}
