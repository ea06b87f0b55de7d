// SPDX-License-Identifier: GPL-3.0-or-later
// A line to a server that can be cut: TCP passed on as it is.
import net from 'node:net';

export class Line {
  static async to(port) {
    const it = new Line();
    it.pairs = []; // in the order in which they were opened
    it.server = net.createServer((near) => {
      if (it.closed) {
        near.destroy();
        return;
      }
      const far = net.connect(port, '127.0.0.1');
      it.pairs.push([near, far]);
      for (const [a, b] of [[near, far], [far, near]]) {
        a.setNoDelay(true);
        a.on('data', (data) => b.write(data));
        a.on('error', () => {});
        a.on('close', () => b.destroy());
      }
    });
    await new Promise((resolve) => { it.server.listen(0, '127.0.0.1', resolve); });
    it.port = it.server.address().port;
    return it;
  }

  // How many were opened so far: a mark for cut().
  get opened() { return this.pairs.length; }

  // Those opened from this mark on are over, and until open() nobody gets through.
  cut(from = 0) {
    this.closed = true;
    for (const [near] of this.pairs.slice(from)) near.destroy();
  }

  open() { this.closed = false; }

  remove() {
    this.cut();
    this.server.close();
  }
}
