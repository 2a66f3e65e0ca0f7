import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { createServer, Socket, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base } from "@playwright/test";

/** The user of every cluster in the tests. */
export const admin = { user: "admin", password: "Correct-Horse-9" };

const binary = process.env.FEDHUB ?? join(import.meta.dirname, "../../../bin/fedhub");

/** One controller: a process of its own, with an address of its own that it keeps over restarts. */
export class Cluster {
  readonly url: string;
  private process: ChildProcess | undefined;
  private log = "";
  readonly name: string;
  readonly host: string;
  private readonly dir: string;

  constructor(name: string, host: string, dir: string) {
    this.name = name;
    this.host = host;
    this.dir = dir;
    this.url = `https://${host}:10443`;
  }

  /** Starts the process and waits until it answers. */
  async start(): Promise<void> {
    const password = join(this.dir, "password");
    await writeFile(password, admin.password, { mode: 0o600 });
    const args = [
      "serve",
      "--name",
      this.name,
      "--data-dir",
      join(this.dir, this.name),
      "--admin-password-file",
      password,
    ];
    args.push(
      "--listen",
      `${this.host}:10443`,
      "--fed-listen",
      `${this.host}:11443`,
      "--address",
      `${this.host}:10443`,
    );
    const child = spawn(binary, args, { stdio: ["ignore", "ignore", "pipe"], env: { PATH: process.env.PATH } });
    this.process = child;
    child.stderr.on("data", (chunk: Buffer) => (this.log += chunk.toString()));
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        if (this.log.includes("controller starts")) {
          resolve();
        }
      };
      child.stderr.on("data", look);
      child.once("error", reject);
      child.once("exit", () => reject(new Error(`${this.name} ended at its start: ${this.log}`)));
    });
    await this.awaitHealth();
  }

  /** Ends the process, at once with SIGKILL. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const child = this.process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
    this.log = "";
  }

  /** Asks this cluster as admin, over REST. */
  async call(method: string, path: string, body?: unknown): Promise<unknown> {
    const login = (await this.send("POST", "/v1/auth", {
      password: { username: admin.user, password: admin.password },
    })) as { token: { token: string } };
    return this.send(method, path, body, { "X-Auth-Token": login.token.token });
  }

  private async awaitHealth(): Promise<void> {
    for (;;) {
      try {
        await this.send("GET", "/healthz");
        return;
      } catch {
        await once(this.process?.stderr ?? new Socket(), "data", { signal: AbortSignal.timeout(100) }).catch(
          () => null,
        );
      }
    }
  }

  private send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const text = typeof body === "string" ? body : body === undefined ? undefined : JSON.stringify(body);
      const type = typeof body === "string" ? "application/yaml" : "application/json";
      const asked = request(
        this.url + path,
        { method, rejectUnauthorized: false, agent: false, headers: { "Content-Type": type, ...headers } },
        (answer) => {
          let all = "";
          answer.setEncoding("utf8");
          answer.on("data", (chunk: string) => (all += chunk));
          answer.on("end", () => {
            if ((answer.statusCode ?? 0) >= 300) {
              reject(new Error(`${method} ${path} at ${this.name}: ${answer.statusCode ?? 0} ${all}`));
            } else {
              resolve(all === "" ? undefined : tryJSON(all));
            }
          });
        },
      );
      asked.on("error", reject);
      asked.end(text);
    });
  }
}

function tryJSON(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A wire between remotes and their master that can be cut. */
export class Wire {
  private readonly sockets = new Set<Socket>();
  private isCut = false;
  private readonly server: Server;
  readonly host: string;
  readonly port: number;

  private constructor(server: Server, host: string, port: number) {
    this.server = server;
    this.host = host;
    this.port = port;
  }

  /** Opens a wire at host, port 11444, that leads to the master's service. */
  static async open(host: string, master: Cluster): Promise<Wire> {
    const server = createServer();
    const wire = new Wire(server, host, 11444);
    server.on("connection", (from) => wire.join(from, master));
    server.listen(wire.port, host);
    await once(server, "listening");
    return wire;
  }

  cut(): void {
    this.isCut = true;
    this.sockets.forEach((socket) => socket.destroy());
  }

  heal(): void {
    this.isCut = false;
  }

  async close(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, "close");
  }

  private join(from: Socket, master: Cluster): void {
    if (this.isCut) {
      from.destroy();
      return;
    }
    const to = new Socket().connect(11443, master.host);
    for (const [socket, other] of [
      [from, to],
      [to, from],
    ] as const) {
      this.sockets.add(socket);
      socket.pipe(other);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
  }
}

/** So many addresses this process has given away; none is used twice, so that no browser remembers anything of one. */
let hosts = 0;

/** The clusters of one test. Their addresses are in a part of 127.0.0.0/8 that no other test process has. */
export class World {
  private readonly clusters: Cluster[] = [];
  private readonly wires: Wire[] = [];
  private readonly dir: string;

  private constructor(dir: string) {
    this.dir = dir;
  }

  static async begin(): Promise<World> {
    return new World(await mkdtemp(join(tmpdir(), "fedhub-console-")));
  }

  async cluster(name: string): Promise<Cluster> {
    const cluster = new Cluster(name, this.host(), this.dir);
    this.clusters.push(cluster);
    await cluster.start();
    return cluster;
  }

  async wire(master: Cluster): Promise<Wire> {
    const wire = await Wire.open(this.host(), master);
    this.wires.push(wire);
    return wire;
  }

  /** A master with remotes that joined over REST, for the tests that are about something else. */
  async federation(...remotes: string[]): Promise<{ master: Cluster; remotes: Cluster[]; wire: Wire }> {
    const master = await this.cluster("hub");
    const wire = await this.wire(master);
    await master.call("POST", "/v1/fed/promote", {
      name: "hub",
      master_rest_info: { server: wire.host, port: wire.port },
    });
    const joined = await Promise.all(remotes.map((name) => this.cluster(name)));
    for (const remote of joined) {
      const minted = (await master.call("GET", "/v1/fed/join_token?labels=env%3Dtest")) as { join_token: string };
      await remote.call("POST", "/v1/fed/join", { join_token: minted.join_token });
    }
    return { master, remotes: joined, wire };
  }

  async end(): Promise<void> {
    await Promise.all(this.clusters.map((cluster) => cluster.stop("SIGKILL")));
    await Promise.all(this.wires.map((wire) => wire.close()));
    await rm(this.dir, { recursive: true, force: true });
  }

  /** An address that nothing else has. */
  host(): string {
    const { pid } = process;
    return `127.${64 + ((pid >> 8) % 128)}.${pid % 256}.${++hosts}`;
  }
}

/** A test with a world of its own. */
export const test = base.extend<{ world: World }>({
  // eslint-disable-next-line no-empty-pattern -- that is how this library says that a fixture needs no other
  world: async ({}, provide) => {
    const world = await World.begin();
    await provide(world);
    await world.end();
  },
});

export { expect } from "@playwright/test";
