/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/cases/page_fault.h"

#include <glib.h>
#include <string.h>

static const struct {
	const char *fault, *text;
} faults[] = {
	{"empty", "文件是空的，没有归档，请重新拍摄或选择"},
	{"not_a_picture", "这不是图片或 PDF，没有归档，请重新选择"},
	{"unsupported", "这种格式不能归档，请改用 JPEG、PNG 图片或 PDF"},
	{"animated", "这是动画图片，不能归档，请改用普通图片"},
	{"too_large", "图片像素过多（上限 6400 万），没有归档，请用高拍仪重新拍摄"},
	{"too_small", "图片太小，看不清内容，没有归档，请重新拍摄"},
	{"truncated", "图片不完整（后半部分缺失），没有归档，请重新拍摄或重新选择"},
	{"damaged", "图片已损坏，打不开，没有归档，请重新拍摄或重新选择"},
	{"pdf_encrypted", "PDF 设有密码，没有归档，请先去掉密码再上传"},
	{"pdf_active", "PDF 含有脚本、附件或可执行内容，没有归档，请打印成普通 PDF 再上传"},
};

const char *fw_page_fault_text(const char *fault)
{
	for (size_t i = 0; i < G_N_ELEMENTS(faults); i++) {
		if (strcmp(faults[i].fault, fault) == 0) {
			return faults[i].text;
		}
	}
	return "这个文件不能作为材料归档，请重新拍摄或选择";
}
