// SPDX-License-Identifier: GPL-3.0-or-later
// What a relay is measured against: Node's usual WebSocket server, giving each message to the others of the same
// address and nothing else. Prints its port.
//
//	node ws_relay.mjs CERT KEY
import fs from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const top = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const { WebSocketServer } = createRequire(path.join(top, 'server/web/package.json'))('ws');

const [cert, key] = process.argv.slice(2).map((file) => fs.readFileSync(file));
const server = https.createServer({ cert, key });
const rooms = new Map(); // address -> sockets
new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket, request) => {
  const room = rooms.get(request.url) ?? new Set();
  rooms.set(request.url, room.add(socket));
  socket.on('message', (data) => {
    for (const other of room) if (other !== socket) other.send(data, { binary: true });
  });
  socket.on('close', () => room.delete(socket));
  socket.on('error', () => {});
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
