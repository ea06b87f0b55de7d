/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "server/base.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/fault.h"
#include "db/instance.h"
#include "db/migrate.h"
#include "db/pool.h"
#include "proto/note.h"
#include "server/core/arrivals.h"
#include "server/core/clock_error.h"
#include "server/core/config.h"
#include "server/core/log.h"
#include "server/record/bucket.h"
#include "server/sign/bidder_certificate.h"
#include "server/sign/checkpoint_key.h"
#include "server/sign/cms.h"
#include "server/sign/document_ca.h"
#include "server/sign/field_cipher.h"
#include "server/sign/keystore.h"
#include "server/store/clock_store.h"
#include "server/trade/calendar.h"
#include "server/trade/region.h"

struct base {
	const struct config *config;
	struct db_instance *instance;
	struct db_account_texts *texts[2];
	char *service_password, *schema_password;
	struct db_config schema;
	struct db_pool *pool;
	struct arrivals *arrivals;
	struct keystore *keys;
	struct cms_signer *signer; /* NULL: the centre has no certificate */
	struct document_ca *documents;
	struct field_cipher *cipher, *scores, *reels;
	char **reel_dirs;
	struct bucket *bucket;
	struct checkpoint_key *log_key;
	GArray *cosigners;                             /* struct note_key */
	struct bidder_authorities *bidder_authorities; /* NULL: none configured */
	struct calendar *calendar;
	struct regions *regions;
	struct clock clock;
};

static const char *text(const struct base *b, const char *section, const char *key)
{
	const char *value = config_text(b->config, section, key);

	return *value ? value : NULL;
}

/* Root gives itself up before the first file is made, so that all of them belong to one user. */
static int drop_root(struct base *b)
{
	const char *user = text(b, "server", "user");
	const char *dir = text(b, "server", "data_dir");

	if (mkdir(dir, 0750) < 0 && errno != EEXIST)
		return -errno;
	if (!user || getuid() != 0)
		return 0;
	const struct passwd *pw = getpwnam(user);
	if (!pw) {
		log_event(LOG_ERR, "base.user_unknown", log_str("user", user));
		return -EINVAL;
	}
	if (chown(dir, pw->pw_uid, pw->pw_gid) < 0 || initgroups(user, pw->pw_gid) < 0 ||
		setgid(pw->pw_gid) < 0 || setuid(pw->pw_uid) < 0)
		return -errno;
	return 0;
}

static int open_keys(struct base *b)
{
	g_autofree char *dir = g_build_filename(text(b, "server", "data_dir"), "keys", NULL);
	const char *which = dir;
	int r = keystore_open(dir, &b->keys, &which);

	if (r) {
		log_event(LOG_ERR, "base.keys", log_str("file", which), log_int("result", r),
			log_str("hint", "keys must be whole and readable by their owner alone"));
		return r < 0 ? r : -EPERM;
	}
	b->cipher = field_cipher_new(keystore_get(b->keys, KEYSTORE_FIELDS));
	b->scores = field_cipher_new(keystore_get(b->keys, KEYSTORE_SCORES));
	b->reels = field_cipher_new(keystore_get(b->keys, KEYSTORE_REELS));
	return checkpoint_key_new(
		text(b, "ledger", "origin"), keystore_get(b->keys, KEYSTORE_LOG), &b->log_key);
}

/* Without a certificate a centre publishes unsigned; a demo makes its own. */
static int open_signer(struct base *b)
{
	g_autofree char *dir = g_build_filename(text(b, "server", "data_dir"), "keys", NULL);
	int r = cms_signer_load(dir, &b->signer);

	if (r == CMS_E_NO_FILE && config_flag(b->config, "demo", "allowed")) {
		r = cms_signer_create(dir, "公共资源交易中心（演示）", clock_real_us());
		if (!r || r == CMS_E_EXISTS)
			r = cms_signer_load(dir, &b->signer);
	}
	if (r == CMS_E_NO_FILE) {
		log_event(LOG_WARNING, "base.unsigned", log_str("dir", dir),
			log_str("hint",
				"notices are signed once centre.crt and centre.key are there"));
		return 0;
	}
	if (r)
		log_event(LOG_ERR, "base.signer", log_str("dir", dir), log_int("result", r),
			log_str("hint",
				"centre.key must be readable by its owner alone and fit centre.crt"));
	return r > 0 ? -EPERM : r;
}

