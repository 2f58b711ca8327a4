/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/demo_notice.h"

#include <string.h>

#include "signaling/demo_office.h"

#define RULE "────────────────────────────────────────────────────────────────────────────\n"

static void print_address(const char *host, uint32_t port, FILE *out)
{
	(void)fprintf(out, "    https://%s:%u/\n", host, port);
}

static void print_addresses(
	const struct fw_config_server *config, const struct fw_identity *identity, FILE *out)
{
	(void)fputs("在浏览器中打开其中一个地址 / Open one of these addresses:\n", out);
	for (size_t i = 0; i < config->public_addresses.count; i++) {
		print_address(config->public_addresses.values[i], config->port, out);
	}
	if (strcmp(config->listen, "0.0.0.0")) {
		print_address(config->listen, config->port, out);
		return;
	}
	/* Firefox takes no media from 127.0.0.1, so the machine's own addresses stand first. */
	for (char **address = identity->addresses; *address; address++) {
		print_address(*address, config->port, out);
	}
}

static void print_certificate(const struct fw_identity *identity, FILE *out)
{
	if (!identity->self_signed) {
		return;
	}
	(void)fputs(
		"\n浏览器会警告“您的连接不是私密连接”：证书由本服务器自己签发，演示时属正常。\n"
		"点“高级” → “继续前往”（Firefox：“高级” → “接受风险并继续”）。\n"
		"The browser warns that the connection is not private: this server made its own\n"
		"certificate. Advanced → Proceed (Firefox: Accept the Risk and Continue).\n"
		"证书指纹 / certificate fingerprint (SHA-256):\n",
		out);
	/* In two lines of 16 bytes, as certificate viewers show it. */
	(void)fprintf(out, "    %.48s\n    %s\n", identity->fingerprint, identity->fingerprint + 48);
}

static void print_accounts(FILE *out)
{
	struct fw_demo_office office;

	fw_demo_office_describe(&office);
	(void)fprintf(
		out, "\n账号 / accounts:\n    %-12s %-18s %s\n", "account", "password", "roles");
	for (unsigned i = 0; i < office.count; i++) {
		const struct fw_demo_account *one = &office.accounts[i];

		if (strcmp(one->account, FW_DEMO_ROBOT)) {
			(void)fprintf(out, "    %-12s %-18s %s  %s\n", one->account, one->password,
				one->roles, one->name);
		}
	}
	fw_demo_office_clear(&office);
}

static void print_steps(FILE *out)
{
	(void)fputs(
		"\n一个人试用 / alone, with the robot window:\n"
		"  1. 用 clerk1 登录，选窗口，允许摄像头和麦克风（没有也可以），点“签到上岗”。\n"
		"     Sign in as clerk1, choose the window, allow camera and microphone (or not).\n"
		"  2. 事项选“防雷装置竣工验收”，属地选“陆丰市”，勾选已告知群众录像，点“呼叫”。\n"
		"     Choose 防雷装置竣工验收 and 陆丰市, tick that the citizen was told, press "
		"呼叫.\n"
		"  3. 机器人窗口接听；试聊天、静音、切换画面，然后“挂断”。\n"
		"     The robot answers; chat, mute, swap the pictures, hang up.\n"
		"  4. 用 auditor1 登录（换浏览器或隐私窗口），检索通话，回放，下载。\n"
		"     Sign in as auditor1 in a private window: search, replay, download.\n"
		"\n几个浏览器（或隐私窗口）一起试 / with several browsers, each a story:\n"
		"  无人接听  clerk1 呼叫“陆河县”，home1 签到但不接，等 30 秒；supervisor2 "
		"看“短信”，\n"
		"            在“未及时回应”核实为窗口责任；一个月第 4 次后 supervisor1 "
		"看“上报上级”。\n"
		"            Call 陆河县 and let home1 not answer; supervisor2: 短信, 未及时回应; "
		"after\n"
		"            the fourth in a month supervisor1: 上报上级.\n"
		"  溢出      clerk1 选“内资公司设立登记”，呼叫“汕尾市”：home3（1号）响 10 "
		"秒，再到\n"
		"            home4（2号），再到部门窗口 expert2（8号）。\n"
		"            内资公司设立登记 at 汕尾市 rings home3, then home4, then expert2's "
		"window.\n"
		"  热转接    home1 接听“陆河县”的呼叫，“邀请”home2 的窗口，谈妥后“转接”给他。\n"
		"            home1 answers, invites home2's window, and hands the call on.\n"
		"  演练      supervisor2 在“大厅演练”让陆河县大厅开始演练，再由 clerk1 呼叫。\n"
		"            supervisor2 begins a rehearsal in 大厅演练; then clerk1 calls "
		"陆河县.\n"
		"\nCtrl-C 结束 / ends it.\n",
		out);
}

void fw_demo_notice_print(
	const struct fw_config *config, const struct fw_identity *identity, FILE *out)
{
	(void)fputs("\n" RULE "远窗 Farwindow " FW_VERSION " · 演示 demo\n" RULE, out);
	print_addresses(&config->server, identity, out);
	print_certificate(identity, out);
	print_accounts(out);
	print_steps(out);
	(void)fputs(RULE, out);
	(void)fflush(out);
}
