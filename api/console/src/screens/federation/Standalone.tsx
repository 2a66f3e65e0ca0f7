import { SimpleGrid } from "@mantine/core";
import type { Member } from "../../hooks/self.ts";
import { JoinForm } from "./JoinForm.tsx";
import { PromoteForm } from "./PromoteForm.tsx";

/** A cluster in no federation begins one, or joins one. */
export function Standalone({ member, name }: { member: Member; name: string }) {
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
      <PromoteForm member={member} name={name} />
      <JoinForm name={name} />
    </SimpleGrid>
  );
}
