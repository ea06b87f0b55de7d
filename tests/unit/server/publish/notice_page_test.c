/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "server/store/project_store.h"

#include "server/publish/notice_page.h"
#include "server/trade/rulebook.h"

/* What somebody with a grudge would call his project. */
#define EVIL "<script>x</script>\"'&"
#define EVIL_ESCAPED "&lt;script&gt;x&lt;/script&gt;&quot;&#39;&amp;"

/* 2026-03-01 09:00 in Beijing. */
#define NINE_US (INT64_C(1772326800) * 1000000)
#define DAY_US (INT64_C(86400) * 1000000)

static const struct site site = {.centre = "某市公共资源交易中心" EVIL,
	.public_url = "https://x.example/?a&b",
	.demo = FALSE};

static struct notice_row example(void)
{
	struct notice_row n = {
		.notice_id = "01hzzzzzzzzzzzzzzzzzzzzzza",
		.title = (char *)"公告" EVIL,
		.body_md = (char *)"# 范围\n\n" EVIL,
		.project_code = (char *)"P-2026" EVIL,
		.project_name = (char *)"项目" EVIL,
		.rulebook_version = (char *)"cn-2026.1",
		.published_us = NINE_US,
		.text_sha256 = {0xab, 0xcd},
		.notice = {.kind = NOTICE_ZTB_TENDER,
			.offer_start_us = NINE_US,
			.bid_deadline_us = NINE_US + 20 * DAY_US + 1},
	};

	n.fields = json_pack("{s:s, s:s}", "scope", "范围" EVIL, "unknown", "never shown");
	return n;
}

static void expect_whole(const char *page)
{
	assert_null(strstr(page, "<script"));
	assert_null(strstr(page, EVIL));
	assert_non_null(strstr(page, EVIL_ESCAPED));
}

static const char scheme_text[] =
	"{\"items\":[{\"id\":\"plan\",\"kind\":\"technical\",\"max\":\"70\",\"name\":\"方案\","
	"\"objective\":true}],\"price\":{\"method\":\"base_mean\",\"weight\":\"30\",\"above\":\"1\","
	"\"below\":\"0.5\",\"float\":{\"drawn\":[\"-1\",\"-1.5\"]}}}";

static void test_notice_shows_what_was_published(void **state)
{
	struct notice_row n = example();
	g_autoptr(GPtrArray) chain = g_ptr_array_new();

	g_ptr_array_add(chain, &n);
	struct lot lot = {.name = (char *)"一包" EVIL, .scheme = json_loads(scheme_text, 0, NULL)};
	g_autoptr(GPtrArray) lots = g_ptr_array_new();

	g_ptr_array_add(lots, &lot);
	const struct notice_trade trade = {.lots = lots};
	GString *page = notice_page(&site, &n, chain, &trade);

	expect_whole(page->str);
	assert_non_null(strstr(page->str, "<h1>公告" EVIL_ESCAPED "</h1>"));
	assert_non_null(strstr(page->str, "2026-03-01 09:00（北京时间）"));
	assert_non_null(strstr(page->str, "2026-03-21 09:00（北京时间）"));
	assert_non_null(strstr(page->str, "范围" EVIL_ESCAPED));
	assert_non_null(strstr(page->str, "abcd0000"));
	assert_non_null(strstr(page->str, n.notice_id));
	assert_non_null(strstr(page->str, "<h3>一包" EVIL_ESCAPED "</h3>"));
	assert_non_null(strstr(page->str, "<td>方案</td><td>70.00</td><td>客观分</td>"));
	assert_non_null(strstr(page->str, "评标基准价浮动（%）：-1.5、-1，公开抽取其一。"));
	assert_non_null(strstr(page->str, "相同时：报价低者优先，技术分高者优先。"));
	json_decref(lot.scheme);
	/* Times a kind does not have and fields the table does not know have no row. */
	assert_null(strstr(page->str, "公示（公告）开始"));
	assert_null(strstr(page->str, "never shown"));
	json_decref(n.fields);
	g_string_free(page, TRUE);
}

