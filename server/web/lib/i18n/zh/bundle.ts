// SPDX-License-Identifier: GPL-3.0-or-later
export default {
	title: "评标归档包",
	about: "说明与文件",
	is: "本页从磁盘播放评标会 {id} 的录像，不连接任何服务器。核验方法和文件格式见：",
	report: "评审报告（report.pdf）",
	bid: "投标文件",
	running: "制作归档包时评标会仍在进行，内容截至当时最后一个签名检查点。",
	missing: "制作归档包时缺失的录像：",
	withheld: "未收入的遮挡前原始录像（须经双角色批准方可调阅）：",
	reel: "{no}（{who} {kind}）",
	no_data: "缺少 player/data.js，或其内容不完整。",
};
