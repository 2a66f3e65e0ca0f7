import { Button, Menu } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { baseOf } from "../../api.ts";
import { useTarget } from "../../hooks/target.ts";

const files = [
  { scope: "fed", format: "yaml", label: "Federated policy, YAML" },
  { scope: "fed", format: "json", label: "Federated policy, JSON" },
  { scope: "local", format: "yaml", label: "This cluster's own, YAML" },
  { scope: "local", format: "json", label: "This cluster's own, JSON" },
] as const;

/** Downloads of the whole policy as NeuVector's custom resources. */
export function ExportMenu() {
  const at = useTarget();
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />}>
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>All kinds, as custom resources</Menu.Label>
        {files.map(({ scope, format, label }) => (
          <Menu.Item
            key={label}
            component="a"
            href={`${baseOf(at)}/v1/fed/policy/export?scope=${scope}&format=${format}`}
            download={`fedhub-${scope}-policy.${format}`}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
