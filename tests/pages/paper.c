/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/pages/paper.h"

#include <math.h>
#include <pango/pangocairo.h>

static const char *const sentences[] = {
	"申请人应当如实提交有关材料和反映真实情况，并对其申请材料实质内容的真实性负责。",
	"窗口工作人员对申请材料进行形式审查，材料齐全、符合法定形式的，当场受理并出具受理通知书。",
	"材料不齐全或者不符合法定形式的，应当一次性告知申请人需要补正的全部内容。",
	"本证明自签发之日起六个月内有效，复印件与原件核对无误后方可使用。",
	"经审查，该项目防雷装置符合国家有关技术规范的要求，同意投入使用。",
	"联系电话及通讯地址如有变更，请及时到原受理窗口办理变更手续。",
};

/* What people write into a form. */
#define FILLINGS 8
static const char *const fillings[FILLINGS] = {"", "王小明", "无", "平顶山市新华区建设路中段",
	"2026年11月3日", "防雷装置竣工验收", "已核对，与原件一致。", "欧阳建国、李红"};

static const cairo_user_data_key_t words_key;

/* What a person reads there. */
static void note(cairo_t *cairo, const char *words)
{
	g_string_append(cairo_get_user_data(cairo, &words_key), words);
	g_string_append_c(cairo_get_user_data(cairo, &words_key), '\n');
}

static void text(cairo_t *cairo, const char *words, double x, double y, double width, double size,
	PangoAlignment alignment)
{
	PangoLayout *layout = pango_cairo_create_layout(cairo);
	PangoFontDescription *font = pango_font_description_from_string("Noto Serif CJK SC");

	pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
	pango_layout_set_font_description(layout, font);
	pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_line_spacing(layout, 1.5f);
	pango_layout_set_alignment(layout, alignment);
	pango_layout_set_text(layout, words, -1);
	cairo_move_to(cairo, x, y);
	pango_cairo_show_layout(cairo, layout);
	pango_font_description_free(font);
	g_object_unref(layout);
}

static void seal(cairo_t *cairo, double x, double y, double radius)
{
	cairo_set_source_rgba(cairo, 0.82, 0.08, 0.10, 0.9);
	cairo_set_line_width(cairo, radius * 0.09);
	cairo_new_path(cairo);
	cairo_arc(cairo, x, y, radius, 0, 2 * M_PI);
	cairo_stroke(cairo);
	for (int i = 0; i < 10; i++) {
		double angle = i * M_PI / 5 - M_PI / 2, reach = radius * (i % 2 ? 0.16 : 0.4);

		cairo_line_to(cairo, x + reach * cos(angle), y + reach * sin(angle));
	}
	cairo_fill(cairo);
	text(cairo, "平顶山市行政审批专用章", x - radius * 0.8, y + radius * 0.45, radius * 1.6,
		radius * 0.14, PANGO_ALIGN_CENTER);
}

/* Of the paper's own words. */
static void print(cairo_t *cairo, const char *words, double x, double y, double width, double size,
	PangoAlignment alignment)
{
	note(cairo, words);
	text(cairo, words, x, y, width, size, alignment);
}

static void table(cairo_t *cairo, GRand *random)
{
	int rows = g_rand_int_range(random, 6, 16), columns = g_rand_int_range(random, 2, 6);
	double left = 140, top = 320, width = PAPER_WIDTH - 280, height = 1500;

	cairo_set_line_width(cairo, g_rand_double_range(random, 1.5, 5));
	for (int i = 0; i <= rows; i++) {
		cairo_move_to(cairo, left, top + i * height / rows);
		cairo_line_to(cairo, left + width, top + i * height / rows);
	}
	for (int i = 0; i <= columns; i++) {
		cairo_move_to(cairo, left + i * width / columns, top);
		cairo_line_to(cairo, left + i * width / columns, top + height);
	}
	cairo_stroke(cairo);
	for (int i = 0; i < rows; i++) {
		print(cairo, i % 2 ? "联系人姓名" : "项目名称", left + 20,
			top + i * height / rows + 20, width / columns, 30, PANGO_ALIGN_LEFT);
		for (int k = 1; k < columns; k++) {
			print(cairo, fillings[g_rand_int_range(random, 0, FILLINGS)],
				left + k * width / columns + 20, top + i * height / rows + 20,
				width / columns - 40, 30, PANGO_ALIGN_LEFT);
		}
	}
}

static void letter(cairo_t *cairo, GRand *random)
{
	g_autoptr(GString) body = g_string_new(NULL);
	int paragraphs = g_rand_int_range(random, 3, 8);

	for (int i = 0; i < paragraphs; i++) {
		g_string_append(body, "　　");
		for (int k = g_rand_int_range(random, 1, 5); k > 0; k--) {
			g_string_append(body, sentences[g_rand_int_range(random, 0, 6)]);
		}
		g_string_append_c(body, '\n');
	}
	print(cairo, body->str, 180, 420, PAPER_WIDTH - 360, g_rand_double_range(random, 28, 38),
		PANGO_ALIGN_LEFT);
}