/* Members sign a report under certificates of this house's own. */
static int open_documents(struct base *b)
{
	g_autofree char *dir = g_build_filename(text(b, "server", "data_dir"), "keys", NULL);
	int r = document_ca_open(dir, clock_real_us(), &b->documents);

	if (r)
		log_event(LOG_ERR, "base.documents", log_str("dir", dir), log_int("result", r),
			log_str("hint", "documents.key must be readable by its owner alone and fit "
					"documents.crt"));
	return r > 0 ? -EPERM : r;
}

/* Unreadable, no bidder's certificate could be told from a forged one: better not to start. */
static int read_authorities(struct base *b)
{
	const char *path = config_text(b->config, "bidders", "authorities");
	g_autofree char *pem = NULL;
	gsize len;

	if (!*path)
		return 0;
	if (g_file_get_contents(path, &pem, &len, NULL))
		b->bidder_authorities = bidder_authorities_new(pem, len);
	if (b->bidder_authorities)
		return 0;
	log_event(LOG_ERR, "base.authorities", log_str("file", path),
		log_str("hint", "[bidders] authorities: a readable file of PEM certificates, whole "
				"ones and nothing else"));
	return -EINVAL;
}

static int read_cosigners(struct base *b)
{
	const char *list = config_text(b->config, "ledger", "cosigners");
	g_auto(GStrv) texts = g_strsplit(list, ",", -1);

	b->cosigners = g_array_new(FALSE, FALSE, sizeof(struct note_key));
	for (char **text = texts; *text; text++) {
		struct note_key key;
		g_strstrip(*text);
		if (!**text)
			continue;
		if (note_key_parse(*text, strlen(*text), &key) ||
			key.algorithm != NOTE_COSIGNATURE) {
			log_event(LOG_ERR, "base.cosigner", log_str("key", *text),
				log_str("hint",
					"[ledger] cosigners: what bidroomctl cosign --new prints"));
			return -EINVAL;
		}
		g_array_append_val(b->cosigners, key);
	}
	return 0;
}

static void instance_event(void *ctx, enum db_instance_event event, const char *what)
{
	static const char *const names[] = {"database.ready", "database.died", "database.no_start"};

	log_event(event == DB_INSTANCE_READY ? LOG_NOTICE : LOG_ERR, names[event],
		log_str("detail", what));
}

static char *first_line(const char *path)
{
	char *content = NULL;

	if (!path || !g_file_get_contents(path, &content, NULL, NULL))
		return NULL;
	content[strcspn(content, "\r\n")] = '\0';
	return content;
}

static void external_account(struct base *b, const char *user_key, const char *password_key,
	char **password, struct db_config *ret)
{
	*password = first_line(text(b, "database", password_key));
	*ret = (struct db_config){
		.socket = text(b, "database", "socket"),
		.host = text(b, "database", "host"),
		.port = (unsigned)config_number(b->config, "database", "port"),
		.user = text(b, "database", user_key),
		.password = *password,
		.database = text(b, "database", "name"),
		.tls_ca_file = text(b, "database", "tls_ca"),
	};
}

static int find_accounts(
	struct base *b, enum base_mode mode, struct db_config *service, struct db_config *schema)
{
	const char *dir = text(b, "database", "embedded_dir");
	struct db_instance_config instance = {.dir = dir,
		.run_as_uid = getuid(),
		.run_as_gid = getgid(),
		.event = instance_event};
	int r;

	if (!dir) {
		external_account(b, "user", "password_file", &b->service_password, service);
		external_account(
			b, "schema_user", "schema_password_file", &b->schema_password, schema);
		return 0;
	}
	if (mode == BASE_GUEST) {
		r = db_account_read(dir, DB_ACCOUNT_SERVICE, service, &b->texts[0]);
		return r ? r : db_account_read(dir, DB_ACCOUNT_SCHEMA, schema, &b->texts[1]);
	}
	r = db_instance_start(&instance, &b->instance);
	if (r)
		return r;
	db_instance_account(b->instance, DB_ACCOUNT_SERVICE, service);
	db_instance_account(b->instance, DB_ACCOUNT_SCHEMA, schema);
	return 0;
}

static int open_database(struct base *b, enum base_mode mode)
{
	struct db_config service;
	unsigned applied = 0;
	unsigned conns = (unsigned)(config_number(b->config, "workers", "acts") +
				    config_number(b->config, "workers", "hashes") +
				    config_number(b->config, "workers", "long") +
				    config_number(b->config, "workers", "files")) +
			 8; /* followers and the room's own threads */
	int r = find_accounts(b, mode, &service, &b->schema);

	if (!r && mode == BASE_OWNS_DATABASE)
		r = db_migrate(&b->schema, db_migrations, db_n_migrations, NULL, &applied);
	if (r) {
		log_event(LOG_ERR, "base.database", log_int("result", r),
			log_str("error", db_fault_text()));
		return r < 0 ? r : -EBUSY;
	}
	if (applied)
		log_event(LOG_NOTICE, "base.migrated", log_int("files", applied));
	b->pool = db_pool_new(&service, conns);
	b->arrivals = arrivals_new();
	return base_refresh_clock(b);
}

