import type { Problem } from "../../api.ts";
import { Refusal } from "../../ui/Refusal.tsx";
import { Empty } from "../../ui/Screen.tsx";

/** The code of the interface for what a cluster in another role does. */
const otherRole = 4;

/** Whether a cluster refused because it is no master. */
export function isOtherRole(problem: Problem): boolean {
  return problem.code === otherRole;
}

interface Props {
  problem: Problem;
  what: string;
  retry: () => void;
}

/** Why the past of the policy cannot be read: mostly because only a master has it. */
export function Unreadable({ problem, what, retry }: Props) {
  return isOtherRole(problem) ? (
    <Empty title="Only a master knows how the federated policy came to be.">
      This cluster says: {problem.message}. What it recorded itself is under “Events”.
    </Empty>
  ) : (
    <Refusal title={`Could not read ${what}`} problem={problem} retry={retry} />
  );
}