static void test_a_project_shows_its_chain(void **state)
{
	struct notice_row n = example(), later = example();
	g_autoptr(GPtrArray) chain = g_ptr_array_new();

	g_strlcpy(later.notice_id, "01hzzzzzzzzzzzzzzzzzzzzzzb", sizeof(later.notice_id));
	g_ptr_array_add(chain, &n);
	g_ptr_array_add(chain, &later);
	GString *page = project_page(&site, chain);
	GString *notice = notice_page(&site, &n, chain, &(struct notice_trade){0});
	expect_whole(page->str);
	/* Both lead to the book of the project, not to the current one. */
	assert_non_null(strstr(page->str, "href=\"../rulebooks/cn-2026.1.html\""));
	assert_non_null(strstr(notice->str, "href=\"../rulebooks/cn-2026.1.html\""));
	assert_non_null(strstr(page->str, "href=\"../notices/01hzzzzzzzzzzzzzzzzzzzzzza.html\""));
	assert_non_null(strstr(page->str, "href=\"../notices/01hzzzzzzzzzzzzzzzzzzzzzzb.html\""));
	/* The page itself is named, not linked. */
	assert_null(strstr(notice->str, "href=\"../notices/01hzzzzzzzzzzzzzzzzzzzzzza.html\""));
	assert_non_null(strstr(notice->str, "href=\"../notices/01hzzzzzzzzzzzzzzzzzzzzzzb.html\""));
	assert_non_null(strstr(notice->str, "aria-current=\"page\""));
	json_decref(n.fields);
	json_decref(later.fields);
	g_string_free(page, TRUE);
	g_string_free(notice, TRUE);
}

/* A sale is under neither tender law, and its owner is nobody who tenders. */
static void test_a_sale_has_its_own_words(void **state)
{
	static const struct {
		enum notice_kind kind;
		const char *rows[3][2];
	} cases[] = {
		{NOTICE_ZTB_TENDER, {{"适用法律", "招标投标"}, {"招标人", "甲"}, {"招标代理机构", "乙"}}},
		{NOTICE_GP_TENDER, {{"适用法律", "政府采购"}, {"采购人", "甲"}, {"采购代理机构", "乙"}}},
		{NOTICE_LAND_LISTING, {{"交易类别", "土地使用权出让"}, {"出让人", "甲"}, {"代理机构", "乙"}}},
		{NOTICE_MINING_LISTING, {{"交易类别", "矿业权出让"}, {"出让人", "甲"}, {"代理机构", "乙"}}},
		{NOTICE_PROPERTY_LISTING, {{"交易类别", "产权转让"}, {"转让方", "甲"}, {"代理机构", "乙"}}},
		{NOTICE_ASSET_CHANGE, {{"交易类别", "资产交易"}, {"出让（转让）方", "甲"}, {"代理机构", "乙"}}},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct notice_row n = example();
		g_autoptr(GPtrArray) chain = g_ptr_array_new();

		n.notice.kind = cases[i].kind;
		n.buyer_name = (char *)"甲";
		n.agency_name = (char *)"乙";
		g_ptr_array_add(chain, &n);
		GString *page = project_page(&site, chain);
		for (size_t k = 0; k < 3; k++) {
			g_autofree char *row = g_strdup_printf("<th scope=\"row\">%s</th><td>%s</td>",
				cases[i].rows[k][0], cases[i].rows[k][1]);
			if (!strstr(page->str, row))
				fail_msg("%s", row);
		}
		g_string_free(page, TRUE);
		json_decref(n.fields);
	}
}

/* What changes a notice says which one, and whether that still stands. */
static void test_a_notice_names_its_predecessor(void **state)
{
	static const char row[] = "<th scope=\"row\">前序公告</th><td>"
				  "<a href=\"../notices/01hzzzzzzzzzzzzzzzzzzzzzza.html\">公告" EVIL_ESCAPED "</a>";
	struct notice_row n = example(), change = example();
	g_autoptr(GPtrArray) chain = g_ptr_array_new();

	g_strlcpy(change.notice_id, "01hzzzzzzzzzzzzzzzzzzzzzzb", sizeof(change.notice_id));
	g_strlcpy(change.follows, n.notice_id, sizeof(change.follows));
	g_ptr_array_add(chain, &n);
	g_ptr_array_add(chain, &change);
	GString *first = notice_page(&site, &n, chain, NULL);
	GString *page = notice_page(&site, &change, chain, NULL);

	assert_null(strstr(first->str, "前序公告"));
	assert_non_null(strstr(page->str, row));
	assert_null(strstr(page->str, "</a>（已撤回）</td>"));
	g_string_free(page, TRUE);
	n.withdrawn_us = NINE_US;
	n.withdraw_reason = (char *)"误发";
	page = notice_page(&site, &change, chain, NULL);
	assert_non_null(strstr(page->str, "</a>（已撤回）</td>"));
	json_decref(n.fields);
	json_decref(change.fields);
	g_string_free(first, TRUE);
	g_string_free(page, TRUE);
}

