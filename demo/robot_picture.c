/* SPDX-License-Identifier: Apache-2.0 */
#include "demo/robot_picture.h"
#include <glib.h>
#include <math.h>
#include <stdbool.h>

#define SANS        "Noto Sans CJK SC"
#define SERIF       "Noto Serif CJK SC"
#define SHANGHAI_US (INT64_C(8) * 3600 * 1000000) /* no daylight saving time since 1991 */

static void set_colour(cairo_t *cairo, uint32_t rgb)
{
	cairo_set_source_rgb(
		cairo, (rgb >> 16) / 255.0, (rgb >> 8 & 0xff) / 255.0, (rgb & 0xff) / 255.0);
}

static void set_font(cairo_t *cairo, const char *family, bool bold, double size)
{
	cairo_select_font_face(cairo, family, CAIRO_FONT_SLANT_NORMAL,
		bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
	cairo_set_font_size(cairo, size);
}

static void put_text(cairo_t *cairo, double x, double y, const char *text)
{
	cairo_move_to(cairo, x, y);
	cairo_show_text(cairo, text);
}

static void put_centred(cairo_t *cairo, double x, double y, const char *text)
{
	cairo_text_extents_t extents;

	cairo_text_extents(cairo, text, &extents);
	put_text(cairo, x - extents.x_advance / 2, y, text);
}

static void draw_hand(cairo_t *cairo, double x, double y, double length, double turn)
{
	cairo_move_to(cairo, x, y);
	cairo_line_to(cairo, x + length * sin(2 * G_PI * turn), y - length * cos(2 * G_PI * turn));
	cairo_stroke(cairo);
}

static void draw_clock(cairo_t *cairo, double x, double y, double radius, double seconds)
{
	set_colour(cairo, 0xffffff);
	cairo_arc(cairo, x, y, radius, 0, 2 * G_PI);
	cairo_fill(cairo);
	set_colour(cairo, 0x1f3b57);
	cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
	cairo_set_line_width(cairo, radius / 24);
	for (int mark = 0; mark < 12; mark++) {
		double angle = mark * G_PI / 6;
		cairo_move_to(cairo, x + radius * 0.86 * sin(angle), y - radius * 0.86 * cos(angle));
		cairo_line_to(cairo, x + radius * 0.94 * sin(angle), y - radius * 0.94 * cos(angle));
		cairo_stroke(cairo);
	}
	cairo_set_line_width(cairo, radius / 12);
	draw_hand(cairo, x, y, radius * 0.5, fmod(seconds / 43200, 1));
	draw_hand(cairo, x, y, radius * 0.72, fmod(seconds / 3600, 1));
	set_colour(cairo, 0xc8102e);
	cairo_set_line_width(cairo, radius / 30);
	draw_hand(cairo, x, y, radius * 0.82, fmod(seconds / 60, 1));
}

void fw_robot_draw_face(cairo_t *cairo, int width_px, int height_px, int64_t utc_us)
{
	double seconds = (double)((utc_us + SHANGHAI_US) % (INT64_C(86400) * 1000000)) / 1e6;
	double unit = height_px / 36.0, sway = sin(2 * G_PI * seconds / 4);
	g_autofree char *time = g_strdup_printf(
		"%02d:%02d:%02d", (int)seconds / 3600, (int)seconds / 60 % 60, (int)seconds % 60);

	set_colour(cairo, 0x2f6f9f);
	cairo_paint(cairo);
	draw_clock(cairo, width_px * 0.3, height_px * 0.46, height_px * 0.33, seconds);
	set_colour(cairo, 0xffffff);
	set_font(cairo, SANS, true, unit * 3);
	put_centred(cairo, width_px * 0.73, height_px * 0.26, "远窗 · 机器人窗口");
	set_font(cairo, SANS, false, unit * 5);
	put_centred(cairo, width_px * 0.73, height_px * 0.48, time);
	set_font(cairo, SANS, false, unit * 2);
	put_centred(cairo, width_px * 0.73, height_px * 0.60, "演示画面，不是真人");
	/* A ball that swings once in four seconds: anybody can see whether the picture moves and is
	 * smooth. */
	set_colour(cairo, 0xf2b705);
	cairo_new_path(cairo);
	cairo_arc(cairo, width_px * (0.5 + 0.42 * sway), height_px * 0.9, unit * 1.8, 0, 2 * G_PI);
	cairo_fill(cairo);
}

struct row {
	const char *label, *value, *label2, *value2; /* the second pair may be NULL: one wide row */
};

static const struct row ROWS[] = {
	{"建设单位", "海风示例置业有限公司", "统一信用代码", "91440000DEMO00001X"},
	{"项目名称", "海风花园二期（示例）", "项目地址", "示例路 88 号"},
	{"联系人", "演示联系人", "联系电话", "000-00000000"},
	{"设计单位", "示例建筑设计院", "设计核准书号", "防雷设核〔2026〕示 012 号"},
	{"施工单位", "示例防雷工程有限公司", "资质等级", "（请见所附资质证）"},
	{"检测机构", "示例防雷检测中心", "检测报告号", "FLJC-2026-DEMO-0147"},
	{"防雷类别", "第二类防雷建筑物", "竣工日期", "2026 年 10 月 30 日"},
	{"申请事项", "本项目防雷装置已按核准的施工图施工完毕，经检测合格，特申请竣工验收。", NULL,
		NULL},
};

static void draw_table(cairo_t *cairo, double left, double top, double width, double row_height)
{
	const double columns[] = {0, 0.14, 0.5, 0.65, 1};
	double y = top;

	set_colour(cairo, 0x222222);
	cairo_set_line_width(cairo, 2);
	for (size_t i = 0; i < G_N_ELEMENTS(ROWS); i++, y += row_height) {
		const struct row *row = &ROWS[i];
		double base = y + row_height * 0.64;
		cairo_rectangle(cairo, left, y, width, row_height);
		for (size_t k = 1; k < (row->label2 != NULL ? 4 : 2); k++) {
			cairo_move_to(cairo, left + width * columns[k], y);
			cairo_rel_line_to(cairo, 0, row_height);
		}
		cairo_stroke(cairo);
		set_font(cairo, SERIF, true, row_height * 0.42);
		put_text(cairo, left + width * columns[0] + 14, base, row->label);
		if (row->label2 != NULL) {
			put_text(cairo, left + width * columns[2] + 14, base, row->label2);
		}
		set_font(cairo, SERIF, false, row_height * 0.40);
		put_text(cairo, left + width * columns[1] + 14, base, row->value);
		if (row->value2 != NULL) {
			put_text(cairo, left + width * columns[3] + 14, base, row->value2);
		}
	}
}

static void draw_star(cairo_t *cairo, double x, double y, double radius)
{
	for (int point = 0; point < 5; point++) {
		double angle = point * 4 * G_PI / 5;
		cairo_line_to(cairo, x + radius * sin(angle), y - radius * cos(angle));
	}
	cairo_close_path(cairo);
	cairo_fill(cairo);
}

/* Round, with the name along the upper rim: what a clerk looks for first. */
static void draw_seal(cairo_t *cairo, double x, double y, double radius)
{
	static const char *const letters[] = {
		"海", "风", "示", "例", "置", "业", "有", "限", "公", "司"};
	const int count = G_N_ELEMENTS(letters);

	cairo_save(cairo);
	cairo_set_source_rgba(cairo, 0.80, 0.05, 0.10, 0.85);
	cairo_set_line_width(cairo, radius / 18);
	cairo_new_path(cairo); /* text leaves a current point behind */
	cairo_arc(cairo, x, y, radius, 0, 2 * G_PI);
	cairo_stroke(cairo);
	draw_star(cairo, x, y, radius * 0.3);
	set_font(cairo, SERIF, true, radius * 0.24);
	for (int i = 0; i < count; i++) {
		double angle = (i - (count - 1) / 2.0) * 0.42;
		cairo_save(cairo);
		cairo_translate(
			cairo, x + radius * 0.72 * sin(angle), y - radius * 0.72 * cos(angle));
		cairo_rotate(cairo, angle);
		put_centred(cairo, 0, radius * 0.08, letters[i]);
		cairo_restore(cairo);
	}
	set_font(cairo, SANS, true, radius * 0.19);
	put_centred(cairo, x, y + radius * 0.62, "演示专用章");
	cairo_restore(cairo);
}

static void draw_mark(cairo_t *cairo, double width, double height)
{
	cairo_save(cairo);
	cairo_translate(cairo, width / 2, height / 2);
	cairo_rotate(cairo, -0.4);
	cairo_set_source_rgba(cairo, 0.2, 0.3, 0.5, 0.13);
	set_font(cairo, SANS, true, height * 0.16);
	put_centred(cairo, 0, height * 0.06, "演 示 数 据");
	cairo_restore(cairo);
}

/* All sizes as parts of a sheet of A4 on its side, lying on a desk. */
void fw_robot_draw_page(cairo_t *cairo, int width_px, int height_px)
{
	double height = height_px * 0.95, width = MIN(height * 1.414, width_px * 0.98);

	set_colour(cairo, 0x6b5b4b);
	cairo_paint(cairo);
	cairo_save(cairo);
	cairo_translate(cairo, (width_px - width) / 2, (height_px - height) / 2);
	set_colour(cairo, 0xfbfaf5);
	cairo_rectangle(cairo, 0, 0, width, height);
	cairo_fill(cairo);
	set_colour(cairo, 0x111111);
	set_font(cairo, SERIF, true, height * 0.055);
	put_centred(cairo, width / 2, height * 0.105, "防雷装置竣工验收申请书");
	set_font(cairo, SERIF, false, height * 0.024);
	put_text(cairo, width * 0.06, height * 0.155, "编号：演示-2026-0007");
	put_text(cairo, width * 0.74, height * 0.155, "共 1 页  第 1 页");
	draw_table(cairo, width * 0.06, height * 0.18, width * 0.88, height * 0.068);
	set_font(cairo, SERIF, false, height * 0.026);
	put_text(cairo, width * 0.06, height * 0.79,
		"本单位承诺：所提交的材料真实、有效，复印件与原件一致。");
	put_text(cairo, width * 0.56, height * 0.86, "申请单位（盖章）：");
	put_text(cairo, width * 0.56, height * 0.92, "日期：2026 年 11 月 20 日");
	draw_mark(cairo, width, height);
	draw_seal(cairo, width * 0.80, height * 0.83, height * 0.115);
	cairo_restore(cairo);
}