static int read_clock(struct db_txn *txn, void *data)
{
	return clock_store_get(txn, data);
}

int base_refresh_clock(struct base *b)
{
	struct legal_clock clock;
	int r = db_run_read(b->pool, read_clock, &clock);

	if (r)
		return r;
	if (clock.is_demo && !config_flag(b->config, "demo", "allowed")) {
		log_event(LOG_ERR, "base.demo_not_allowed",
			log_str("hint",
				"this database was created as a demo; [demo] allowed=true"));
		return -EPERM;
	}
	clock_follow_offset_us(&b->clock, clock.offset_us);
	return 0;
}

static int mark_demo(struct db_txn *txn, void *data)
{
	int r = db_exec(txn,
		"UPDATE legal_clock SET is_demo = 1 WHERE clock_id = 1 AND "
		"NOT EXISTS (SELECT 1 FROM account)",
		DB_NO_PARAMS, NULL);

	return r <= 0 ? r : -EIO;
}

int base_make_demo(struct base *b)
{
	struct db_pool *pool = db_pool_new(&b->schema, 1);
	int r = db_run(pool, mark_demo, NULL);

	db_pool_free(pool);
	return r;
}

/* It may be steered only a minute after the machine has started, so this is told and no more. */
static void look_at_clock(const struct base *b)
{
	int64_t most_us = config_number(b->config, "clock", "max_error_ms") * 1000;
	struct clock_error error;

	clock_error_read(&error);
	if (most_us && !clock_error_is_within(&error, most_us))
		log_event(LOG_WARNING, "base.clock_unsure", log_int("steered", error.steered),
			log_int("error_us", error.max_us));
}

/* A table that lies beside the console build; it may be missing, but not be wrong. */
static int load_table(struct base *b, const char *file,
	int (*parse)(struct base *b, const char *csv, size_t len, unsigned *ret_line))
{
	g_autofree char *path = g_build_filename(text(b, "server", "console_dir"), file, NULL);
	g_autofree char *content = NULL;
	gsize len;
	unsigned line = 0;

	if (!g_file_get_contents(path, &content, &len, NULL)) {
		log_event(LOG_WARNING, "base.table_missing", log_str("file", path));
		return 0;
	}
	int r = parse(b, content, len, &line);
	if (r)
		log_event(LOG_ERR, "base.table", log_str("file", path), log_int("line", line));
	return r > 0 ? -EINVAL : r;
}

static int parse_holidays(struct base *b, const char *csv, size_t len, unsigned *ret_line)
{
	return calendar_parse(csv, len, &b->calendar, ret_line);
}

/* Without these codes are shown alone. */
static int parse_regions(struct base *b, const char *csv, size_t len, unsigned *ret_line)
{
	return regions_parse(csv, len, &b->regions, ret_line);
}

static char **find_reel_dirs(const struct base *b)
{
	const char *dirs = text(b, "record", "dirs");
	GStrvBuilder *builder = g_strv_builder_new();
	g_auto(GStrv) listed = g_strsplit(dirs ? dirs : "", ":", -1);
	g_autofree char *usual = g_build_filename(text(b, "server", "data_dir"), "reels", NULL);

	for (char **dir = listed; *dir; dir++)
		if (**dir)
			g_strv_builder_add(builder, *dir);
	if (!dirs)
		g_strv_builder_add(builder, usual);
	char **found = g_strv_builder_end(builder);
	g_strv_builder_unref(builder);
	return found;
}

static int open_bucket(struct base *b)
{
	const struct bucket_config config = {
		.endpoint = config_text(b->config, "archive", "endpoint"),
		.name = config_text(b->config, "archive", "bucket"),
		.region = config_text(b->config, "archive", "region"),
		.credentials = config_text(b->config, "archive", "credentials"),
		.ca_file = config_text(b->config, "archive", "ca"),
	};
	int r = *config.endpoint ? bucket_new(&config, &b->bucket) : 0;

	if (r)
		log_fault("base.bucket", r, config.credentials);
	return r;
}

