import { Button, Code, Collapse, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useRef, useState, type ComponentType } from "react";
import type { Scope } from "../../../hooks/draft.ts";
import { Act } from "../../../ui/Act.tsx";
import { Refusal } from "../../../ui/Refusal.tsx";
import type { Around } from "./around.ts";
import { TargetsField } from "./fields/TargetsField.tsx";
import type { Common, Errors, FieldsProps, Form, KindForm } from "./form.ts";
import styles from "./KindEditor.module.css";

interface Props<V extends Common> {
  kindForm: KindForm<V>;
  Fields: ComponentType<FieldsProps<V>>;
  initial: () => V;
  scope: Scope;
  around: Around;
  /** Why it cannot be staged now. */
  whyNot: string | undefined;
  onDirty: (isDirty: boolean) => void;
  onStage: (values: V) => void;
  onClose: () => void;
}

/** The fields of an object, what they come to, and the buttons. */
export function FormBody<V extends Common>({ kindForm, Fields, initial, scope, around, whyNot, ...on }: Props<V>) {
  const [first] = useState(initial);
  const [values, setValues] = useState(first);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [wasTried, setTried] = useState(false);
  const root = useRef<HTMLFormElement>(null);
  const errors = kindForm.check(values, scope, around);
  const said = (v: V) => JSON.stringify([kindForm.write(v, scope), kindForm.nameOf?.(v, scope), kindForm.placeOf?.(v)]);
  const isDirty = (v: V) => said(v) !== said(first);
  const set = (part: Partial<V>) => {
    const next = { ...values, ...part };
    setValues(next);
    on.onDirty(isDirty(next));
  };
  const form: Form<V> = {
    values,
    set,
    at: (path) => ({ error: wasTried || left.has(path) ? errors[path] : undefined, "data-path": path }),
  };
  const stage = () => {
    setTried(true);
    if (Object.keys(errors).length === 0) {
      on.onStage(values);
      return;
    }
    requestAnimationFrame(() => root.current?.querySelector<HTMLElement>("[data-path][aria-invalid=true]")?.focus());
  };
  const idle = isDirty(values) || around.isNew ? undefined : "Nothing is changed yet.";
  return (
    <form
      ref={root}
      className={styles.form}
      noValidate
      onSubmit={(e) => {
        e.preventDefault();
        if (whyNot === undefined && idle === undefined) {
          stage();
        }
      }}
      onBlur={(e) => {
        const path = e.target.getAttribute("data-path");
        if (path !== null && !left.has(path)) {
          setLeft(new Set([...left, path]));
        }
      }}
    >
      {around.problem !== undefined && (
        <Refusal title="Could not read what this may speak of" problem={around.problem} />
      )}
      <Fields form={form} scope={scope} around={around} />
      {scope === "fed" && <TargetsField {...form.at("targets")} value={values.targets} onChange={targetsOf(set)} />}
      <Preview object={kindForm.write(values, scope)} />
      <Footer problems={wasTried ? errors : {}} whyNot={whyNot ?? idle} onClose={on.onClose} />
    </form>
  );
}

/** What every form has can be set in each of them. */
function targetsOf<V extends Common>(set: (part: Partial<V>) => void) {
  return (targets: string) => {
    const part: Partial<Common> = { targets };
    set(part as Partial<V>);
  };
}

function Footer({ problems, whyNot, onClose }: { problems: Errors; whyNot: string | undefined; onClose: () => void }) {
  const n = Object.keys(problems).length;
  return (
    <Group className={styles.footer} justify="space-between" gap="sm">
      <Text size="sm" c="var(--mantine-color-error)" role="status">
        {n > 0 ? `${n} ${n === 1 ? "field needs" : "fields need"} another look.` : ""}
      </Text>
      <Group gap="sm">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Act type="submit" whyNot={whyNot}>
          Stage
        </Act>
      </Group>
    </Group>
  );
}

function Preview({ object }: { object: unknown }) {
  const [isOpen, { toggle }] = useDisclosure(false);
  return (
    <div>
      <Button
        variant="subtle"
        size="compact-sm"
        aria-expanded={isOpen}
        onClick={toggle}
        leftSection={isOpen ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />}
      >
        The object as it is sent
      </Button>
      <Collapse expanded={isOpen}>
        <Code block className={styles.preview} mt="xs" tabIndex={0} role="region" aria-label="The object as it is sent">
          {JSON.stringify(object, null, 2)}
        </Code>
      </Collapse>
    </div>
  );
}
