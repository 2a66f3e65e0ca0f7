import { tooLong } from "../checks.ts";
import { checkCommon, checkGroup, readCommon, writeCommon } from "../common.ts";
import { findings, newRow, type Common, type Errors, type KindForm } from "../form.ts";
import { flagOf, listIn, textOf } from "../reading.ts";

export interface SensorUseRow {
  row: number;
  name: string;
  action: string;
  comment: string;
}

export interface SensorGroupValues extends Common {
  group: string;
  isOn: boolean;
  sensors: SensorUseRow[];
}

const maxSensors = 256;
const maxUseComment = 256;

/** The form of what binds sensors of a kind to groups. */
export function sensorGroupForm(kind: "dlp-group" | "waf-group"): KindForm<SensorGroupValues> {
  return {
    kind,
    read: (o) => ({
      ...readCommon(o),
      group: textOf(o, "name"),
      isOn: flagOf(o, "status", true),
      sensors: listIn(o, "replace", "sensors").map((s) => ({
        row: newRow(),
        name: textOf(s, "name"),
        action: textOf(s, "action", "deny"),
        comment: textOf(s, "comment"),
      })),
    }),
    write: (v, scope) => ({
      name: v.group,
      status: v.isOn,
      replace: v.sensors.map(({ name, action, comment }) => ({ name, action, comment })),
      ...writeCommon(v, scope),
    }),
    nameOf: (v) => v.group,
    check: (v, scope, around): Errors => {
      const f = findings();
      checkGroup(f, v.group, around);
      f.note("group", v.group === "fed.nodes" ? "This group is one of nodes; choose one of containers." : undefined);
      f.note("sensors", v.sensors.length > maxSensors ? `A group has at most ${maxSensors} sensors.` : undefined);
      v.sensors.forEach((s, i) => {
        const isTwice = v.sensors.findIndex((o) => o.name === s.name) < i;
        const isGone = around.parts?.every((p) => p.name !== s.name) === true;
        f.note(`sensors.${i}.name`, s.name === "" ? "Choose a sensor." : undefined);
        f.note(`sensors.${i}.name`, isTwice ? "This sensor is there twice." : undefined);
        f.note(`sensors.${i}.name`, isGone ? "There is no such sensor here." : undefined);
        f.note(`sensors.${i}.comment`, tooLong(s.comment, maxUseComment));
      });
      checkCommon(f, v, scope);
      return f.errors;
    },
  };
}
