import { useMember, useSelf } from "../../hooks/self.ts";
import { useTarget } from "../../hooks/target.ts";
import { Screen, Shown } from "../../ui/Screen.tsx";
import { AsMaster } from "./AsMaster.tsx";
import { AsRemote } from "./AsRemote.tsx";
import { Standalone } from "./Standalone.tsx";

/** The cluster's place in a federation, and the ways to change it. */
export function Federation() {
  const member = useMember();
  const self = useSelf();
  const isSwitched = useTarget() !== undefined;
  const name = self.is === "live" || self.is === "stale" ? self.data.name : "";
  return (
    <Screen title="Federation" about="Which clusters belong together, and how one joins.">
      <Shown view={member} what="the membership">
        {(m) => {
          switch (m.fed_role) {
            case "master":
              return <AsMaster member={m} name={name} />;
            case "joint":
              return <AsRemote member={m} name={name} isSwitched={isSwitched} />;
            default:
              return <Standalone member={m} name={name} />;
          }
        }}
      </Shown>
    </Screen>
  );
}
