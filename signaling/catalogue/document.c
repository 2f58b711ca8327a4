/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/catalogue/document.h"

#include "base/crypto.h"
#include "base/text.h"
#include "signaling/cases/pinyin.h"

#include <glib.h>
#include <string.h>

struct check {
	const struct fw_item_world *world;
	fw_item_fault_fn *fault;
	void *user;
	GString *path;
	int material;
};

const char *fw_item_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

int fw_item_sha256(const char *text, char ret_sha256[FW_ITEM_SHA256_SIZE])
{
	uint8_t sha256[FW_SHA256_BYTES];
	int r = fw_sha256(text, strlen(text), sha256);

	if (r >= 0) {
		fw_text_hex_encode(sha256, sizeof(sha256), ret_sha256);
	}
	return r;
}

/* --- faults --------------------------------------------------------------------------------------- */

static void complain(struct check *check, const char *value, const char *code, const char *text)
{
	check->fault(check->user,
		&(struct fw_item_fault){.path = check->path->str,
			.material = check->material,
			.value = value ? value : "",
			.code = code,
			.text = text});
}

/* Goes one step deeper; the length to come back to. */
static gsize enter(struct check *check, const char *name)
{
	gsize before = check->path->len;

	if (before > 0) {
		g_string_append_c(check->path, '.');
	}
	g_string_append(check->path, name);
	return before;
}

static gsize enter_index(struct check *check, size_t index)
{
	gsize before = check->path->len;

	g_string_append_printf(check->path, "[%zu]", index);
	return before;
}

static void leave(struct check *check, gsize before)
{
	g_string_truncate(check->path, before);
}

/* --- texts ---------------------------------------------------------------------------------------- */

static bool only(const char *text, const char *others)
{
	for (; *text; text++) {
		if (!g_ascii_isalnum(*text) && !strchr(others, *text)) {
			return false;
		}
	}
	return true;
}

static bool is_word(const struct fw_item_field *field, const char *text)
{
	for (const struct fw_item_word *word = field->words; word->word; word++) {
		if (strcmp(word->word, text) == 0) {
			return true;
		}
	}
	return false;
}

