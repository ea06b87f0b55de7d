// SPDX-License-Identifier: GPL-3.0-or-later
// Words for values the server sends.
export default {
	role: {
		bidder: "投标人", buyer: "招标人/采购人", agency: "招标代理", staff: "交易中心", host: "主持人", witness: "数字见证",
		venue: "场地值守", expert: "评标专家", supervisor: "行政监督", holder: "密钥保管人", sysadmin: "系统管理员",
		secadmin: "安全管理员", auditor: "审计员",
	},
	key_purpose: { bidder: "投标人", holder: "密钥保管人", expert: "专家签名", seat: "会议室席位" },
	regime: { ztb: "招标投标", gp: "政府采购", asset: "资产交易" },
	category: { works: "工程", goods: "货物", services: "服务", land: "土地使用权", mining: "矿业权", property: "国有产权" },
	price_form: { amount: "金额", other: "费率等其他形式" },
	price_method: { gp_lowest: "低价优先法（最低有效报价为基准）", in_total: "价格分已含在评分表内", base_mean: "按报价偏离评标基准价计分", lowest_evaluated: "经评审的最低投标价法", nearest_above: "不低于评标基准价的最低报价", band: "基准价有效范围内的最低报价", balls: "公开抽取入围与候选人" },
	project_state: { draft: "草稿", announced: "已公告", closed: "已结束" },
	lot_state: { draft: "未公告", bidding: "投标中", closed: "解密中", opened: "已开标", ranked: "已排名", failed: "流标" },
	clock: { applications: "资格预审申请截止", challenge: "质疑期截止", contract: "签订合同期限", file_objection: "对招标文件提出异议截止", offer_end: "文件发售截止", opening: "投标截止、开标", publicity_end: "公示（公告）期满", report: "提交书面报告期限", sale: "竞买（报名）截止", scheduled: "定时发布" },
	notice_kind: { ztb_prequalification: "资格预审公告", ztb_tender: "招标公告", ztb_change: "变更公告", ztb_clarification: "澄清公告", ztb_candidates: "中标候选人公示", ztb_result: "中标结果公告", ztb_termination: "招标终止公告", ztb_failure: "流标公告", gp_tender: "公开招标公告", gp_change: "更正公告", gp_clarification: "澄清公告", gp_result: "中标结果公告", gp_contract: "合同公告", gp_failure: "废标公告", gp_termination: "终止公告", land_listing: "土地使用权出让公告", land_result: "土地成交公告", mining_listing: "矿业权出让公告", mining_result: "矿业权成交公告", property_listing: "产权转让公告", property_result: "产权成交公告", asset_change: "变更公告", asset_termination: "终止公告" },
	notice_state: { draft: "草稿", submitted: "待审核", returned: "已退回", approved: "待发布", published: "已发布", withdrawn: "已撤回" },
	bid_state: {
		uploading: "上传中", finalised: "已递交", withdrawn: "已撤回", sealed: "待解密", opened: "已解密", revoked: "视为撤销",
		recalled: "视为撤回", invalid: "解密失败",
	},
	draw_party: { staff: "交易中心", supervisor: "行政监督", host: "主持人" },
	draw_state: { committing: "各方承诺中", revealing: "揭示随机数", drawn: "已抽取" },
	standing: { active: "在库", suspended: "暂停" },
	member_state: { drawn: "已抽取", arrived: "已签到", promised: "已承诺", recused: "已回避", replaced: "已替换" },
	step: {
		created: "筹备", checkin: "签到", promise: "承诺与回避", leader: "推选组长", scoring: "评审打分", summary: "汇总",
		signing: "签署报告", closed: "结束",
	},
	ground: {
		relative: "与投标人主要负责人有近亲属关系", employed: "三年内在投标人处任职", director: "三年内任投标人董事、监事",
		shareholder: "三年内为投标人控股股东或实际控制人", regulator: "为项目主管部门或监督部门人员", interest: "与投标人有经济利益关系",
		punished: "曾因招投标违法行为受处罚",
	},
	original_state: { asked: "待同意", open: "可查看", declined: "未同意", over: "已结束" },
	archive_state: { kept: "保存中", proposed: "待批准销毁", expired: "已批准销毁", destroyed: "正在删除", removed: "已销毁" },
	retention: { permanent: "永久", years_30: "30年", years_15: "15年", years_10: "10年", days_90: "90天" },
	rule_kind: { refuse: "拒绝", clock: "计时", warn: "提示", note: "说明" },
	moderate: { mute: "静音", unmute: "解除静音", stop_video: "停止视频", start_video: "恢复视频", remove: "移出", restore: "恢复席位", release: "释放设备", admit: "允许新设备入席" },
	opened_by: { bidder: "投标人", holders: "保管人" },
	unit: { day: "天", working_day: "工作日", hour: "小时", minute: "分钟", year: "年", percent: "%", count: "个" },
	item_kind: { technical: "技术", commercial: "商务", score: "其他打分", total: "整体打分" },
};
