// SPDX-License-Identifier: GPL-3.0-or-later
import admin from "./admin";
import archive from "./archive";
import bidder from "./bidder";
import bundle from "./bundle";
import common from "./common";
import expert from "./expert";
import holder from "./holder";
import home from "./home";
import host from "./host";
import player from "./player";
import room from "./room";
import sealed from "./sealed";
import session from "./session";
import staff from "./staff";
import supervisor from "./supervisor";
import venue from "./venue";
import word from "./word";

export default { admin, archive, bidder, bundle, common, expert, holder, home, host, player, room, sealed, session, staff, supervisor, venue, word };
