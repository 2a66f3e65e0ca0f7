import { Alert, Paper, Progress, Stack, Text, Title } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { Cluster } from "../../hooks/fleet.ts";
import { CopyText } from "../../ui/CopyText.tsx";
import { Moment } from "../../ui/Moment.tsx";
import { count, duration } from "../../ui/number.ts";
import { parts, scoreColor } from "./score.ts";
import classes from "./cluster.module.css";

/** What is known of a cluster, and what is not and why. */
export function Overview({ cluster }: { cluster: Cluster }) {
  return (
    <div className={classes.columns}>
      <Facts cluster={cluster} />
      <Inventory cluster={cluster} />
      <Score cluster={cluster} />
    </div>
  );
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Title order={2} size="h5" mb="sm">
        {title}
      </Title>
      {children}
    </Paper>
  );
}

function Facts({ cluster: c }: { cluster: Cluster }) {
  const { server, port } = c.rest_info;
  const isRemote = c.role === "joint";
  return (
    <Card title="Facts">
      <dl className={classes.facts}>
        <Fact name="Id">
          <span>{c.id}</span> <CopyText value={c.id} what="the id" />
        </Fact>
        <Fact name="Address">{server === "" ? "not given" : `${server}:${port}`}</Fact>
        <Fact name="Version">{orUnknown(c.version)}</Fact>
        <Fact name="Enforcer">{orUnknown(c.enforcer)}</Fact>
        <Fact name="Joined at">
          <Moment at={c.joined_at} unknown="not known" />
        </Fact>
        {isRemote && (
          <Fact name="Link">
            {c.link_up ? "up" : "down"}
            {c.link_since !== null && (
              <>
                {" since "}
                <Moment at={c.link_since} />
              </>
            )}
          </Fact>
        )}
        <Fact name="Last heartbeat">
          <Moment at={c.last_heartbeat} ago />
        </Fact>
        <Fact name="Revision applied">{count(c.applied_revision)}</Fact>
        <Fact name="Revision desired">{count(c.desired_revision)}</Fact>
        <Fact name="Revision enforced">
          {c.enforcer === "none" ? "nothing is enforced there: its enforcer is none" : count(c.enforced_revision)}
        </Fact>
        <Fact name="Digest">{digestWords(c)}</Fact>
        {isRemote && (
          <Fact name="Clock offset">{c.last_heartbeat === null ? "not known" : duration(c.clock_offset_ms)}</Fact>
        )}
        <Fact name="Error">{c.error === "" ? "none" : c.error}</Fact>
      </dl>
    </Card>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function orUnknown(text: string): string {
  return text === "" ? "not known" : text;
}

function digestWords({ digest_match: match, digest }: Cluster): string {
  const short = digest === "" ? "" : ` (${digest.slice(0, 12)}…)`;
  switch (match) {
    case true:
      return `is that of its revision${short}`;
    case false:
      return `is not that of its revision: it holds other rules${short}`;
    case null:
      return "not known";
  }
}

function Inventory({ cluster: { inventory } }: { cluster: Cluster }) {
  if (inventory === null) {
    return (
      <Card title="Inventory">
        <Text size="sm">
          It did not say what it consists of, or nobody looks there: its enforcer sees no Kubernetes API.
        </Text>
      </Card>
    );
  }
  const numbers: [string, number | null][] = [
    ["Nodes", inventory.hosts],
    ["Namespaces", inventory.domains],
    ["Workloads", inventory.workloads],
    ["Running pods", inventory.running_pods],
    ["Services", inventory.services],
    ["Controllers", inventory.controllers],
  ];
  return (
    <Card title="Inventory">
      <Stack gap="sm">
        {inventory.stale && (
          <Alert color="yellow" variant="light" p="xs">
            As of <Moment at={inventory.at} />: its own API has not been heard from since.
          </Alert>
        )}
        <dl className={classes.numbers}>
          {numbers.map(([name, n]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{count(n)}</dd>
            </div>
          ))}
        </dl>
        <dl className={classes.facts}>
          <Fact name="Platform">{inventory.platform ?? "not known"}</Fact>
          <Fact name="Kubernetes">{inventory.kube_version ?? "not known"}</Fact>
          <Fact name="As of">
            <Moment at={inventory.at} />
          </Fact>
        </dl>
        <Missing missing={inventory.missing} />
      </Stack>
    </Card>
  );
}

function Missing({ missing }: { missing: readonly string[] }) {
  return missing.length === 0 ? null : (
    <Alert color="yellow" variant="light" icon={<IconInfoCircle aria-hidden />} title="What cannot be read">
      {missing.map((what) => (
        <div key={what}>{what}</div>
      ))}
    </Alert>
  );
}

function Score({ cluster: { inventory } }: { cluster: Cluster }) {
  const score = inventory?.score;
  if (inventory === null || score === undefined) {
    return (
      <Card title="Security score">
        <Text size="sm">Without an inventory there is no score.</Text>
      </Card>
    );
  }
  const color = scoreColor(score.word);
  return (
    <Card title="Security score">
      <Stack gap="sm">
        <Text size="sm" component="div">
          <Text span fz={32} fw={700} mr={8}>
            {count(score.total)}
          </Text>
          {score.total === null
            ? "A part is not known, so the total is not either."
            : `of 100 – ${score.word}; small is good`}
          {inventory.stale && (
            <>
              , as of <Moment at={inventory.at} />
            </>
          )}
        </Text>
        {parts.map(({ name, label, most, counts }) => {
          const value = score[name];
          return (
            <div key={name} className={classes.part}>
              <b>{label}</b>
              <span>{value === null ? "missing" : `${count(value)} of ${most}`}</span>
              {value === null ? (
                <span className={classes.quiet}>{whyMissing(inventory.missing)}</span>
              ) : (
                <Progress
                  value={(value / most) * 100}
                  color={color}
                  aria-label={`${label}: ${value} of ${most}`}
                  transitionDuration={200}
                />
              )}
              <span className={classes.quiet}>{counts}</span>
            </div>
          );
        })}
      </Stack>
    </Card>
  );
}

function whyMissing(missing: readonly string[]): string {
  return missing.length === 0
    ? "It cannot be told, and the cluster did not say why."
    : `It cannot be told: ${missing.join("; ")}`;
}