/* Of one applicant, one sheet for each building: a few words and numbers are all that tells two of them apart. */
static void form(cairo_t *cairo, GRand *random)
{
	static const char *const buildings[] = {
		"教学楼", "图书馆", "学生食堂", "体育馆", "门诊楼", "综合楼"};
	g_autofree char *building = g_strdup_printf("平顶山市第二中学%s",
		buildings[g_rand_int_range(random, 0, G_N_ELEMENTS(buildings))]);
	g_autofree char *number =
		g_strdup_printf("FL%08d", g_rand_int_range(random, 10000000, 99999999));
	g_autofree char *date = g_strdup_printf(
		"2026年%d月%d日", g_rand_int_range(random, 1, 13), g_rand_int_range(random, 1, 29));
	g_autofree char *resistance = g_strdup_printf(
		"%d.%d欧姆", g_rand_int_range(random, 1, 10), g_rand_int_range(random, 0, 10));
	const char *const rows[][2] = {{"工程名称", building}, {"建设单位", "平顶山市第二中学"},
		{"单位地址", "平顶山市新华区建设路中段"}, {"检测编号", number}, {"检测日期", date},
		{"接地电阻", resistance}, {"检测依据", "建筑物防雷装置检测技术规范"},
		{"联系人", "王小明"}, {"联系电话", "03752990018"}};

	cairo_set_line_width(cairo, 2);
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		double y = 330 + 90 * (double)i;

		print(cairo, rows[i][0], 180, y, 300, 34, PANGO_ALIGN_LEFT);
		print(cairo, rows[i][1], 520, y, PAPER_WIDTH - 700, 34, PANGO_ALIGN_LEFT);
		cairo_move_to(cairo, 510, y + 58);
		cairo_line_to(cairo, PAPER_WIDTH - 180, y + 58);
		cairo_stroke(cairo);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(sentences); i++) {
		print(cairo, sentences[i], 180, 1200 + 110 * (double)i, PAPER_WIDTH - 360, 30,
			PANGO_ALIGN_LEFT);
	}
}

static void picture(cairo_t *cairo, GRand *random)
{
	cairo_pattern_t *shade = cairo_pattern_create_radial(900, 900, 40, 900, 900, 700);

	cairo_pattern_add_color_stop_rgb(shade, 0, 0.75, 0.6, 0.5);
	cairo_pattern_add_color_stop_rgb(shade, 0.4, 0.3, 0.35, 0.3);
	cairo_pattern_add_color_stop_rgb(shade, 1, 0.1, 0.12, g_rand_double_range(random, 0.1, 0.4));
	cairo_set_source(cairo, shade);
	cairo_rectangle(cairo, 300, 600, 1000, g_rand_double_range(random, 500, 900));
	cairo_fill(cairo);
	cairo_pattern_destroy(shade);
}

/* Different enough that two people are not one: hair, face and coat. */
static void face(cairo_t *cairo, GRand *random)
{
	double wide = g_rand_double_range(random, 60, 90), high = wide * 1.3;
	double coat = g_rand_double_range(random, 0.05, 0.8);

	cairo_set_source_rgb(cairo, coat, coat, g_rand_double_range(random, 0.1, 0.8));
	cairo_rectangle(cairo, 1100 - 1.4 * wide, 430, 2.8 * wide, 90);
	cairo_fill(cairo);
	cairo_set_source_rgb(cairo, 0.08, 0.07, 0.07);
	cairo_arc(cairo, 1100, 300 - g_rand_double_range(random, 20, 60), wide * 1.15, 0, 2 * M_PI);
	cairo_fill(cairo);
	cairo_set_source_rgb(cairo, 0.85, 0.68, 0.58);
	cairo_rectangle(cairo, 1100 - wide * 0.8, 320 - high * 0.6, wide * 1.6, high * 1.3);
	cairo_fill(cairo);
}

