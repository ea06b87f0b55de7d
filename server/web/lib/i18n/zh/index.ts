// SPDX-License-Identifier: GPL-3.0-or-later
import admin from "./admin";
import archive from "./archive";
import bidder from "./bidder";
import bundle from "./bundle";
import certificate from "./certificate";
import common from "./common";
import deposit from "./deposit";
import expert from "./expert";
import holder from "./holder";
import home from "./home";
import host from "./host";
import objection from "./objection";
import opening from "./opening";
import player from "./player";
import receipt from "./receipt";
import recompute from "./recompute";
import register from "./register";
import room from "./room";
import sealed from "./sealed";
import session from "./session";
import staff from "./staff";
import supervisor from "./supervisor";
import tender from "./tender";
import venue from "./venue";
import word from "./word";

export default { admin, archive, bidder, bundle, certificate, common, deposit, expert, holder, home, host, objection, opening, player, receipt, recompute, register, room, sealed, session, staff, supervisor, tender, venue, word };
