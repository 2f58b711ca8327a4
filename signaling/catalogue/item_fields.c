/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/catalogue/item_fields.h"

#include "base/limits.h"

#include <string.h>

#define NOTE_MAX_CHARS   1000
#define SAMPLE_MAX_CHARS 2000
#define SHORT_MAX_CHARS  200
#define AREAS_MAX        200
#define CONDITIONS_MAX   50
#define FORM_FIELDS_MAX  60
#define FORM_NAME_CHARS  60
#define CHOICES_MAX      30
#define CHOICE_MAX_CHARS 60
#define COPIES_MAX       99
#define TOLERANCE_DAYS   365

static const struct fw_item_word necessities[] = {
	{"required", "必要"}, {"tolerated", "容缺受理"}, {"conditional", "有条件"}, {0}};
static const struct fw_item_word form_kinds[] = {{"text", "文字"}, {"lines", "多行文字"},
	{"number", "数字"}, {"date", "日期"}, {"choice", "选择"}, {0}};
static const struct fw_item_word kinds[] = {{"original", "原件"}, {"copy", "复印件"}, {0}};

#define COUNTED(array) \
	{ \
		array, sizeof(array) / sizeof((array)[0]) \
	}

static const struct fw_item_field head[] = {
	{"id", "事项编码", FW_ITEM_ID, true, 0, 0, 64, NULL},
	{"name", "事项名称", FW_ITEM_TEXT, true, 0, 0, FW_NAME_MAX_CHARS, NULL},
	{"pinyin", "拼音首字母", FW_ITEM_LETTERS, false, 0, 0, FW_NAME_MAX_CHARS, NULL},
	{"department", "实施部门名称", FW_ITEM_TEXT, true, 0, 0, FW_NAME_MAX_CHARS, NULL},
	{"demo", "演示数据", FW_ITEM_FLAG, false, 0, 0, 0, NULL},
	{"areas", "实施范围（区划代码）", FW_ITEM_AREAS, true, 1, AREAS_MAX, 12, NULL},
	{"conditions", "受理条件", FW_ITEM_LIST, true, 1, CONDITIONS_MAX, NOTE_MAX_CHARS, NULL},
	{"form", "业务表格", FW_ITEM_FORM, false, 0, FORM_FIELDS_MAX, 0, NULL},
};

/* In the order of the hall's form (事项统筹要素标准规范). */
static const struct fw_item_field facts[] = {
	{"list_name", "实施清单名称", FW_ITEM_TEXT, false, 0, 0, SHORT_MAX_CHARS, NULL},
	{"item_type", "事项类型", FW_ITEM_TEXT, false, 0, 0, SHORT_MAX_CHARS, NULL},
	{"service_objects", "服务对象", FW_ITEM_TEXT, false, 0, 0, SHORT_MAX_CHARS, NULL},
	{"channels", "办理形式", FW_ITEM_TEXT, false, 0, 0, SHORT_MAX_CHARS, NULL},
	{"case_type", "办件类型", FW_ITEM_TEXT, false, 0, 0, SHORT_MAX_CHARS, NULL},
	{"visits", "到现场次数", FW_ITEM_DAYS, false, 0, 0, 3, NULL},
	{"legal_days", "法定期限", FW_ITEM_DAYS, false, 0, 0, 3, NULL},
	{"promised_days", "承诺期限", FW_ITEM_DAYS, false, 0, 0, 3, NULL},
	{"tolerance", "是否支持容缺受理", FW_ITEM_TEXT, false, 0, 0, SHORT_MAX_CHARS, NULL},
	{"special_procedure", "是否有特别程序", FW_ITEM_TEXT, false, 0, 0, SHORT_MAX_CHARS, NULL},
	{"intermediary", "特别程序是否涉及中介服务", FW_ITEM_TEXT, false, 0, 0, SHORT_MAX_CHARS,
		NULL},
	{"intermediary_name", "特别程序所涉中介事项名称", FW_ITEM_TEXT, false, 0, 0,
		SHORT_MAX_CHARS, NULL},
	{"acceptance", "受理标准", FW_ITEM_LINES, false, 0, 0, NOTE_MAX_CHARS, NULL},
	{"online_process", "网上办理流程说明", FW_ITEM_LINES, false, 0, 0, NOTE_MAX_CHARS, NULL},
	{"window_process", "窗口办理流程说明", FW_ITEM_LINES, false, 0, 0, NOTE_MAX_CHARS, NULL},
	{"result_name", "办事结果名称", FW_ITEM_TEXT, false, 0, 0, SHORT_MAX_CHARS, NULL},
	{"result_linked", "结果是否关联电子证照", FW_ITEM_TEXT, false, 0, 0, SHORT_MAX_CHARS, NULL},
	{"result_licence", "关联电子证照目录名称", FW_ITEM_TEXT, false, 0, 0, SHORT_MAX_CHARS, NULL},
};