static bool is_hex(const char *text)
{
	return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

/* NULL: the form is right; else the sentence. */
static const char *form_fault(const struct fw_item_field *field, const char *text)
{
	switch (field->type) {
	case FW_ITEM_ID:
		return only(text, "-_.") && strlen(text) <= field->max_chars
			? NULL
			: "编码只能用字母、数字、“-”“_”“.”，最长 64 位";
	case FW_ITEM_LETTERS:
		return only(text, "") && strlen(text) <= field->max_chars
			? NULL
			: "拼音首字母只能是字母和数字";
	case FW_ITEM_WORD:
		return is_word(field, text) ? NULL : "不是可选的值";
	case FW_ITEM_DAYS:
		return strlen(text) <= field->max_chars && strspn(text, "0123456789") == strlen(text)
			? NULL
			: "应为不超过三位的整数";
	case FW_ITEM_PICTURE:
		return is_hex(text) ? NULL : "不是已上传图片的编号";
	case FW_ITEM_LINES:
		return fw_text_is_typed(text, field->max_chars, true) ? NULL
								      : "内容过长，或含有控制字符";
	case FW_ITEM_TEXT:
	case FW_ITEM_LIST:
	case FW_ITEM_AREAS:
		return fw_text_is_typed(text, field->max_chars, false)
			? NULL
			: "内容过长，或含有换行等控制字符";
	case FW_ITEM_COUNT:
	case FW_ITEM_FLAG:
	case FW_ITEM_FORM:
		break;
	}
	return NULL;
}

/* Without what stands around it; g_free. A text with NUL inside is none: NULL. */
static char *stripped(const json_t *value)
{
	const char *text = json_string_value(value);

	return text && strlen(text) == json_string_length(value) ? g_strstrip(g_strdup(text)) : NULL;
}

static void check_text(struct check *check, const struct fw_item_field *field, const json_t *value)
{
	g_autofree char *text = stripped(value);
	const char *wrong;

	if (!text && value && !json_is_null(value)) {
		complain(check, NULL, "type", "应为文字");
		return;
	}
	if (!text || !text[0]) {
		if (field->required) {
			complain(check, "", "required", "不能为空");
		}
		return;
	}
	wrong = form_fault(field, text);
	if (wrong) {
		complain(check, text, "form", wrong);
	} else if (field->type == FW_ITEM_PICTURE && check->world && check->world->picture &&
		!check->world->picture(check->world->user, text)) {
		complain(check, text, "unknown", "没有这张图片，请重新上传");
	}
}

/* --- other kinds ---------------------------------------------------------------------------------- */

static void check_count(struct check *check, const struct fw_item_field *field, const json_t *value)
{
	if (!value || json_is_null(value)) {
		if (field->required) {
			complain(check, "", "required", "不能为空");
		}
		return;
	}
	if (!json_is_integer(value)) {
		complain(check, json_string_value(value), "type", "应为整数");
	} else if (json_integer_value(value) < field->least ||
		json_integer_value(value) > field->most) {
		complain(check, "", "range", "超出允许的范围");
	}
}

static bool told_before(const json_t *list, size_t index)
{
	const char *text = json_string_value(json_array_get(list, index));

	for (size_t i = 0; i < index; i++) {
		if (g_strcmp0(json_string_value(json_array_get(list, i)), text) == 0) {
			return true;
		}
	}
	return false;
}

static void check_area(struct check *check, const char *code)
{
	if (check->world && check->world->area && !check->world->area(check->world->user, code)) {
		complain(check, code, "unknown", "没有这个区划，或已停用");
	}
}

static void check_list(struct check *check, const struct fw_item_field *field, const json_t *list)
{
	struct fw_item_field each = *field;

	if (list && !json_is_null(list) && !json_is_array(list)) {
		complain(check, NULL, "type", "应为列表");
		return;
	}
	if ((int64_t)json_array_size(list) < field->least) {
		complain(check, "", "required", "至少要有一项");
	}
	if ((int64_t)json_array_size(list) > field->most) {
		complain(check, "", "range", "项数过多");
		return;
	}
	each.required = true;
	for (size_t i = 0; i < json_array_size(list); i++) {
		gsize before = enter_index(check, i);
		const char *text = json_string_value(json_array_get(list, i));

		check_text(check, &each, json_array_get(list, i));
		if (text && told_before(list, i)) {
			complain(check, text, "duplicate", "与前面的重复");
		} else if (text && field->type == FW_ITEM_AREAS) {
			check_area(check, text);
		}
		leave(check, before);
	}
}

static void check_form(struct check *check, const struct fw_item_field *field, const json_t *form);

static void check_field(struct check *check, const struct fw_item_field *field, const json_t *value)
{
	switch (field->type) {
	case FW_ITEM_COUNT:
		check_count(check, field, value);
		break;
	case FW_ITEM_FLAG:
		if (value && !json_is_boolean(value)) {
			complain(check, json_string_value(value), "type", "应为是或否");
		}
		break;
	case FW_ITEM_AREAS:
	case FW_ITEM_LIST:
		check_list(check, field, value);
		break;
	case FW_ITEM_FORM:
		check_form(check, field, value);
		break;
	default:
		check_text(check, field, value);
		break;
	}
}

/* Every field of the section, and that there is nothing else but what `also` names. */
static void check_section(struct check *check, const struct fw_item_section *section,
	const json_t *object, const char *also)
{
	const char *name;
	json_t *value;

	for (size_t i = 0; i < section->count; i++) {
		gsize before = enter(check, section->fields[i].name);

		check_field(check, &section->fields[i],
			json_object_get(object, section->fields[i].name));
		leave(check, before);
	}
	json_object_foreach ((json_t *)object, name, value) {
		g_autofree char *pattern = g_strdup_printf("|%s|", name);

		if (!fw_item_field(section, name) && !strstr(also, pattern)) {
			gsize before = enter(check, name);

			complain(check, name, "unknown_field", "没有这个字段");
			leave(check, before);
		}
	}
}

/* --- the form ------------------------------------------------------------------------------------- */

static bool named_before(const json_t *form, size_t index)
{
	const char *name = fw_item_text(json_array_get(form, index), "name");

	for (size_t i = 0; name[0] && i < index; i++) {
		if (strcmp(fw_item_text(json_array_get(form, i), "name"), name) == 0) {
			return true;
		}
	}
	return false;
}

static void check_choices(struct check *check, const json_t *one)
{
	bool is_choice = strcmp(fw_item_text(one, "kind"), "choice") == 0;
	size_t count = json_array_size(json_object_get(one, "choices"));
	gsize before = enter(check, "choices");

	if (is_choice && count < 2) {
		complain(check, "", "required", "选择类的字段至少要有两个选项");
	} else if (!is_choice && count > 0) {
		complain(check, "", "together", "只有选择类的字段才有选项");
	}
	leave(check, before);
}

/* In a CSV file they stand between fields and between choices. */
static void check_separators(struct check *check, const json_t *one)
{
	const json_t *choices = json_object_get(one, "choices");
	bool bad = strchr(fw_item_text(one, "name"), '|') || strchr(fw_item_text(one, "hint"), '|');

	for (size_t i = 0; !bad && i < json_array_size(choices); i++) {
		const char *choice = json_string_value(json_array_get(choices, i));

		bad = choice && (strchr(choice, '|') || strstr(choice, "；"));
	}
	if (bad) {
		complain(check, fw_item_text(one, "name"), "form",
			"名称、选项和说明里不能有“|”，选项里不能有“；”");
	}
}

static void check_form(struct check *check, const struct fw_item_field *field, const json_t *form)
{
	if (form && !json_is_null(form) && !json_is_array(form)) {
		complain(check, NULL, "type", "应为列表");
		return;
	}
	if ((int64_t)json_array_size(form) > field->most) {
		complain(check, "", "range", "项数过多");
		return;
	}
	for (size_t i = 0; i < json_array_size(form); i++) {
		const json_t *one = json_array_get(form, i);
		gsize before = enter_index(check, i);

		if (!json_is_object(one)) {
			complain(check, NULL, "type", "应为一个字段的各项");
		} else {
			check_section(check, &fw_item_form, one, "");
			check_choices(check, one);
			check_separators(check, one);
		}
		if (named_before(form, i)) {
			complain(check, fw_item_text(one, "name"), "duplicate", "与前面的字段重名");
		}
		leave(check, before);
	}
}

/* --- the whole ------------------------------------------------------------------------------------ */

static void check_together(struct check *check, const json_t *material)
{
	const char *necessity = fw_item_text(material, "necessity");
	gsize before;

	if (strcmp(necessity, "conditional") == 0 && !fw_item_text(material, "condition_text")[0]) {
		before = enter(check, "condition_text");
		complain(check, "", "required", "有条件提交的材料要写明何时需要");
		leave(check, before);
	}
	if (strcmp(necessity, "tolerated") != 0 &&
		json_is_integer(json_object_get(material, "tolerance_days"))) {
		before = enter(check, "tolerance_days");
		complain(check, "", "together", "只有容缺受理的材料才有容缺期限");
		leave(check, before);
	}
}

static void check_twice(struct check *check, const json_t *materials, size_t index)
{
	const json_t *one = json_array_get(materials, index);
	const json_t *number = json_object_get(one, "number");

	for (size_t i = 0; json_is_integer(number) && i < index; i++) {
		const json_t *other = json_object_get(json_array_get(materials, i), "number");

		if (json_equal(number, other)) {
			gsize before = enter(check, "number");

			complain(check, "", "duplicate", "这个材料序号已经用过");
			leave(check, before);
			return;
		}
	}
}

static void check_materials(struct check *check, const json_t *materials)
{
	gsize outer = enter(check, "materials");

	if (!json_is_array(materials) || json_array_size(materials) == 0) {
		complain(check, "", "required", "至少要有一份材料");
	} else if (json_array_size(materials) > FW_ITEM_MATERIALS_MAX) {
		complain(check, "", "range", "材料过多");
	} else {
		for (size_t i = 0; i < json_array_size(materials); i++) {
			const json_t *one = json_array_get(materials, i);
			gsize before = enter_index(check, i);

			check->material = (int)i;
			if (json_is_object(one)) {
				check_section(check, &fw_item_material, one, "");
				check_together(check, one);
				check_twice(check, materials, i);
			} else {
				complain(check, NULL, "type", "应为一份材料的各字段");
			}
			check->material = -1;
			leave(check, before);
		}
	}
	leave(check, outer);
}

void fw_item_check(const json_t *document, const struct fw_item_world *world,
	fw_item_fault_fn *fault, void *user)
{
	g_autoptr(GString) path = g_string_new(NULL);
	struct check check = {world, fault, user, path, -1};
	const json_t *facts = json_object_get(document, "facts");
	gsize before;

	if (!json_is_object(document)) {
		complain(&check, NULL, "type", "应为一个事项的各字段");
		return;
	}
	/* "version" stands in files for people; what is imported becomes a new one. */
	check_section(&check, &fw_item_head, document, "|facts|materials|version|");
	before = enter(&check, "facts");
	if (json_is_object(facts)) {
		check_section(&check, &fw_item_facts, facts, "");
	} else if (facts) {
		complain(&check, NULL, "type", "应为基础信息的各字段");
	}
	leave(&check, before);
	check_materials(&check, json_object_get(document, "materials"));
}

/* --- the normal form ------------------------------------------------------------------------------ */

static json_t *normal_text(const json_t *value)
{
	g_autofree char *text = stripped(value);

	return json_string(text ? text : "");
}

static json_t *normal_list(const json_t *list)
{
	json_t *normal = json_array();

	for (size_t i = 0; i < json_array_size(list); i++) {
		if (json_is_string(json_array_get(list, i))) {
			json_array_append_new(normal, normal_text(json_array_get(list, i)));
		}
	}
	return normal;
}

static json_t *normal_form(const json_t *form);

static json_t *normal_field(const struct fw_item_field *field, const json_t *value)
{
	switch (field->type) {
	case FW_ITEM_COUNT:
		return json_is_integer(value) ? json_integer(json_integer_value(value))
					      : json_null();
	case FW_ITEM_FLAG:
		return json_boolean(json_is_true(value));
	case FW_ITEM_AREAS:
	case FW_ITEM_LIST:
		return normal_list(value);
	case FW_ITEM_FORM:
		return normal_form(value);
	default:
		return normal_text(value);
	}
}

static void normal_section(
	json_t *normal, const struct fw_item_section *section, const json_t *object)
{
	for (size_t i = 0; i < section->count; i++) {
		const struct fw_item_field *field = &section->fields[i];

		json_object_set_new(normal, field->name,
			normal_field(field, json_object_get(object, field->name)));
	}
}

static json_t *normal_form(const json_t *form)
{
	json_t *normal = json_array();

	for (size_t i = 0; i < json_array_size(form); i++) {
		json_t *one = json_object();

		normal_section(one, &fw_item_form, json_array_get(form, i));
		json_array_append_new(normal, one);
	}
	return normal;
}

json_t *fw_item_normal(const json_t *document)
{
	const json_t *materials = json_object_get(document, "materials");
	json_t *normal = json_object(), *facts = json_object(), *list = json_array();

	normal_section(normal, &fw_item_head, document);
	if (json_array_size(json_object_get(normal, "form")) == 0) {
		(void)json_object_del(normal, "form"); /* as documents were before there were forms */
	}
	if (!fw_item_text(normal, "pinyin")[0]) {
		g_autofree char *initials = fw_pinyin_initials(fw_item_text(normal, "name"));

		json_object_set_new(normal, "pinyin", json_string(initials));
	} else {
		g_autofree char *lower = g_ascii_strdown(fw_item_text(normal, "pinyin"), -1);

		json_object_set_new(normal, "pinyin", json_string(lower));
	}
	normal_section(facts, &fw_item_facts, json_object_get(document, "facts"));
	for (size_t i = 0; i < json_array_size(materials); i++) {
		json_t *material = json_object();

		normal_section(material, &fw_item_material, json_array_get(materials, i));
		json_array_append_new(list, material);
	}
	json_object_set_new(normal, "facts", facts);
	json_object_set_new(normal, "materials", list);
	return normal;
}
