// SPDX-License-Identifier: GPL-3.0-or-later
export default {
	lead: "达到门限数的保管人提供分片后，投标文件或随机数才能恢复。",
	empty: "目前没有请求。",
	what: "事项",
	bid: "投标文件：{lot}",
	draw: "抽取随机数：{party}",
	since: "请求时间",
	header: "材料",
	header_get: "下载",
	give: "提交分片",
	give_sure: "分片提交后即参与恢复密钥，并公开记录。",
	given: "分片已提交",
	file_bad: "文件不符合：应为 bidroom-seal 为本事项、本保管人生成的 JSON。",
	how: "办理方法",
	how_text: "下载材料，在保存私钥的电脑上运行下面的命令生成分片文件，再到此提交。私钥不要上传。",
	how_hold: "投标文件的分片也可由该电脑直接提交：不带 --key 和 --bid 运行时列出请求您解密的投标文件。",
};
