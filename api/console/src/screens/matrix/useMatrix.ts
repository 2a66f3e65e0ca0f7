import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api, ask, type Wire } from "../../api.ts";
import { useMessage } from "../../hooks/feed.ts";
import { useView, type View } from "../../hooks/view.ts";

/** The matrix is read anew at most so often because clusters changed. */
const restMs = 2_000;

/** The state of every federated object in every cluster of the home federation. */
export function useMatrix(kind: string | undefined, selector: string | undefined): View<Wire["Matrix"]> {
  const client = useQueryClient();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const last = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  useMessage("fleet", ({ clusters, gone }) => {
    if (clusters.length + gone.length === 0 || timer.current !== undefined) {
      return;
    }
    const wait = Math.max(0, last.current + restMs - Date.now());
    timer.current = setTimeout(() => {
      timer.current = undefined;
      last.current = Date.now();
      void client.invalidateQueries({ queryKey: ["matrix"] });
    }, wait);
  });
  const query = { ...(kind === undefined ? {} : { kind }), ...(selector === undefined ? {} : { selector }) };
  return useView(
    useQuery({
      queryKey: ["matrix", kind, selector],
      queryFn: ({ signal }) => ask(api().GET("/v1/fed/matrix", { params: { query }, signal })),
      placeholderData: keepPreviousData,
    }),
  );
}
