import { Badge } from "@mantine/core";
import { IconAffiliate } from "@tabler/icons-react";

/** Marks what the master wrote for the whole federation. It is in every row of long lists, so it is kept simple. */
export function FederatedBadge() {
  return (
    <Badge
      variant="light"
      color="violet"
      tt="none"
      size="sm"
      leftSection={<IconAffiliate size={12} aria-hidden />}
      title="Written at the master, for every cluster that its targets choose."
    >
      federated
    </Badge>
  );
}
