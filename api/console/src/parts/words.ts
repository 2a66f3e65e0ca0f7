/** The words of the interface, with the color and the sentence that explain them. */
export interface Word {
  label: string;
  color: string;
  means: string;
}

const statuses: Record<string, Word> = {
  active: { label: "active", color: "violet", means: "The master's own cluster, or one without a federation." },
  joined: { label: "joined", color: "blue", means: "A member that has not reported yet." },
  synced: { label: "synced", color: "teal", means: "Its last heartbeat proves that it holds the newest rules." },
  out_of_sync: { label: "out of sync", color: "yellow", means: "It reports, and does not hold the newest rules yet." },
  diverged: { label: "diverged", color: "orange", means: "It holds other rules than it should; it fetches them anew." },
  disconnected: {
    label: "disconnected",
    color: "red",
    means: "It is not heard from: the state of its rules is unknown.",
  },
  kicked: { label: "removed", color: "gray", means: "The master removed it." },
  left: { label: "left", color: "gray", means: "It left the federation." },
};

const ruleStates: Record<string, Word> = {
  applied: { label: "in force", color: "teal", means: "The newest federated rules are in force there." },
  partial: { label: "partly", color: "yellow", means: "In force as far as that cluster can." },
  pending: { label: "pending", color: "blue", means: "Its enforcer is not done yet." },
  unknown: { label: "unknown", color: "gray", means: "It is not heard from: the last good word is none any more." },
};

const held: Word = {
  label: "held",
  color: "gray",
  means: "It holds the newest federated rules; nothing enforces rules there.",
};

const objectStates: Record<string, Word> = {
  enforced: { label: "enforced", color: "teal", means: "In force." },
  partial: { label: "partial", color: "yellow", means: "In force in part." },
  unsupported: { label: "unsupported", color: "orange", means: "That cluster cannot enforce it." },
  failed: { label: "failed", color: "red", means: "Its enforcer met an error." },
  idle: { label: "idle", color: "gray", means: "Held and shown; nothing enforces rules there." },
  pending: { label: "pending", color: "blue", means: "Its enforcer is not done yet." },
  unknown: { label: "unknown", color: "gray", means: "The cluster is not heard from." },
};

const roles: Record<string, Word> = {
  master: { label: "master", color: "violet", means: "Its rules go to every cluster of the federation." },
  joint: { label: "remote", color: "blue", means: "It takes the rules of its master." },
  "": { label: "standalone", color: "gray", means: "In no federation." },
};

const unknown = (word: string): Word => ({ label: word, color: "gray", means: "This console does not know the word." });

export const statusWord = (word: string): Word => statuses[word] ?? unknown(word);
/** The state of the rules in a cluster: where nothing enforces, they are held and not in force. */
export const ruleStateWord = (word: string, enforcer: string): Word =>
  word === "applied" && (enforcer === "none" || enforcer === "") ? held : (ruleStates[word] ?? unknown(word));
export const objectStateWord = (word: string): Word => objectStates[word] ?? unknown(word);
export const roleWord = (word: string): Word => roles[word] ?? unknown(word);

/** The status words in the order in which they need attention. */
export const statusOrder = ["disconnected", "diverged", "out_of_sync", "joined", "synced", "active", "left", "kicked"];