/* How bids are opened, what becomes of one that stays closed, and whose keys may help. */
static void test_a_tender_prints_what_seals_its_bids(void **state)
{
	static const uint8_t key[] = {0xff, 0xfe, 0xfd};
	struct notice_row n = example();
	g_autoptr(GPtrArray) chain = g_ptr_array_new(), holders = g_ptr_array_new();
	struct project project = {.regime = REGIME_ZTB,
		.rulebook_version = (char *)rulebook_current()->version,
		.holder_threshold = 2,
		.window_minutes = 45,
		.rescue = OPENING_RESCUE_FAULT};
	struct project_holder h = {.no = 1, .key_id = "kid-0123", .name = (char *)"保管人" EVIL};
	const struct notice_trade trade = {.project = &project, .holders = holders};

	(void)state;
	h.public_key = g_bytes_new_static(key, sizeof(key));
	g_ptr_array_add(chain, &n);
	for (size_t i = 0; i < 3; i++)
		g_ptr_array_add(holders, &h);
	GString *page = notice_page(&site, &n, chain, &trade);
	expect_whole(page->str);
	assert_non_null(strstr(page->str, "自开标起45分钟内，由投标人自行解密"));
	assert_non_null(strstr(page->str, "因投标人之外的原因未能解密的，由密钥保管人解密"));
	assert_non_null(strstr(page->str, "3名密钥保管人中的2名"));
	assert_non_null(strstr(page->str, "保管人" EVIL_ESCAPED "</td><td class=\"hash\">kid-0123</td><td class=\"hash\">//79</td>"));
	for (size_t i = 4; i <= 6; i++) {
		g_autofree char *rule = g_strdup_printf("<li><a href=\"../rules/E0%zu.html\">E0%zu</a> ", i, i);
		assert_non_null(strstr(page->str, rule));
	}
	g_string_free(page, TRUE);

	/* The purchase law knows E06 alone; a rescue that never comes needs no threshold. */
	project.regime = REGIME_GP;
	project.rescue = OPENING_RESCUE_NONE;
	page = notice_page(&site, &n, chain, &trade);
	assert_null(strstr(page->str, "rules/E04.html"));
	assert_non_null(strstr(page->str, "rules/E06.html"));
	assert_non_null(strstr(page->str, "不由密钥保管人解密"));
	assert_null(strstr(page->str, "3名密钥保管人"));
	g_string_free(page, TRUE);

	/* A notice that invites nobody tells nothing of it. */
	n.notice.kind = NOTICE_ZTB_CHANGE;
	page = notice_page(&site, &n, chain, &trade);
	assert_null(strstr(page->str, "密钥保管人"));
	g_string_free(page, TRUE);
	g_bytes_unref(h.public_key);
	json_decref(n.fields);
}

/* From a result anybody gets to where it is computed again; a correction of one counts, a sale has no scores. */
static void test_a_result_can_be_computed_again(void **state)
{
	static const struct {
		enum notice_kind kind;
		bool follows, told; /* a result */
	} cases[] = {
		{NOTICE_GP_RESULT, false, true},
		{NOTICE_ZTB_RESULT, false, true},
		{NOTICE_ZTB_CANDIDATES, false, true},
		{NOTICE_GP_CHANGE, true, true},
		{NOTICE_GP_CHANGE, false, false},
		{NOTICE_ZTB_TENDER, false, false},
		{NOTICE_LAND_RESULT, false, false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct notice_row n = example(), result = example();
		g_autoptr(GPtrArray) chain = g_ptr_array_new();

		n.notice.kind = cases[i].kind;
		g_strlcpy(result.notice_id, "01hzzzzzzzzzzzzzzzzzzzzzzb", sizeof(result.notice_id));
		result.notice.kind = NOTICE_GP_RESULT;
		if (cases[i].follows)
			g_strlcpy(n.follows, result.notice_id, sizeof(n.follows));
		g_ptr_array_add(chain, &result);
		g_ptr_array_add(chain, &n);
		GString *page = notice_page(&site, &n, chain, NULL);
		if (!!strstr(page->str, "href=\"/console/recompute?notice=01hzzzzzzzzzzzzzzzzzzzzzza\"") != cases[i].told)
			fail_msg("case %zu", i);
		g_string_free(page, TRUE);
		json_decref(n.fields);
		json_decref(result.fields);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_notice_shows_what_was_published),
		cmocka_unit_test(test_a_project_shows_its_chain),
		cmocka_unit_test(test_a_notice_names_its_predecessor),
		cmocka_unit_test(test_a_sale_has_its_own_words),
		cmocka_unit_test(test_a_tender_prints_what_seals_its_bids),
		cmocka_unit_test(test_a_result_can_be_computed_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
