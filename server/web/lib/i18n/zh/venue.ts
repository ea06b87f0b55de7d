// SPDX-License-Identifier: GPL-3.0-or-later
export default {
	lead: "请专家本人输入账号、密码和动态口令；通过后收存手机并凭通行码入席。",
	session: "评标会",
	venue: "场地",
	expert: "专家签到",
	admit: "签到",
	welcome: "{name}，签到成功",
	seat: "席位",
	pass: "通行码（一次有效）",
	pass_left: "{n} 秒后失效",
	next: "下一位",
};
