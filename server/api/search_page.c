/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A search as a page for people and as a feed; both ask the act notice.search. */
#include "server/api/views.h"

#include <string.h>

#include "server/publish/search_page.h"
#include "server/store/house_store.h"
#include "server/trade/region.h"

/* So many divisions to choose from are still read. */
#define REGION_CHOICES_MAX 30

static int read_house(struct db_txn *txn, void *data)
{
	return house_store_get(txn, data);
}

/* A form sends its empty boxes too. */
static json_t *asked_of(struct api_call *call)
{
	static const char *const numbers[] = {"after", "limit"};
	json_t *in = json_object();

	for (unsigned i = 0; i < call->request->n_query; i++) {
		const struct http_param *p = &call->request->query[i];
		if (!*p->value)
			continue;
		if (g_strcmp0(p->name, numbers[0]) == 0 || g_strcmp0(p->name, numbers[1]) == 0)
			out_int(in, p->name, g_ascii_strtoll(p->value, NULL, 10));
		else
			out_text(in, p->name, p->value);
	}
	return in;
}

/*
 * A division that was typed by its name becomes its code, as short as it is searched by. What means
 * none or several stays, and the codes of those come back; NULL: there was no name to look up.
 */
static GPtrArray *resolve_region(const struct api_call *call, json_t *asked)
{
	g_autofree char *typed = g_strdup(in_text(asked, "region"));
	GPtrArray *codes;

	if (!typed || !typed[strspn(g_strstrip(typed), "0123456789")])
		return NULL;
	codes = regions_search(call->api->env->regions, typed, REGION_CHOICES_MAX);
	if (codes->len == 1) {
		char *code = g_ptr_array_index(codes, 0);

		while (g_str_has_suffix(code, "00"))
			code[strlen(code) - 2] = '\0';
		out_text(asked, "region", code);
		g_ptr_array_unref(codes);
		return NULL;
	}
	return codes;
}

static const char *region_message(const GPtrArray *codes)
{
	if (!codes->len)
		return "没有这个名称的地区，请检查后再试。";
	return codes->len < REGION_CHOICES_MAX ? "这个名称可指多个地区，请选择："
					       : "这个名称可指许多地区，请输入得更完整，或选择：";
}

static const char *message_of(int result, const struct refusal *r)
{
	if (!result)
		return NULL;
	if (result < 0)
		return "检索暂时不可用，请稍后再试；公告页面和列表不受影响。";
	return g_strcmp0(r->code, "search.too_short") == 0 ? "检索词太短，请输入两个字以上的词。"
							   : "检索条件不正确，请检查后再试。";
}

static void reply(struct api_call *call, int status, const char *type, GString *text)
{
	response_free(call->response);
	call->response = response_bytes(status, type, g_string_free_to_bytes(text));
	response_header(call->response, "cache-control", "no-cache");
}

/* 0 or a fault. *ret_found is NULL unless 0; what was refused is in *r. */
static int search(struct api_call *call, const json_t *asked, json_t **ret_found,
	struct house *ret_house, struct refusal *r)
{
	int result = db_run_read(call->api->env->pool, read_house, ret_house);

	*ret_found = NULL;
	return result ? result : api_perform(call, &notice_search_view, asked, ret_found, r);
}

static struct site site_of(const struct api_call *call, const struct house *house)
{
	return (struct site){.centre = house->centre ? house->centre : "公共资源交易",
		.public_url = call->api->env->public_url,
		.regions = call->api->env->regions,
		.demo = house->demo};
}

int api_search_page(struct api_call *call)
{
	struct refusal r = {0};
	struct house house = {0};
	json_t *asked = asked_of(call), *found = NULL;
	g_autoptr(GPtrArray) regions = resolve_region(call, asked);
	int result = search(call, asked, &found, &house, &r);
	struct site site = site_of(call, &house);
	const char *message = regions ? region_message(regions) : message_of(result, &r);

	reply(call,
		!result      ? 200
		: result < 0 ? 503
			     : 400,
		"text/html; charset=utf-8", search_page(&site, asked, found, message, regions));
	json_decref(asked);
	json_decref(found);
	house_clear(&house);
	return 0;
}

int api_search_atom(struct api_call *call)
{
	struct refusal r = {0};
	struct house house = {0};
	json_t *asked = asked_of(call), *found = NULL;
	g_autoptr(GPtrArray) regions = resolve_region(call, asked);
	int result = search(call, asked, &found, &house, &r);
	struct site site = site_of(call, &house);

	if (result)
		api_answer(call, result, found, &r);
	else
		reply(call, 200, "application/atom+xml", search_atom(&site, asked, found));
	json_decref(asked);
	if (!result)
		json_decref(found);
	house_clear(&house);
	return 0;
}