static const struct fw_item_field material[] = {
	{"number", "材料序号", FW_ITEM_COUNT, true, 1, 99, 0, NULL},
	{"name", "材料名称", FW_ITEM_TEXT, true, 0, 0, SHORT_MAX_CHARS, NULL},
	{"necessity", "材料必要性", FW_ITEM_WORD, true, 0, 0, 0, necessities},
	{"condition_text", "何时需要", FW_ITEM_TEXT, false, 0, 0, SHORT_MAX_CHARS, NULL},
	{"form", "材料形式", FW_ITEM_TEXT, true, 0, 0, SHORT_MAX_CHARS, NULL},
	{"kind", "材料类型", FW_ITEM_WORD, true, 0, 0, 0, kinds},
	{"copies", "材料份数", FW_ITEM_COUNT, true, 0, COPIES_MAX, 0, NULL},
	{"notes", "填报须知", FW_ITEM_LINES, false, 0, 0, NOTE_MAX_CHARS, NULL},
	{"tolerance_days", "容缺工作日", FW_ITEM_COUNT, false, 1, TOLERANCE_DAYS, 0, NULL},
	{"intermediary", "材料所涉中介事项名称", FW_ITEM_TEXT, false, 0, 0, SHORT_MAX_CHARS, NULL},
	{"licence", "电子证照目录名称", FW_ITEM_TEXT, false, 0, 0, SHORT_MAX_CHARS, NULL},
	{"exempt", "免提交措施", FW_ITEM_TEXT, false, 0, 0, SHORT_MAX_CHARS, NULL},
	{"review", "审查方式", FW_ITEM_TEXT, false, 0, 0, SHORT_MAX_CHARS, NULL},
	{"archive", "存档要求", FW_ITEM_TEXT, false, 0, 0, SHORT_MAX_CHARS, NULL},
	{"sample", "示范文本", FW_ITEM_LINES, false, 0, 0, SAMPLE_MAX_CHARS, NULL},
	{"picture", "示范图片", FW_ITEM_PICTURE, false, 0, 0, 64, NULL},
	{"review_points", "审查要点", FW_ITEM_LIST, true, 1, FW_ITEM_POINTS_MAX, 500, NULL},
};

static const struct fw_item_field form[] = {
	{"name", "名称", FW_ITEM_TEXT, true, 0, 0, FORM_NAME_CHARS, NULL},
	{"kind", "类型", FW_ITEM_WORD, true, 0, 0, 0, form_kinds},
	{"required", "必填", FW_ITEM_FLAG, false, 0, 0, 0, NULL},
	{"choices", "选项", FW_ITEM_LIST, false, 0, CHOICES_MAX, CHOICE_MAX_CHARS, NULL},
	{"hint", "填写说明", FW_ITEM_TEXT, false, 0, 0, SHORT_MAX_CHARS, NULL},
};

const struct fw_item_section fw_item_head = COUNTED(head);
const struct fw_item_section fw_item_facts = COUNTED(facts);
const struct fw_item_section fw_item_material = COUNTED(material);
const struct fw_item_section fw_item_form = COUNTED(form);

const struct fw_item_field *fw_item_field(const struct fw_item_section *section, const char *name)
{
	for (size_t i = 0; i < section->count; i++) {
		if (strcmp(section->fields[i].name, name) == 0) {
			return &section->fields[i];
		}
	}
	return NULL;
}
