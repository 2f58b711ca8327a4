/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/pages_judge.h"

#include <math.h>
#include <string.h>

#include <glib.h>

#include "capture/jpeg.h"
#include "capture/still.h"

#define CORNER_SHARE 0.01 /* of the diagonal */
#define SKEW_DEGREES 0.5
#define SEAL         120

static struct fw_quad read_quad(json_t *facts, const char *name)
{
	struct fw_quad quad = {0};

	for (size_t i = 0; i < 4; i++) {
		json_t *corner = json_array_get(json_object_get(facts, name), i);

		quad.corner[i].x = json_number_value(json_array_get(corner, 0));
		quad.corner[i].y = json_number_value(json_array_get(corner, 1));
	}
	return quad;
}

bool outcome_warns(const struct outcome *outcome, const char *name)
{
	json_t *list = json_object_get(outcome->facts, "warnings");

	for (size_t i = 0; i < json_array_size(list); i++) {
		if (strcmp(json_string_value(json_array_get(list, i)), name) == 0) {
			return true;
		}
	}
	return false;
}

/* The found corner that belongs to the first true one. */
static unsigned offset_of(const struct fw_quad *found, const struct fw_quad *truth)
{
	unsigned best = 0;

	for (unsigned i = 1; i < 4; i++) {
		best = fw_point_distance(found->corner[i], truth->corner[0]) <
				fw_point_distance(found->corner[best], truth->corner[0])
			? i
			: best;
	}
	return best;
}

/* Share of the diagonal. */
static double corner_error(const struct shot *shot, json_t *facts)
{
	struct fw_quad found = read_quad(facts, "corners");
	const struct fw_quad *truth = &shot->truth.corners;
	unsigned offset = offset_of(&found, truth);
	double worst = 0;

	for (unsigned i = 0; i < 4; i++) {
		double off = fw_point_distance(found.corner[(i + offset) % 4], truth->corner[i]);

		worst = MAX(worst, off);
	}
	return worst / hypot(shot->width, shot->height);
}

/* Angle that the true sides have on the straightened page, the greatest. */
static double skew(const struct fw_quad *crop, const struct fw_quad *truth, json_t *facts)
{
	double width = json_number_value(json_object_get(facts, "page_width_px"));
	double height = json_number_value(json_object_get(facts, "page_height_px"));
	const struct fw_quad flat = {{{0, 0}, {width, 0}, {width, height}, {0, height}}};
	struct fw_homography map;
	double worst = 0;

	if (!fw_homography_between(crop, &flat, &map)) {
		return 90;
	}
	for (int i = 0; i < 4; i++) {
		struct fw_point a = fw_homography_map(&map, truth->corner[i]);
		struct fw_point b = fw_homography_map(&map, truth->corner[(i + 1) % 4]);
		double angle = fabs(remainder(atan2(b.y - a.y, b.x - a.x), M_PI / 2)) * 180 / M_PI;

		worst = MAX(worst, angle);
	}
	return worst;
}

/* Content that was never in the picture is not the pipeline's to keep. */
static bool keeps_content(const struct fw_quad *crop, const struct shot *shot)
{
	for (int i = 0; i < 4; i++) {
		struct fw_point a = crop->corner[i], b = crop->corner[(i + 1) % 4];
		double length = fw_point_distance(a, b);

		for (unsigned k = 0; k < PHOTOGRAPH_CONTENT; k++) {
			double x = CLAMP(shot->truth.content[k].x, 0, shot->width);
			double y = CLAMP(shot->truth.content[k].y, 0, shot->height);

			if ((b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x) < -0.5 * length) {
				return false;
			}
		}
	}
	return true;
}

static double page_hue(
	const struct shot *shot, const struct fw_quad *crop, const struct fw_page *page)
{
	struct fw_content content;
	fw_cleanup(fw_image_destroy) struct fw_image *image = NULL;
	enum fw_fault fault;
	struct fw_homography map;
	fw_content_tell(page->page.bytes, page->page.size, &content);
	const struct fw_quad flat = {{{0, 0}, {content.width_px, 0},
		{content.width_px, content.height_px}, {0, content.height_px}}};

	if (!fw_homography_between(crop, &flat, &map) ||
		fw_jpeg_decode(page->page.bytes, page->page.size, &content, 1, &image, &fault) < 0) {
		return SHOT_NO_HUE;
	}
	return shot_hue_around(image, fw_homography_map(&map, shot->truth.seal), SEAL);
}

static double handed_hue(const struct shot *shot)
{
	struct fw_still still = {0};
	enum fw_fault fault;
	double hue;

	g_assert(fw_still_read(shot->still, shot->still_size, &still, &fault) == 0);
	fw_cleanup(fw_image_destroy) struct fw_image *upright =
		fw_image_orient(still.image, still.exif.orientation);

	hue = shot_hue_around(upright, shot->truth.seal, SEAL);
	fw_still_fini(&still);
	return hue;
}

static void judge_colour(struct outcome *outcome, const struct shot *shot,
	const struct fw_quad *crop, const struct fw_page *page)
{
	double after, handed;

	if (shot->seal_hue == SHOT_NO_HUE) {
		return;
	}
	after = page_hue(shot, crop, page);
	handed = handed_hue(shot);
	if (after != SHOT_NO_HUE) {
		outcome->hue_shift = fabs(remainder(after - shot->seal_hue, 360));
		outcome->own_hue_shift =
			handed == SHOT_NO_HUE ? 0 : fabs(remainder(after - handed, 360));
	}
}

unsigned outcome_quarters(const struct shot *shot, json_t *facts)
{
	struct fw_quad found = read_quad(facts, "corners");

	return json_is_true(json_object_get(facts, "page_found"))
		? offset_of(&found, &shot->truth.corners)
		: shot->truth.quarters;
}

static void judge_reading(struct outcome *outcome, const struct shot *shot, json_t *facts)
{
	unsigned quarters = outcome_quarters(shot, facts);
	json_t *turn = json_object_get(facts, "suggested_turn");

	outcome->printed = outcome->order.class != CLASS_BLANK;
	outcome->lying = quarters % 2 == 1;
	outcome->mended = outcome->lying && turn &&
		(quarters * 90 + (unsigned)json_integer_value(turn)) % 360 == 0;
}

void outcome_judge(struct outcome *outcome, const struct shot *shot, const struct fw_page *page)
{
	struct fw_quad crop = read_quad(page->facts, "crop");

	outcome->facts = json_incref(page->facts);
	outcome->beyond = shot->truth.beyond;
	outcome->corners = corner_error(shot, page->facts);
	outcome->exact = outcome->corners <= CORNER_SHARE;
	outcome->skew = skew(&crop, &shot->truth.corners, page->facts);
	outcome->straight = outcome->skew <= SKEW_DEGREES;
	outcome->cut = !keeps_content(&crop, shot);
	judge_colour(outcome, shot, &crop, page);
	judge_reading(outcome, shot, page->facts);
}

void outcome_judge_with_desk(
	struct outcome *outcome, const struct shot *shot, const struct fw_page *page)
{
	outcome->desk_known = true;
	outcome->desk_exact = corner_error(shot, page->facts) <= CORNER_SHARE;
}

void outcome_fini(struct outcome *outcome)
{
	json_decref(outcome->facts);
	outcome->facts = NULL;
}
