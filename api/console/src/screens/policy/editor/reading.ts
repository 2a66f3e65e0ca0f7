/** An object of which nothing is known yet. */
export type Shape = Readonly<Record<string, unknown>>;

export function isShape(value: unknown): value is Shape {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as an object; one without fields when it is none. */
export function shapeOf(value: unknown): Shape {
  return isShape(value) ? value : {};
}

export function textOf(of: Shape, field: string, otherwise = ""): string {
  const value = of[field];
  return typeof value === "string" ? value : otherwise;
}

export function flagOf(of: Shape, field: string, otherwise = false): boolean {
  const value = of[field];
  return typeof value === "boolean" ? value : otherwise;
}

export function numberOf(of: Shape, field: string, otherwise = 0): number {
  const value = of[field];
  return typeof value === "number" ? value : otherwise;
}

export function textsOf(of: Shape, field: string): string[] {
  const value = of[field];
  return Array.isArray(value) ? value.filter((v) => typeof v === "string") : [];
}

export function shapesOf(of: Shape, field: string): Shape[] {
  const value = of[field];
  return Array.isArray(value) ? value.filter(isShape) : [];
}

/** The first of the fields that is a list: the two shapes of an object may call it differently. */
export function listIn(of: Shape, ...fields: string[]): Shape[] {
  return shapesOf(of, fields.find((f) => Array.isArray(of[f])) ?? "");
}
