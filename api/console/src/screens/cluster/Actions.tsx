import { Modal } from "@mantine/core";
import { IconArrowsExchange, IconPencil, IconRefresh, IconTags, IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { api, asProblem, ask, Problem } from "../../api.ts";
import { useFleet, type Cluster } from "../../hooks/fleet.ts";
import { useWhyNot } from "../../hooks/may.ts";
import { useLabel, useResync } from "../../hooks/resync.ts";
import { LabelForm } from "../../parts/LabelForm.tsx";
import { Outcomes } from "../../parts/Outcomes.tsx";
import { Act } from "../../ui/Act.tsx";
import { Confirm } from "../../ui/Confirm.tsx";
import { Refusal } from "../../ui/Refusal.tsx";
import { RenameForm } from "./RenameForm.tsx";

interface Props {
  cluster: Cluster;
  resync: ReturnType<typeof useResync>;
}

type Open = "labels" | "name" | "remove" | undefined;

/** What can be done with a cluster; what cannot be done says why. */
export function Actions({ cluster, resync }: Props) {
  const { id, role, name } = cluster;
  const whyNot = useWhyNot();
  const navigate = useNavigate();
  const [open, setOpen] = useState<Open>();
  const isRemote = role === "joint";
  const noRename = useWhyNoRename(cluster);
  const ownOnly = useIsOwn(cluster) ? "This is the cluster that serves this page." : undefined;
  const close = () => setOpen(undefined);
  const icon = (Icon: typeof IconTags) => <Icon size={16} aria-hidden />;
  return (
    <>
      <Act
        size="xs"
        leftSection={icon(IconArrowsExchange)}
        whyNot={ownOnly ?? (cluster.link_up ? undefined : "It is not connected to this master.")}
        onClick={() => void navigate({ to: "/policy/$kind", params: { kind: "group" }, search: { at: id } })}
      >
        Switch into it
      </Act>
      <Button
        icon={icon(IconRefresh)}
        whyNot={whyNot("manage-fleet") ?? (isRemote ? undefined : "Only remotes fetch from the master.")}
        isBusy={resync.isPending}
        onClick={() => resync.mutate([id])}
      >
        Resync
      </Button>
      <Button icon={icon(IconTags)} whyNot={whyNot("manage-fleet")} onClick={() => setOpen("labels")}>
        Edit labels
      </Button>
      <Button icon={icon(IconPencil)} whyNot={noRename ?? whyNot("manage-membership")} onClick={() => setOpen("name")}>
        Rename
      </Button>
      <Button
        icon={icon(IconTrash)}
        whyNot={whyNot("manage-fleet") ?? (isRemote ? undefined : "A master cannot remove itself: it demotes.")}
        onClick={() => setOpen("remove")}
      >
        Remove
      </Button>
      <Modal opened={open === "labels"} onClose={close} title={`Labels of ${name}`}>
        <Labels cluster={cluster} onDone={close} />
      </Modal>
      <Modal opened={open === "name"} onClose={close} title={`Rename ${name}`}>
        <RenameForm cluster={cluster} onDone={close} />
      </Modal>
      <Remove cluster={cluster} opened={open === "remove"} onClose={close} />
    </>
  );
}

interface ButtonProps {
  icon: ReactNode;
  whyNot: string | undefined;
  isBusy?: boolean;
  onClick: () => void;
  children: ReactNode;
}

function Button({ icon, isBusy = false, ...rest }: ButtonProps) {
  return <Act size="xs" variant="default" leftSection={icon} loading={isBusy} {...rest} />;
}

/** What became of the resync of a cluster. */
export function ResyncResult({ resync }: { resync: ReturnType<typeof useResync> }) {
  if (resync.isError) {
    return <Refusal title="Not resynced" problem={asProblem(resync.error)} />;
  }
  return resync.isSuccess ? <Outcomes outcomes={resync.data} /> : null;
}

function Labels({ cluster: { id, labels }, onDone }: { cluster: Cluster; onDone: () => void }) {
  const label = useLabel();
  const [failure] = label.data ?? [];
  return (
    <>
      {failure !== undefined && <Refusal title="Not saved" problem={new Problem(0, 0, failure.why)} />}
      <LabelForm
        labels={labels}
        isBusy={label.isPending}
        onSave={(change) =>
          label.mutate(
            { ids: [id], labels: change },
            { onSuccess: (failures) => (failures.length === 0 ? onDone() : undefined) },
          )
        }
        onClose={onDone}
      />
    </>
  );
}

function Remove({ cluster, opened, onClose }: { cluster: Cluster; opened: boolean; onClose: () => void }) {
  const { id, name } = cluster;
  const navigate = useNavigate();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => ask(api().DELETE("/v1/fed/cluster/{id}", { params: { path: { id } } })),
    onSuccess: async () => {
      await client.invalidateQueries({
        predicate: (q) => ["member", "fleet", "events"].includes(String(q.queryKey[0])),
      });
      await navigate({ to: "/fleet" });
    },
  });
  return (
    <Confirm
      opened={opened}
      title={`Remove ${name} from the federation?`}
      verb="Remove it"
      isDangerous
      isBusy={remove.isPending}
      problem={remove.isError ? asProblem(remove.error) : null}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      It becomes standalone and its federated rules are taken away there; its own rules stay.{" "}
      {cluster.link_up
        ? "It is told at once."
        : "It is not connected now: it learns of it at its next contact, and keeps the rules that it has until then."}{" "}
      To come back, it needs a new join token.
    </Confirm>
  );
}

function useIsOwn(cluster: Cluster): boolean {
  const fleet = useFleet();
  // The own cluster comes first; a remote or standalone one knows only itself.
  return "data" in fleet && fleet.data.clusters.keys().next().value === cluster.id;
}

/** Why a cluster keeps its name: names are what a federation tells its clusters apart by. */
function useWhyNoRename(cluster: Cluster): string | undefined {
  const fleet = useFleet();
  const isOwn = useIsOwn(cluster);
  if (!isOwn || cluster.role === "joint") {
    return "A remote keeps its name while it is in the federation: it leaves, is renamed, and joins again.";
  }
  const others = "data" in fleet ? fleet.data.clusters.size - 1 : 0;
  return others > 0 ? "A master keeps its name while there are remotes in its federation." : undefined;
}
