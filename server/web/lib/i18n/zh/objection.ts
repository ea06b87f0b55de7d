// SPDX-License-Identifier: GPL-3.0-or-later
export default {
	title: "对评标（采购）结果的异议与质疑",
	pauses: "未答复的异议使招标投标活动暂停：答复前不能发布中标结果、订立合同（T06）。",
	mine: "我提出的",
	received: "已登记，等待答复",
	received_on: "{time} 收到",
	answered_on: "{time} 答复",
	raise: "提出异议（质疑）",
	record: "登记收到的书面异议（质疑）",
	to: "所针对的公告",
	until: "{title}（{time} 前，{rule}）",
	objector: "提出人",
	received_at: "收到时间",
	text: "异议（质疑）事项与理由。只有项目各方与监管部门可见。",
	answer: "答复异议（质疑）",
	answer_sure: "答复将立即送达并记录在案，不能修改。",
	outcome: "处理结果",
};
