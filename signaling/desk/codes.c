/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/desk/codes.h"

static const struct {
	const char *name, *text;
	int status;
} codes[FW_CODE_COUNT] = {
	[FW_CODE_OK] = {"ok", "", 200},
	[FW_CODE_MALFORMED] = {"malformed", "请求内容不完整或格式不对", 400},
	[FW_CODE_UNKNOWN_METHOD] = {"unknown_method", "没有这个方法", 405},
	[FW_CODE_TOO_LARGE] = {"too_large", "内容过长", 413},
	[FW_CODE_NOT_AT_WINDOW] = {"not_at_window", "请先签到上岗", 409},
	[FW_CODE_FORBIDDEN] = {"forbidden", "没有这项权限", 403},
	[FW_CODE_NOT_FOUND] = {"not_found", "没有找到", 404},
	[FW_CODE_WRONG_STATE] = {"wrong_state", "当前状态不能这样操作", 409},
	[FW_CODE_TOO_MANY] = {"too_many", "操作过于频繁，请稍后再试", 429},
	[FW_CODE_INTERNAL] = {"internal", "服务器内部错误", 500},
	[FW_CODE_WINDOW_OCCUPIED] = {"window_occupied", "窗口正由其他人员使用", 409},
	[FW_CODE_NO_WINDOW_READY] = {"no_window_ready", "属地窗口都在忙或不在线", 409},
	[FW_CODE_ITEM_NOT_SERVED] = {"item_not_served", "所选属地没有开通该事项", 409},
	[FW_CODE_CITIZEN_NOT_INFORMED] = {"citizen_not_informed",
		"请先告知申请人：通话将录像并保存六个月", 409},
	[FW_CODE_OWN_WINDOW_BUSY] = {"own_window_busy", "本窗口正在通话", 409},
	[FW_CODE_BAD_SDP] = {"bad_sdp", "媒体应答无法使用", 400},
	[FW_CODE_STALE] = {"stale", "已有更新的协商", 409},
	[FW_CODE_DRILL_RUNNING] = {"drill_running", "大厅正在演练，现在只能按演练办理", 409},
	[FW_CODE_BAD_CREDENTIALS] = {"bad_credentials", "账号或密码不正确", 401},
	[FW_CODE_ACCOUNT_LOCKED] = {"account_locked", "连续输错五次，账号已暂时锁定", 423},
	[FW_CODE_ACCOUNT_CLOSED] = {"account_closed", "账号已停用", 403},
	[FW_CODE_NOT_SIGNED_IN] = {"not_signed_in", "请先登录", 401},
	[FW_CODE_WRONG_OFFSET] = {"wrong_offset", "请从服务器已有的位置继续上传", 409},
	[FW_CODE_DIGEST_MISMATCH] = {"digest_mismatch", "文件在传输中损坏，请重新上传", 422},
	[FW_CODE_BUSY] = {"busy", "服务器正忙，请稍后重试", 503},
	[FW_CODE_UNSUPPORTED_MEDIA] = {"unsupported_media",
		"只能归档 JPEG、PNG 图片和 PDF 文件，请重新选择", 415},
	[FW_CODE_UNUSABLE_FILE] = {"unusable_file", "这个文件不能作为材料归档", 422},
	[FW_CODE_FILE_TOO_LARGE] = {"file_too_large",
		"文件超过 64 MB，没有归档，请分成几个文件或降低分辨率", 413},
	[FW_CODE_CHANGED] = {"changed", "其他人员刚修改过，请先看清改动再保存", 409},
	[FW_CODE_BAD_NUMBER] = {"bad_number", "证件号码的校验位不对，请核对", 400},
	[FW_CODE_BAD_FORM] = {"bad_form", "业务表格里有一项填得不对，请按该项的说明改正", 400},
	[FW_CODE_INCOMPLETE] = {"incomplete",
		"还有办理条件或必要材料没有勾选，或业务表格的必填项没有填写，请点“修改”补全", 409},
	[FW_CODE_ALREADY_ASKED] = {"already_asked", "补正要求只能一次性告知，本办件已经告知过", 409},
	[FW_CODE_NOT_DUE] = {"not_due", "补正期限还没有到", 409},
	[FW_CODE_PASSWORD_CHANGE_REQUIRED] = {"password_change_required",
		"首次登录或密码已重置，请先修改密码", 403},
	[FW_CODE_PASSWORD_WEAK] = {"password_weak",
		"新密码至少 8 位，须含字母、数字、符号中的两种，不能包含账号，也不能与原密码相同",
		400},
	[FW_CODE_FAULTY] = {"faulty", "填写的内容有误，请按提示修改", 400},
	[FW_CODE_NO_PHONE] = {"no_phone", "没有登记可用的手机号码，请改填其他号码", 409},
	[FW_CODE_IMPORT_RUNNING] = {"import_running", "正在导入，请等导入完成后再修改", 409},
	[FW_CODE_NOT_READY] = {"not_ready", "录像正在整理，请稍后再试", 409},
};

const char *fw_code_name(enum fw_code code)
{
	return codes[code].name;
}

const char *fw_code_text(enum fw_code code)
{
	return codes[code].text;
}

int fw_code_status(enum fw_code code)
{
	return codes[code].status;
}