static void card(cairo_t *cairo, GRand *random, struct paper *paper)
{
	static const char *const names[] = {"王小明", "欧阳建国", "李红", "张卫东"};
	static const char *const streets[] = {
		"新华区建设路", "卫东区矿工路东段十二号院", "湛河区", "石龙区人民路西段"};
	g_autofree char *words = g_strdup_printf(
		"姓名　%s\n性别　男　民族　汉\n出生　%d年%d月%d日\n住址　河南省平顶山市%"
		"s\n公民身份号码　4104%014.0f",
		names[g_rand_int_range(random, 0, 4)], g_rand_int_range(random, 1940, 2010),
		g_rand_int_range(random, 1, 13), g_rand_int_range(random, 1, 29),
		streets[g_rand_int_range(random, 0, 4)], g_rand_double_range(random, 1e12, 9e13));

	cairo_set_source_rgb(cairo, 0.86, 0.92, 0.95);
	cairo_paint(cairo);
	cairo_set_source_rgb(cairo, 0.1, 0.1, 0.15);
	print(cairo, words, 80, 90, 800, 52, PANGO_ALIGN_LEFT);
	cairo_set_source_rgb(cairo, 0.55, 0.42, 0.36);
	cairo_rectangle(cairo, 950, 120, 300, 400);
	cairo_fill(cairo);
	face(cairo, random);
	paper->margin = 0.05;
	paper->seal_x = -1;
}

static void receipt(cairo_t *cairo, GRand *random, struct paper *paper)
{
	g_autoptr(GString) body = g_string_new("平顶山市政务服务大厅\n缴费凭条\n\n");
	int lines = g_rand_int_range(random, 8, 20);

	for (int i = 0; i < lines; i++) {
		g_string_append_printf(body, "%s　　%d.%02d元，已收讫。\n",
			i % 2 ? "工本费" : "证照制作费", g_rand_int_range(random, 1, 400),
			g_rand_int_range(random, 0, 100));
	}
	cairo_set_source_rgb(cairo, 0.97, 0.97, 0.96);
	cairo_paint(cairo);
	cairo_set_source_rgb(cairo, 0.42, 0.42, 0.48);
	print(cairo, body->str, 50, 80, RECEIPT_WIDTH - 100, 30, PANGO_ALIGN_LEFT);
	paper->margin = 0.07;
	paper->seal_x = -1;
}

static void sheet(cairo_t *cairo, enum photograph_class class, GRand *random, struct paper *paper)
{
	static const double colours[][3] = {
		{1, 0.86, 0.88}, {0.85, 0.93, 1}, {1, 0.96, 0.72}, {0.82, 0.95, 0.82}};
	const double *colour = colours[g_rand_int_range(random, 0, 4)];

	if (class == CLASS_COLOURED) {
		cairo_set_source_rgb(cairo, colour[0], colour[1], colour[2]);
	} else {
		cairo_set_source_rgb(cairo, 1, 1, 1);
	}
	cairo_paint(cairo);
	paper->margin = 0.07;
	paper->seal_x = -1;
	if (class == CLASS_BLANK) {
		return;
	}
	cairo_set_source_rgb(cairo, 0.8, 0.05, 0.08);
	print(cairo, "平顶山市政务服务和大数据管理局文件", 140, 170, PAPER_WIDTH - 280, 66,
		PANGO_ALIGN_CENTER);
	cairo_set_source_rgb(cairo, 0.08, 0.08, 0.09);
	if (class == CLASS_BEYOND || class == CLASS_CUT) { /* whatever it is, it must be seen */
		class = (enum photograph_class[]){
			CLASS_PLAIN, CLASS_TABLE, CLASS_PICTURE}[g_rand_int_range(random, 0, 3)];
	}
	if (class == CLASS_TABLE) {
		table(cairo, random);
	} else if (class == CLASS_FORM) {
		form(cairo, random);
	} else {
		letter(cairo, random);
	}
	if (class == CLASS_PICTURE) {
		picture(cairo, random);
	}
	paper->seal_x = g_rand_double_range(random, 0.55, 0.8);
	paper->seal_y = g_rand_double_range(random, 0.8, 0.9);
	seal(cairo, paper->seal_x * PAPER_WIDTH, paper->seal_y * PAPER_HEIGHT, 160);
}

void paper_print(enum photograph_class class, GRand *random, struct paper *ret_paper)
{
	int width = class == CLASS_CARD ? CARD_WIDTH : PAPER_WIDTH;
	int height = class == CLASS_CARD ? CARD_HEIGHT : PAPER_HEIGHT;
	cairo_t *cairo;

	width = class == CLASS_RECEIPT ? RECEIPT_WIDTH : width;
	height = class == CLASS_RECEIPT ? RECEIPT_HEIGHT : height;
	ret_paper->surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
	cairo = cairo_create(ret_paper->surface);
	ret_paper->words = g_string_new(NULL);
	(void)cairo_set_user_data(cairo, &words_key, ret_paper->words, NULL);
	if (class == CLASS_CARD) {
		card(cairo, random, ret_paper);
	} else if (class == CLASS_RECEIPT) {
		receipt(cairo, random, ret_paper);
	} else {
		sheet(cairo, class, random, ret_paper);
	}
	cairo_destroy(cairo);
	cairo_surface_flush(ret_paper->surface);
}
