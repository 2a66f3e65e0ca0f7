import { Button, FileButton, Group, Modal, SegmentedControl, Stack, Text, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconFile, IconUpload } from "@tabler/icons-react";
import { useState } from "react";
import { asProblem } from "../../api.ts";
import type { Scope } from "../../hooks/draft.ts";
import { useWhyNot } from "../../hooks/may.ts";
import { usePolicyImport, type ImportFile } from "../../hooks/policyImport.ts";
import { Act } from "../../ui/Act.tsx";
import { Refusal } from "../../ui/Refusal.tsx";
import { ImportReport } from "./ImportReport.tsx";

/** Opens the import of custom resources, for those who may write something. */
export function ImportButton() {
  const [isOpen, open] = useDisclosure();
  const whyNot = useWhyNot();
  const mayFederal = whyNot("write-federal") === undefined;
  const reason = mayFederal ? undefined : whyNot("write-local");
  return (
    <>
      <Act variant="default" whyNot={reason} leftSection={<IconUpload size={16} aria-hidden />} onClick={open.open}>
        Import
      </Act>
      <Modal
        opened={isOpen}
        onClose={open.close}
        title="Import policy"
        size="xl"
        closeButtonProps={{ "aria-label": "Close the import" }}
      >
        <ImportForm mayFederal={mayFederal} onClose={open.close} />
      </Modal>
    </>
  );
}

const empty: ImportFile = { name: "", text: "" };

function ImportForm({ mayFederal, onClose }: { mayFederal: boolean; onClose: () => void }) {
  const [scope, setScope] = useState<Scope>(mayFederal ? "fed" : "local");
  const [file, setFile] = useState(empty);
  const { check, take } = usePolicyImport();
  const change = (next: ImportFile) => {
    setFile(next);
    check.reset();
    take.reset();
  };
  const read = (picked: File | null) => void picked?.text().then((text) => change({ name: picked.name, text }));
  if (take.data !== undefined) {
    return (
      <Stack>
        <ImportReport report={take.data} />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => change(empty)}>
            Import another
          </Button>
          <Button onClick={onClose}>Done</Button>
        </Group>
      </Stack>
    );
  }
  return (
    <Stack>
      <Text size="sm">
        NeuVector&apos;s custom resources or REST forms, in YAML or JSON. First it is only tried: nothing changes before
        you have seen what would become of each object.
      </Text>
      <Source
        file={file}
        onFile={change}
        onPick={read}
        scope={scope}
        onScope={
          mayFederal
            ? (to) => {
                setScope(to);
                check.reset();
              }
            : undefined
        }
      />
      {check.error !== null && <Refusal title="This cannot be imported" problem={asProblem(check.error)} />}
      {check.data !== undefined && <ImportReport report={check.data} />}
      {take.error !== null && <Refusal title="Nothing was imported" problem={asProblem(take.error)} />}
      <Buttons
        isEmpty={file.text.trim() === ""}
        changes={check.data?.deltas.length}
        isChecking={check.isPending}
        isTaking={take.isPending}
        onCheck={() => check.mutate({ scope, file })}
        onTake={() => take.mutate({ scope, file, revision: check.data?.revision })}
        onClose={onClose}
      />
    </Stack>
  );
}

interface SourceProps {
  file: ImportFile;
  onFile: (file: ImportFile) => void;
  onPick: (file: File | null) => void;
  scope: Scope;
  /** Undefined where only the cluster's own policy can be written. */
  onScope: ((scope: Scope) => void) | undefined;
}

function Source({ file, onFile, onPick, scope, onScope }: SourceProps) {
  return (
    <>
      <Group gap="sm">
        <FileButton onChange={onPick} accept=".yaml,.yml,.json,application/yaml,application/json,text/yaml">
          {(props) => (
            <Button {...props} variant="default" leftSection={<IconFile size={16} aria-hidden />}>
              Choose a file
            </Button>
          )}
        </FileButton>
        <Text size="sm" role="status">
          {file.name === "" ? "or paste it below" : file.name}
        </Text>
        {onScope !== undefined && (
          <SegmentedControl
            ml="auto"
            aria-label="Which policy it goes to"
            value={scope}
            onChange={(value) => onScope(value === "local" ? "local" : "fed")}
            data={[
              { value: "fed", label: "Federated" },
              { value: "local", label: "This cluster only" },
            ]}
          />
        )}
      </Group>
      <Textarea
        label="Text"
        value={file.text}
        onChange={(e) => onFile({ name: file.name, text: e.currentTarget.value })}
        autosize
        minRows={6}
        maxRows={14}
        spellCheck={false}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
      />
    </>
  );
}

interface ButtonsProps {
  isEmpty: boolean;
  /** How many objects would change; undefined before it was tried. */
  changes: number | undefined;
  isChecking: boolean;
  isTaking: boolean;
  onCheck: () => void;
  onTake: () => void;
  onClose: () => void;
}

function Buttons({ isEmpty, changes, isChecking, isTaking, onCheck, onTake, onClose }: ButtonsProps) {
  const whyNotTake =
    changes === undefined
      ? "Try it first, to see what it would do."
      : changes === 0
        ? "There is nothing in it that would change the policy."
        : undefined;
  return (
    <Group justify="flex-end">
      <Button variant="subtle" color="gray" onClick={onClose}>
        Cancel
      </Button>
      <Act
        variant={changes === undefined ? "filled" : "default"}
        whyNot={isEmpty ? "Choose a file or paste a text." : undefined}
        loading={isChecking}
        onClick={onCheck}
      >
        Try it
      </Act>
      <Act
        variant={changes === undefined ? "default" : "filled"}
        whyNot={whyNotTake}
        loading={isTaking}
        onClick={onTake}
      >
        Import
      </Act>
    </Group>
  );
}
