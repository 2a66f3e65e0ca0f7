import { Button, Menu } from "@mantine/core";
import { IconChevronDown, IconPlus } from "@tabler/icons-react";
import { useWhyNot } from "../../hooks/may.ts";
import { kindName } from "../../parts/kinds.ts";
import { Act } from "../../ui/Act.tsx";
import { usePolicyNavigate } from "./search.ts";

/** Begins a new object; where both may be written, one says for whom. */
export function AddButton({ kind }: { kind: string }) {
  const whyNot = useWhyNot();
  const go = usePolicyNavigate();
  const one = kindName(kind);
  if (whyNot("write-federal") !== undefined) {
    return (
      <Act
        whyNot={whyNot("write-local")}
        leftSection={<IconPlus size={16} aria-hidden />}
        onClick={() => go.add("local")}
      >
        Add {one}
      </Act>
    );
  }
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button
          leftSection={<IconPlus size={16} aria-hidden />}
          rightSection={<IconChevronDown size={14} aria-hidden />}
        >
          Add {one}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => go.add("fed")}>Federated: for all clusters or some</Menu.Item>
        <Menu.Item onClick={() => go.add("local")}>Own: for this cluster only</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
