import { Box, Code, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { CopyText } from "../../ui/CopyText.tsx";

const command = "kubectl get svc -n fedhub";

const rows = {
  "fed-master": "fed-master   LoadBalancer   10.27.249.147   35.238.131.23   11443:31878/TCP",
  "fed-worker": "fed-worker   ClusterIP      10.27.251.1     <none>          10443/TCP",
};

interface Props {
  service: keyof typeof rows;
  children: ReactNode;
}

/** Where an operator finds the address of a service. */
export function AddressHint({ service, children }: Props) {
  return (
    <Box component="details">
      <Text component="summary" size="sm" style={{ cursor: "pointer" }}>
        Where do I find this address?
      </Text>
      <Text size="sm" mt={4}>
        Run <Code>{command}</Code> <CopyText value={command} what="the command" />
      </Text>
      <Code block tabIndex={0} aria-label="Example of its output">
        {`NAME         TYPE           CLUSTER-IP      EXTERNAL-IP     PORT(S)\n${rows[service]}`}
      </Code>
      <Text size="sm" mt={4}>
        {children}
      </Text>
    </Box>
  );
}
