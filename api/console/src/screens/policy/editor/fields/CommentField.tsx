import { Textarea } from "@mantine/core";

interface Props {
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
  "data-path": string;
}

export function CommentField({ value, onChange, ...rest }: Props) {
  return (
    <Textarea
      label="Comment"
      description="What it is for, for those who read it later."
      autosize
      minRows={1}
      maxRows={6}
      value={value}
      onChange={(e) => onChange(e.currentTarget.value)}
      {...rest}
    />
  );
}
