import { Input, SegmentedControl } from "@mantine/core";
import { useId } from "react";

interface Props {
  label: string;
  description: string;
  value: string;
  onChange: (value: string) => void;
  data: { value: string; label: string }[];
}

/** One of a few words, all of which are shown. */
export function Choice({ label, description, value, onChange, data }: Props) {
  const id = useId();
  return (
    <Input.Wrapper label={label} description={description} labelElement="div" labelProps={{ id }}>
      <div>
        <SegmentedControl aria-labelledby={id} mt={6} value={value} onChange={onChange} data={data} />
      </div>
    </Input.Wrapper>
  );
}
