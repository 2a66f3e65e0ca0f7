import { useRole } from "./self.ts";
import { useSignIn } from "./session.ts";
import { useTarget } from "./target.ts";

/** What a page offers to do, by who may. */
export type Right =
  /** Change the federated policy. */
  | "write-federal"
  /** Change the cluster's own policy. */
  | "write-local"
  /** Make tokens, label and remove clusters, resync, steer rollouts. */
  | "manage-fleet"
  /** Promote, demote, join, leave, name and address. */
  | "manage-membership"
  /** Users. */
  | "manage-users"
  /** Look at who did what. */
  | "read-audit";

/** The reason why the caller may not, or undefined when it may. The server decides all the same. */
export function useWhyNot(): (right: Right) => string | undefined {
  const signIn = useSignIn();
  const at = useTarget();
  const role = useRole();
  const user = signIn.is === "in" || signIn.is === "over" ? signIn.session.role : "";
  const isAdmin = user === "admin" || user === "fedAdmin";
  return (right) => {
    switch (right) {
      case "write-federal":
        if (at !== undefined || role === "joint") {
          return "Federated policy is changed at the master only.";
        }
        if (role !== "master") {
          return "This cluster is in no federation: promote it first.";
        }
        return user === "fedAdmin" ? undefined : needs("fedAdmin", user);
      case "manage-fleet":
        if (at !== undefined || role !== "master") {
          return "Only the master does this.";
        }
        return user === "fedAdmin" ? undefined : needs("fedAdmin", user);
      case "manage-membership":
        if (role === "master") {
          return user === "fedAdmin" ? undefined : needs("fedAdmin", user);
        }
        return isAdmin ? undefined : needs("admin", user);
      case "write-local":
      case "manage-users":
      case "read-audit":
        return isAdmin ? undefined : needs("admin", user);
    }
  };
}

function needs(role: string, has: string): string {
  return `This needs the role ${role}; yours is ${has || "not known yet"}.`;
}