int base_new(const struct config *config, enum base_mode mode, struct base **ret)
{
	struct base *b = g_new0(struct base, 1);
	int r;

	b->config = config;
	b->reel_dirs = find_reel_dirs(b);
	db_library_init();
	r = mode == BASE_OWNS_DATABASE ? drop_root(b) : 0;
	if (!r)
		r = open_keys(b);
	if (!r)
		r = open_signer(b);
	if (!r)
		r = open_documents(b);
	if (!r)
		r = read_cosigners(b);
	if (!r)
		r = read_authorities(b);
	if (!r)
		r = open_bucket(b);
	if (!r)
		look_at_clock(b);
	if (!r)
		r = load_table(b, "holidays.csv", parse_holidays);
	if (!r && !b->calendar) /* weekends alone count */
		b->calendar = calendar_new_empty();
	if (!r)
		r = load_table(b, "regions.csv", parse_regions);
	if (!r)
		r = open_database(b, mode);
	if (r) {
		log_fault("base.start", r, text(b, "server", "data_dir"));
		base_free(b);
		return r;
	}
	*ret = b;
	return 0;
}

void base_env(struct base *b, struct act_env *ret_env)
{
	*ret_env = (struct act_env){
		.pool = b->pool,
		.arrivals = b->arrivals,
		.clock = &b->clock,
		.calendar = b->calendar,
		.regions = b->regions,
		.keys = b->keys,
		.signer = b->signer,
		.documents = b->documents,
		.cipher = b->cipher,
		.scores = b->scores,
		.reels = b->reels,
		.reel_dirs = (const char *const *)b->reel_dirs,
		.bucket = b->bucket,
		.bucket_after_us = config_number(b->config, "archive", "after_days") * CLOCK_DAY_US,
		.reel_low_bytes = (int64_t)config_number(b->config, "record", "low_mib") << 20,
		.reel_stop_bytes = (int64_t)config_number(b->config, "record", "stop_mib") << 20,
		.log_key = b->log_key,
		.cosigners = b->cosigners,
		.data_dir = text(b, "server", "data_dir"),
		.password_cost =
			password_cost_mib(config_number(b->config, "accounts", "password_mib")),
		.clock_error_most_us = config_number(b->config, "clock", "max_error_ms") * 1000,
		.bid_max_bytes = (int64_t)config_number(b->config, "limits", "bid_mib") << 20,
		.patrol_interval_us = config_number(b->config, "supervision", "patrol_minutes") *
				      60 * CLOCK_SECOND_US,
		.draw_interval_us =
			config_number(b->config, "draw", "interval_days") * CLOCK_DAY_US,
		.draw_period_us = config_number(b->config, "draw", "period_days") * CLOCK_DAY_US,
		.draw_most = (unsigned)config_number(b->config, "draw", "most"),
		.promise_read_us = config_number(b->config, "evaluation", "promise_read_s") *
				   CLOCK_SECOND_US,
		.bidder_authorities = b->bidder_authorities,
		.bidder_certificate_required =
			config_flag(b->config, "bidders", "certificate_required"),
		.deposit_account = config_text(b->config, "deposits", "account"),
		.projects_by_two = config_flag(b->config, "trade", "project_approval"),
		.ocds_prefix = text(b, "publish", "ocds_prefix"),
		.exchange_platform = config_text(b->config, "exchange", "platform_code"),
		.exchange_service = config_text(b->config, "exchange", "service_code"),
		.public_url = text(b, "server", "public_url"),
		.room_url = text(b, "server", "room_url"),
	};
}

struct base *base_free(struct base *b)
{
	if (!b)
		return NULL;
	arrivals_free(b->arrivals);
	db_pool_free(b->pool);
	if (db_instance_stop(b->instance) == -ETIMEDOUT)
		log_event(LOG_WARNING, "base.database_killed");
	for (size_t i = 0; i < G_N_ELEMENTS(b->texts); i++)
		db_account_free(b->texts[i]);
	g_free(b->service_password);
	g_free(b->schema_password);
	calendar_free(b->calendar);
	regions_free(b->regions);
	checkpoint_key_free(b->log_key);
	g_clear_pointer(&b->cosigners, g_array_unref);
	bidder_authorities_free(b->bidder_authorities);
	field_cipher_free(b->scores);
	field_cipher_free(b->reels);
	g_strfreev(b->reel_dirs);
	bucket_free(b->bucket);
	field_cipher_free(b->cipher);
	keystore_free(b->keys);
	cms_signer_free(b->signer);
	document_ca_free(b->documents);
	g_free(b);
	db_library_end();
	return NULL;
}
