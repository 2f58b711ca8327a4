// SPDX-License-Identifier: Apache-2.0
// A real server with the demo office on free ports and a folder of its own; can be killed and started again on the same folder.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PATIENCE_MS } from '../../support/patience.mjs';

const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
const build = process.env.FW_BUILD ?? path.join(top, 'build');

/** A TCP port nobody has now; media ports are taken from it upwards by the server. */
export function freePort() {
  return new Promise((done, failed) => {
    const probe = net.createServer().once('error', failed).listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

export class Office {
  /** @param {{listen?: string, words?: boolean, addresses?: string[], config?: string, diskMib?: number, build?: string}} [options]
   * words: pages are read, by a process that takes what time is left;
   * diskMib: the data folder is a disk of that size, which only the server sees; build: where its programs are */
  static async open(options = {}) {
    const office = new Office();
    office.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fw-office-'));
    office.port = await freePort();
    office.host = options.listen ?? '127.0.0.1';
    office.url = `https://${office.host}:${office.port}`;
    office.diskMib = options.diskMib;
    office.build = options.build ?? build;
    const addresses = options.addresses ?? [office.host];
    fs.writeFileSync(path.join(office.folder, 'farwindow.conf'), `[server]
listen = ${office.host}
port = ${office.port}
data_dir = ${office.folder}/data
web_dir = ${top}/web-client/dist
[media]
workers = 1
addresses = ${addresses.join(', ')}
udp_base_port = ${await freePort()}
tcp_base_port = ${await freePort()}
[recorder]
min_free_mib = 16
[papers]
read_words = ${options.words === true}
[demo]
enabled = true
${options.config ?? ''}`);
    await office.start();
    return office;
  }

  async start() {
    this.log = fs.openSync(path.join(this.folder, 'server.log'), 'a');
    const command = [path.join(this.build, 'signaling/farwindow'), '--config', path.join(this.folder, 'farwindow.conf')];
    if (this.diskMib) command.unshift(...this.ownDisk());
    this.server = spawn(command[0], command.slice(1), { stdio: ['ignore', this.log, this.log] });
    this.ended = new Promise((done) => this.server.once('exit', (code, signal) => done({ code, signal })));
    await this.ready();
  }

  /** What starts a program in a mount namespace of its own, which ends with it; the program keeps the process id. */
  ownDisk() {
    const data = path.join(this.folder, 'data');
    fs.mkdirSync(data, { recursive: true });
    const user = process.getuid() === 0 ? [] : ['--user', '--map-root-user'];
    const mount = `mount -t tmpfs -o size=${this.diskMib}m,mode=700 tmpfs "$0" && exec "$@"`;
    // In a chroot "/" is no mount point, so it cannot be made private; whoever made the chroot has to have done that.
    const points = fs.readFileSync('/proc/self/mountinfo', 'utf8').split('\n').map((line) => line.split(' ')[4]);
    const propagation = points.includes('/') ? [] : ['--propagation', 'unchanged'];
    return ['unshare', ...user, '--mount', ...propagation, 'sh', '-c', mount, data];
  }

  /** A path of the server's data folder, as it is seen from outside its namespace. */
  inData(name) {
    return path.join(`/proc/${this.server.pid}/root`, this.folder, 'data', name);
  }

  async ready() {
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const dead = await Promise.race([this.ended, new Promise((done) => setTimeout(done, 50))]);
      if (dead) throw new Error(`the server ended (${JSON.stringify(dead)}):\n${this.logTail()}`);
      if (await this.answers()) return;
      if (Date.now() > end) throw new Error(`the server does not answer:\n${this.logTail()}`);
    }
  }

  answers() {
    return new Promise((done) => {
      const socket = net.connect(this.port, this.host, () => {
        socket.destroy();
        done(true);
      });
      socket.once('error', () => done(false));
    });
  }

  async kill(signal = 'SIGKILL') {
    this.server.kill(signal);
    return this.ended;
  }

  /** Seconds of processor time the server has used. */
  cpu() {
    const fields = fs.readFileSync(`/proc/${this.server.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  logTail() {
    return fs.readFileSync(path.join(this.folder, 'server.log'), 'utf8').split('\n').slice(-40).join('\n');
  }

  /** Ends the server in good order; its exit code must be 0. */
  async close() {
    const { code, signal } = await this.kill('SIGTERM');
    fs.closeSync(this.log);
    if (code !== 0) throw new Error(`the server ended with ${code ?? signal}:\n${this.logTail()}`);
    fs.rmSync(this.folder, { recursive: true, force: true });
  }
}
