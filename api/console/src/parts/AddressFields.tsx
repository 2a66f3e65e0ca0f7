import { Group, NumberInput, TextInput, type NumberInputProps, type TextInputProps } from "@mantine/core";

interface Props {
  /** What is reached there: "Address of fed-master". */
  label: string;
  description: string;
  portDescription: string;
  /** What the form says of the two fields. */
  server: TextInputProps;
  port: NumberInputProps;
}

/** Where a server is reached: a host and a port. */
export function AddressFields({ label, description, portDescription, server, port }: Props) {
  return (
    <Group align="flex-start" grow wrap="wrap" preventGrowOverflow={false}>
      <TextInput label={label} description={description} {...server} />
      <NumberInput label="Port" description={portDescription} min={1} max={65535} {...port} />
    </Group>
  );
}
