import { SegmentedControl } from "@mantine/core";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useDraft, type Scope } from "../../hooks/draft.ts";
import { useRole } from "../../hooks/self.ts";
import { useTarget } from "../../hooks/target.ts";
import { count } from "../../ui/number.ts";
import { DraftScreen } from "./DraftScreen.tsx";
import type { Published } from "./publish.ts";

const route = getRouteApi("/changes");

/** The change set of the cluster that the page speaks to: what it would do, and the way to publish it. */
export function Changes() {
  const { scope: asked } = route.useSearch();
  const navigate = useNavigate();
  const at = useTarget();
  const isMaster = useRole() === "master" && at === undefined;
  const edits = { fed: useDraft("fed").draft.edits.length, local: useDraft("local").draft.edits.length };
  const [published, setPublished] = useState<Published>();
  const hasFederal = isMaster || edits.fed > 0;
  const fitting = hasFederal && (edits.fed > 0 || edits.local === 0) ? "fed" : "local";
  const scope: Scope = asked === "local" ? "local" : asked === "fed" && hasFederal ? "fed" : fitting;
  const label = (of: Scope, word: string) => (edits[of] === 0 ? word : `${word} (${count(edits[of])})`);
  return (
    <DraftScreen
      key={`${at ?? ""}/${scope}`}
      scope={scope}
      published={published?.scope === scope ? published : undefined}
      onPublished={setPublished}
      scopes={
        hasFederal && (
          <SegmentedControl
            aria-label="Which policy"
            value={scope}
            onChange={(value) => void navigate({ to: ".", search: (old) => ({ ...old, scope: value }), replace: true })}
            data={[
              { value: "fed", label: label("fed", "Federated") },
              { value: "local", label: label("local", "This cluster") },
            ]}
          />
        )
      }
    />
  );
}
