import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { admin } from "./world.ts";

const binary = process.env.FEDHUB ?? join(import.meta.dirname, "../../../bin/fedhub");

/** How long a simulated fleet may take to be there. */
const startsWithin = 300_000;

/** What the system says of a process. */
export interface Usage {
  /** Seconds of all cores since it began. */
  cpu: number;
  /** Memory in MB. */
  resident: number;
}

/** A master with simulated clusters: a process of its own. */
export class SimulatedFleet {
  readonly url: string;
  /** What the process said when all was ready. */
  readonly said: string;
  private readonly child: ChildProcess;
  private readonly dir: string;

  private constructor(child: ChildProcess, dir: string, said: string) {
    this.child = child;
    this.dir = dir;
    this.said = said;
    this.url = /^https:\S+/.exec(said)?.[0] ?? "";
  }

  /** Starts it, and returns when the master has heard from all clusters that speak. */
  static async start(clusters: number, beats: number): Promise<SimulatedFleet> {
    const dir = await mkdtemp(join(tmpdir(), "fedhub-measure-"));
    const password = join(dir, "password");
    await writeFile(password, admin.password, { mode: 0o600 });
    const args = ["bench", "console", "--clusters", String(clusters), "--beats", String(beats)];
    args.push("--admin-password-file", password, "--for", "3h");
    // It ends with its input, and so with this process, whatever becomes of that.
    const child = spawn(binary, args, { stdio: ["pipe", "pipe", "pipe"], env: { PATH: process.env.PATH } });
    try {
      return new SimulatedFleet(child, dir, await firstLine(child));
    } catch (cause) {
      child.kill("SIGKILL");
      await rm(dir, { recursive: true, force: true });
      throw cause;
    }
  }

  /** What the process needs; undefined where the system does not tell in the way of Linux. */
  async usage(): Promise<Usage | undefined> {
    try {
      const stat = await readFile(`/proc/${this.child.pid ?? 0}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const status = await readFile(`/proc/${this.child.pid ?? 0}/status`, "utf8");
      const kb = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? NaN);
      return { cpu: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond, resident: kb / 1024 };
    } catch {
      return undefined;
    }
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, "exit");
      this.child.stdin?.end();
      const late = setTimeout(() => this.child.kill("SIGKILL"), 20_000);
      await ended;
      clearTimeout(late);
    }
    await rm(this.dir, { recursive: true, force: true });
  }
}

const ticksPerSecond = 100;

/** The first line of a process; an error when it ends before or says nothing. */
function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = "";
    let log = "";
    const late = setTimeout(() => reject(new Error(`not ready after ${startsWithin / 1000} s: ${log}`)), startsWithin);
    child.stderr?.on("data", (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4_000)));
    child.stdout?.on("data", (chunk: Buffer) => {
      out += chunk.toString();
      if (out.includes("\n")) {
        clearTimeout(late);
        resolve(out.slice(0, out.indexOf("\n")));
      }
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`it ended with ${code ?? "a signal"}: ${log}`)));
  });
}
