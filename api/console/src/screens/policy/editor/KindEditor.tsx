import { Alert, Drawer, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useBlocker } from "@tanstack/react-router";
import { useRef, useState, type ComponentType } from "react";
import { useDraft, type Scope } from "../../../hooks/draft.ts";
import { provisionalName } from "../../../hooks/draftWire.ts";
import { useWhyNot } from "../../../hooks/may.ts";
import { kindName } from "../../../parts/kinds.ts";
import { Confirm } from "../../../ui/Confirm.tsx";
import { Refusal } from "../../../ui/Refusal.tsx";
import { useAround, useBase } from "./around.ts";
import type { Common, FieldsProps, KindForm } from "./form.ts";
import { FormBody } from "./FormBody.tsx";
import { afterOf } from "./place.ts";
import { shapeOf } from "./reading.ts";

interface Form<V extends Common> {
  kindForm: KindForm<V>;
  Fields: ComponentType<FieldsProps<V>>;
}

export interface EditorProps {
  scope: Scope;
  /** Name or number; undefined for a new object. */
  name: string | undefined;
  /** In the shape of the list of its kind, or of a staged edit. */
  object: unknown;
  onClose: () => void;
}

/** The editor of one kind of objects. */
export function KindEditor<V extends Common>({ kindForm, Fields, ...props }: EditorProps & Form<V>) {
  const { kind } = kindForm;
  const { name, onClose } = props;
  const [isDirty, setDirty] = useState(false);
  const leaving = useLeaving(isDirty, onClose);
  const isPhone = useMediaQuery("(max-width: 48em)");
  const title = name === undefined ? `New ${kindName(kind)}` : `${capital(kindName(kind))} ${name}`;
  return (
    <Drawer
      opened
      onClose={leaving.ask}
      closeOnEscape={!leaving.isAsking}
      position="right"
      size={isPhone ? "100%" : "44rem"}
      title={
        <Text span fw={600} size="lg">
          {kind === "admission-state" ? "Admission control" : title}
        </Text>
      }
      closeButtonProps={{ "aria-label": "Close the editor" }}
    >
      <Content
        kindForm={kindForm}
        Fields={Fields}
        {...props}
        onDirty={setDirty}
        onClose={leaving.ask}
        onDone={leaving.leave}
      />
      <Confirm
        opened={leaving.isAsking}
        title="Leave without staging?"
        verb="Discard changes"
        isDangerous
        onConfirm={leaving.leave}
        onClose={leaving.stay}
      >
        What you entered here is not staged yet and would be lost.
      </Confirm>
    </Drawer>
  );
}

/** Asks before changes are lost, whichever way one leaves. */
function useLeaving(isDirty: boolean, onClose: () => void) {
  const [isAsking, setAsking] = useState(false);
  const isLeaving = useRef(false);
  const blocker = useBlocker({
    shouldBlockFn: () => isDirty && !isLeaving.current,
    enableBeforeUnload: () => isDirty && !isLeaving.current,
    withResolver: true,
  });
  const leave = () => {
    isLeaving.current = true;
    if (blocker.status === "blocked") {
      blocker.proceed();
    } else {
      onClose();
    }
  };
  return {
    isAsking: isAsking || blocker.status === "blocked",
    ask: () => {
      if (isDirty) {
        setTimeout(() => setAsking(true)); // later: or the same Escape would close the question again
      } else {
        leave();
      }
    },
    leave,
    stay: () => {
      setAsking(false);
      blocker.reset?.();
    },
  };
}

interface ContentProps<V extends Common> extends EditorProps, Form<V> {
  onDirty: (isDirty: boolean) => void;
  onDone: () => void;
}

function Content<V extends Common>({ kindForm, Fields, scope, name, object, ...on }: ContentProps<V>) {
  const { kind, fixed } = kindForm;
  const { draft, put, drop } = useDraft(scope);
  const [staged] = useState(() => draft.edits.find((e) => e.kind === kind && e.name === name && e.op !== "delete"));
  const isNew = kind !== "admission-state" && (name === undefined || staged?.isNew === true);
  const around = useAround(kind, scope, name, isNew);
  const { base, problem } = useBase(scope);
  const whyNot = useWhyNot()(scope === "fed" ? "write-federal" : "write-local");
  const shape = { ...shapeOf(object), ...shapeOf(staged?.object), after: staged?.after };
  const reason = fixed?.(shape);
  if (name !== undefined && object === undefined && staged === undefined && kind !== "admission-state") {
    return (
      <Alert color="yellow">There is no such {kindName(kind)} any more. Close the editor and choose another.</Alert>
    );
  }
  if (reason !== undefined) {
    return <Alert color="gray">{reason}</Alert>;
  }
  const stage = (values: V) => {
    const after = kindForm.placeOf === undefined ? undefined : afterOf(kindForm.placeOf(values));
    const given = isNew ? kindForm.nameOf?.(values, scope) : undefined;
    const edit = {
      op: "upsert",
      kind,
      name: given ?? name ?? (kind === "admission-state" ? "state" : provisionalName(draft, kind)),
      object: kindForm.write(values, scope),
      isNew,
      ...(after === undefined ? {} : { after }),
    };
    if (staged !== undefined) {
      drop(kind, staged.name); // its name or its place may be another now
    }
    put(edit, draft.base ?? base ?? 0);
    on.onDone();
  };
  return (
    <>
      {problem !== undefined && whyNot === undefined && (
        <Refusal title="Could not read the revision of the policy" problem={problem} />
      )}
      <FormBody
        kindForm={kindForm}
        Fields={Fields}
        initial={() => kindForm.read(shape, scope)}
        scope={scope}
        around={around}
        whyNot={whyNot ?? (base === undefined ? "The revision of the policy is not known yet." : undefined)}
        onDirty={on.onDirty}
        onStage={stage}
        onClose={on.onClose}
      />
    </>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
