/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/core/config.h"

#include <glib.h>

/* clang-format off */
static const struct config_key keys[] = {
	{"server", "role", CONFIG_CHOICE, "all", .choices = "portal|room|all",
		.help = "What this process serves: the portal (HTTP), the rooms (WebSocket), or both"},
	{"server", "listen_address", CONFIG_TEXT, "0.0.0.0",
		.help = "Address of the HTTPS port; :: for IPv6 and IPv4"},
	{"server", "https_port", CONFIG_NUMBER, "8443", .min = 0, .max = 65535,
		.help = "The HTTPS and WSS port; 0 takes any free one"},
	{"server", "public_url", CONFIG_TEXT, "https://localhost:8443",
		.help = "How people reach the portal; printed in pages and links"},
	{"server", "room_url", CONFIG_TEXT, "wss://localhost:8443",
		.help = "How room clients reach the process that serves the rooms"},
	{"server", "data_dir", CONFIG_TEXT, "/var/lib/bidroom",
		.help = "Recordings, sealed bids, public pages, reports and keys"},
	{"server", "console_dir", CONFIG_TEXT, "/usr/share/bidroom/console",
		.help = "The built web console"},
	{"server", "user", CONFIG_TEXT, "",
		.help = "Account to change to when started as root; empty: stay"},
	{"server", "log_level", CONFIG_CHOICE, "info", .choices = "error|warning|notice|info|debug",
		.help = "The least important lines that are written"},

	{"trade", "project_approval", CONFIG_FLAG, "true",
		.help = "A second person approves each project before it is one; false: one person may register it at once"},
	{"trade", "close_at_deadline", CONFIG_FLAG, "true",
		.help = "Lots are closed by themselves at their deadline; false: by their host alone, who has to be there"},

	{"clock", "max_error_ms", CONFIG_NUMBER, "2000", .min = 0, .max = 60000,
		.help = "With a larger error of the machine's clock, or without an NTP service that keeps it, no bid is taken or "
			"opened; the same when it is behind the ledger. 0: not watched"},

	{"publish", "ocds_prefix", CONFIG_TEXT, "ocds-unregistered",
		.help = "Prefix of the ids of our open data, as registered with the standard's keepers"},

	{"exchange", "url", CONFIG_TEXT, "",
		.help = "Where the upstream platform takes exchange records; empty: nothing is sent"},
	{"exchange", "ca", CONFIG_TEXT, "",
		.help = "PEM of the authority of its certificate; empty: the system's"},
	{"exchange", "platform_code", CONFIG_TEXT, "",
		.help = "Our own code as a trading platform, in every record"},
	{"exchange", "service_code", CONFIG_TEXT, "",
		.help = "The code of the service platform, in every record"},

	{"tls", "certificate", CONFIG_TEXT, "",
		.help = "PEM chain; empty: a self-signed one is made in data_dir at the first start"},
	{"tls", "key", CONFIG_TEXT, "",
		.help = "PEM private key of the certificate"},
	{"tls", "names", CONFIG_TEXT, "localhost,127.0.0.1,::1",
		.help = "DNS names and addresses of a self-signed certificate"},

	{"database", "embedded_dir", CONFIG_TEXT, "",
		.help = "Run a private mariadbd in this directory; empty: use the server named below"},
	{"database", "socket", CONFIG_TEXT, "",
		.help = "Unix socket of the database; wins over host and port"},
	{"database", "host", CONFIG_TEXT, "",
		.help = "Host of the database"},
	{"database", "port", CONFIG_NUMBER, "3306", .min = 1, .max = 65535,
		.help = "Port of the database"},
	{"database", "name", CONFIG_TEXT, "bidroom",
		.help = "Name of the schema"},
	{"database", "user", CONFIG_TEXT, "bidroom_service",
		.help = "Account for daily work; it cannot change or delete events"},
	{"database", "password_file", CONFIG_TEXT, "",
		.help = "File whose first line is the password"},
	{"database", "schema_user", CONFIG_TEXT, "bidroom_schema",
		.help = "Account that runs the migrations"},
	{"database", "schema_password_file", CONFIG_TEXT, "",
		.help = "File whose first line is its password"},
	{"database", "tls_ca", CONFIG_TEXT, "",
		.help = "PEM of the authority of the database's certificate; empty: no TLS (socket only)"},

	{"accounts", "password_mib", CONFIG_NUMBER, "64", .min = 19, .max = 1024,
		.help = "Memory the hash of a password takes, three passes over it; less makes guessing cheaper"},

	{"workers", "acts", CONFIG_NUMBER, "4", .min = 1, .max = 256,
		.help = "Threads, and database connections, for requests and legal acts"},
	{"workers", "hashes", CONFIG_NUMBER, "2", .min = 1, .max = 64,
		.help = "Threads for password hashing, password_mib each while they work"},
	{"workers", "long", CONFIG_NUMBER, "1", .min = 1, .max = 64,
		.help = "Threads for reports and exports"},
	{"workers", "files", CONFIG_NUMBER, "4", .min = 1, .max = 64,
		.help = "Threads for uploads and for checking and opening whole bids"},
	{"workers", "queue", CONFIG_NUMBER, "500", .min = 1, .max = 100000,
		.help = "Jobs that may wait in each lane before requests are answered 503"},

	{"record", "dirs", CONFIG_TEXT, "",
		.help = "Directories of the recordings, separated by colons; a session goes to the one with most room. "
			"Empty: reels in data_dir"},
	{"record", "encrypt", CONFIG_CHOICE, "originals", .choices = "originals|all",
		.help = "Which recordings are encrypted on disk: the originals of masked tracks, or all"},
	{"record", "low_mib", CONFIG_NUMBER, "10240", .min = 0, .max = 1 << 30,
		.help = "Less free space than this on a disk of the recordings raises an alarm"},
	{"record", "stop_mib", CONFIG_NUMBER, "2048", .min = 0, .max = 1 << 30,
		.help = "With less free space than this on all of them no new session begins; running ones go on"},

	{"archive", "endpoint", CONFIG_TEXT, "",
		.help = "Address of S3-compatible storage the recordings of closed sessions are moved to; empty: they stay"},
	{"archive", "bucket", CONFIG_TEXT, "",
		.help = "Name of the bucket there; it must exist, belong to this house alone and keep what it has"},
	{"archive", "region", CONFIG_TEXT, "us-east-1",
		.help = "Region the requests are signed for"},
	{"archive", "credentials", CONFIG_TEXT, "",
		.help = "File with the access key and the secret key, a line each, which nobody else may read (mode 0600)"},
	{"archive", "ca", CONFIG_TEXT, "",
		.help = "PEM of the authority of its certificate; empty: the system's"},
	{"archive", "after_days", CONFIG_NUMBER, "30", .min = 0, .max = 36500,
		.help = "So many days after a session was closed its recording is moved"},

	{"limits", "connections", CONFIG_NUMBER, "4000", .min = 10, .max = 100000,
		.help = "Open connections of this process"},
	{"limits", "connections_per_address", CONFIG_NUMBER, "1000", .min = 1, .max = 100000,
		.help = "Open connections of one address; a whole venue may share one"},
	{"limits", "header_timeout_s", CONFIG_NUMBER, "10", .min = 1, .max = 300,
		.help = "Time for the TLS handshake and a complete request header"},
	{"limits", "body_timeout_s", CONFIG_NUMBER, "20", .min = 1, .max = 300,
		.help = "Longest pause within a request body"},
	{"limits", "idle_timeout_s", CONFIG_NUMBER, "30", .min = 1, .max = 3600,
		.help = "How long an unused HTTP connection stays open"},
	{"limits", "bid_mib", CONFIG_NUMBER, "4096", .min = 1, .max = 1048576,
		.help = "Size of one sealed bid"},
	{"limits", "body_memory_mib", CONFIG_NUMBER, "256", .min = 16, .max = 65536,
		.help = "Memory for all request bodies that are being received"},

	{"bidders", "authorities", CONFIG_TEXT, "",
		.help = "PEM file of the authorities whose certificates bidders may use; empty: any"},
	{"bidders", "certificate_required", CONFIG_FLAG, "false",
		.help = "Whether a bid is only begun with a certificate that holds until the opening"},
	{"bidders", "registration_days", CONFIG_NUMBER, "30", .min = 1, .max = 3650,
		.help = "A firm's registration that nobody decided lapses after so many days; the house's choice, no rule sets it"},

	{"deposits", "account", CONFIG_TEXT, "",
		.help = "Account bid bonds are paid to (name, bank, number), as bidders are shown it"},

	{"supervision", "patrol_minutes", CONFIG_NUMBER, "30", .min = 1, .max = 1440,
		.help = "In each of these stretches of a session a supervisor looks once"},

	{"draw", "interval_days", CONFIG_NUMBER, "0", .min = 0, .max = 366,
		.help = "An expert is drawn for sessions so far apart (C15); 0: no limit"},
	{"draw", "most", CONFIG_NUMBER, "0", .min = 0, .max = 1000,
		.help = "An expert is drawn for so many sessions in a period (C15); 0: no limit"},
	{"draw", "period_days", CONFIG_NUMBER, "365", .min = 1, .max = 3660,
		.help = "That period, before the session that is drawn for"},

	{"evaluation", "promise_read_s", CONFIG_NUMBER, "0", .min = 0, .max = 3600,
		.help = "A member gives the promise when it was before him for so many seconds; 0: at once"},

	{"room", "max_rooms", CONFIG_NUMBER, "60", .min = 1, .max = 10000,
		.help = "Live rooms of this process"},

	{"ledger", "origin", CONFIG_TEXT, "bidroom.invalid/ledger",
		.help = "First line of every checkpoint; unique in the world and never changed"},
	{"ledger", "cosigners", CONFIG_TEXT, "",
		.help = "Public keys (name+id+key) of those who cosign the ledger, separated by commas"},
	{"ledger", "keeper", CONFIG_FLAG, "true",
		.help = "Whether this process may hold the lease of the ledger keeper"},

	{"demo", "allowed", CONFIG_FLAG, "false",
		.help = "Allow a database created as a demo, whose legal time can be advanced"},
};
/* clang-format on */

const struct config_key *config_keys(size_t *ret_n)
{
	*ret_n = G_N_ELEMENTS(keys);
	return keys;
}
