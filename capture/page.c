/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/page.h"

#include <errno.h>
#include <math.h>

#include <glib.h>

#include "base/limits.h"
#include "capture/jpeg.h"
#include "capture/mono.h"
#include "capture/page_finder.h"
#include "capture/png.h"
#include "capture/reading.h"
#include "capture/still.h"
#include "capture/warp.h"

#define PAGE_QUALITY      90
#define THUMBNAIL_QUALITY 80
#define THUMBNAIL_PX      320
#define GLANCE_PX         800 /* longer side of the picture that is shown first */
/* By which that is reduced again to look for the page: a third of the time. */
#define GLANCE_FACTOR 2

struct making {
	const struct fw_page_request *request;
	struct fw_still still;
	struct fw_page_found found;
	struct fw_image *page;
	enum fw_format format;
	double dpi;
	struct fw_quality quality;
	bool sideways; /* lines of print run up and down */
	unsigned mend; /* degrees clockwise that would set it upright, most likely */
	const char *desk; /* what became of the reference */
	bool shown; /* the first look is over */
};

/* --- the picture ------------------------------------------------------------------------------- */

static void set_upright(struct fw_still *still)
{
	if (still->image && still->exif.orientation != 1) {
		struct fw_image *upright = fw_image_orient(still->image, still->exif.orientation);

		fw_image_destroy(still->image);
		still->image = upright;
	}
}

static struct fw_image *read_desk(struct making *making)
{
	const struct fw_page_request *request = making->request;
	struct fw_still desk = {0};
	enum fw_fault fault;

	making->desk = request->desk ? "unreadable" : "none";
	if (!request->desk || fw_still_read(request->desk, request->desk_size, &desk, &fault) < 0 ||
		!desk.image) {
		return NULL;
	}
	set_upright(&desk);
	making->desk = "other_size";
	if (desk.image->width != making->still.image->width ||
		desk.image->height != making->still.image->height) {
		fw_still_fini(&desk);
		return NULL;
	}
	return desk.image;
}

static void find(struct making *making)
{
	fw_cleanup(fw_image_destroy) struct fw_image *desk = read_desk(making);

	fw_page_find(making->still.image, desk, &making->found);
	if (desk) {
		making->desk = making->found.desk_subtracted ? "subtracted" : "moved";
	}
}

/* After `turn` the corner that was lower left (for 90) is the upper left one. */
static struct fw_quad turned(const struct fw_quad *quad, unsigned turn)
{
	struct fw_quad result;

	for (unsigned i = 0; i < 4; i++) {
		result.corner[i] = quad->corner[(i + 4 - turn / 90 % 4) % 4];
	}
	return result;
}

static int straighten(struct making *making)
{
	struct fw_quad crop = turned(&making->found.crop, making->request->turn);
	const struct fw_point *p = crop.corner;
	double across = MAX(fw_point_distance(p[0], p[1]), fw_point_distance(p[3], p[2]));
	double down = MAX(fw_point_distance(p[0], p[3]), fw_point_distance(p[1], p[2]));
	double shrink = MIN(1, sqrt(FW_CAPTURE_PIXELS_MAX / (across * down + 1)) * 0.999);
	unsigned width = (unsigned)CLAMP(lrint(across * shrink), 1, FW_CAPTURE_SIDE_MAX);
	unsigned height = (unsigned)CLAMP(lrint(down * shrink), 1, FW_CAPTURE_SIDE_MAX);
	const struct fw_quad flat = {{{0, 0}, {width, 0}, {width, height}, {0, height}}};
	struct fw_homography to_still;

	if (!fw_homography_between(&flat, &crop, &to_still)) {
		return -EIO;
	}
	making->page = fw_warp(making->still.image, &to_still, width, height);
	return 0;
}

static void tell_resolution(struct making *making)
{
	const struct fw_quad *edge = &making->found.edge;
	bool whole = making->found.found;

	making->format = making->request->format;
	if (making->format == FW_FORMAT_UNKNOWN && whole) {
		making->format = fw_format_guess(edge);
	}
	making->dpi = whole ? fw_format_dpi(edge, making->format) : 0;
}

/* --- facts ------------------------------------------------------------------------------------- */

static json_t *corners(const struct fw_quad *quad)
{
	json_t *list = json_array();

	for (int i = 0; i < 4; i++) {
		json_array_append_new(list,
			json_pack("[f, f]", round(quad->corner[i].x * 10) / 10,
				round(quad->corner[i].y * 10) / 10));
	}
	return list;
}

static json_t *warnings(const struct making *making)
{
	const struct fw_quality *quality = &making->quality;
	const struct {
		bool holds;
		const char *name;
	} all[] = {
		{!making->found.found && !making->found.beyond_frame, "no_page"},
		{making->found.beyond_frame, "beyond_frame"},
		{making->dpi > 0 && making->dpi < FW_DPI_WANTED, "low_resolution"},
		{fw_quality_is_blurred(quality), "blurred"},
		{fw_quality_has_glare(quality), "glare"},
		{fw_quality_is_dark(quality), "dark"},
		{fw_quality_has_finger(quality), "finger"},
		{quality->blank, "blank"},
		{making->sideways, "sideways"},
	};
	json_t *list = json_array();

	for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
		if (all[i].holds) {
			json_array_append_new(list, json_string(all[i].name));
		}
	}
	return list;
}

/* Three digits behind the point are all that a share means. */
static double rounded(double value)
{
	return round(value * 1000) / 1000;
}

static json_t *measures(const struct making *making)
{
	const struct fw_quality *quality = &making->quality;

	return json_pack("{s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f}", "ink",
		rounded(quality->content), "blurred", rounded(quality->blurred), "sharpness",
		rounded(quality->sharpness), "sharpness_across", rounded(quality->sharpness_across),
		"sharpness_down", rounded(quality->sharpness_down), "glare",
		rounded(quality->glare), "paper", rounded(quality->paper), "shadow",
		rounded(quality->shadow), "finger", rounded(quality->finger));
}

static json_t *still_facts(const struct fw_still *still)
{
	return json_pack("{s:s, s:i, s:i, s:b, s:i}", "kind", fw_content_name(still->content.kind),
		"width_px", (int)still->content.width_px, "height_px",
		(int)still->content.height_px, "has_place", still->exif.has_place,
		"exif_orientation", (int)still->exif.orientation);
}

static json_t *page_facts(const struct making *making)
{
	char hash[FW_HASH_TEXT + 1];
	json_t *facts;

	fw_hash_print(making->quality.hash, hash);
	facts = json_pack("{s:o, s:b, s:f, s:o, s:o, s:s, s:i, s:s, s:o, s:i, s:i, s:o, s:o, s:s}",
		"still", still_facts(&making->still), "page_found", making->found.found,
		"confidence", rounded(making->found.confidence), "corners",
		corners(&making->found.edge), "crop", corners(&making->found.crop), "desk",
		making->desk, "turned", (int)making->request->turn, "format",
		fw_format_name(making->format), "dpi",
		making->dpi > 0 ? json_integer(lrint(making->dpi)) : json_null(), "page_width_px",
		(int)making->page->width, "page_height_px", (int)making->page->height, "measures",
		measures(making), "warnings", warnings(making), "hash", hash);
	if (making->sideways) {
		json_object_set_new(facts, "suggested_turn", json_integer((json_int_t)making->mend));
	}
	return facts;
}

/* --- all --------------------------------------------------------------------------------------- */

static int encode(
	const struct fw_image *image, unsigned quality, double dpi, struct fw_bytes *ret_bytes)
{
	const struct fw_jpeg_options options = {.quality = quality,
		.dpi = (unsigned)lrint(dpi),
		.whole_colour = quality == PAGE_QUALITY};

	return fw_jpeg_encode(image, &options, &ret_bytes->bytes, &ret_bytes->size);
}

static int encode_all(const struct making *making, struct fw_page *page)
{
	fw_cleanup(fw_image_destroy) struct fw_image *small =
		fw_image_fit(making->page, THUMBNAIL_PX);
	int r = encode(making->page, PAGE_QUALITY, making->dpi, &page->page);

	if (r == 0) {
		r = encode(small, THUMBNAIL_QUALITY, 0, &page->thumbnail);
	}
	if (r == 0 && making->request->grey) {
		fw_cleanup(fw_image_destroy) struct fw_image *grey = fw_image_grey(making->page);

		r = encode(grey, PAGE_QUALITY, making->dpi, &page->grey);
	}
	if (r == 0 && making->request->mono) {
		fw_cleanup(fw_image_destroy) struct fw_image *mono = fw_mono_make(making->page);

		r = fw_png_encode_mono(
			mono, (unsigned)lrint(making->dpi), &page->mono.bytes, &page->mono.size);
	}
	return r;
}

static void scale(struct fw_quad *quad, double factor)
{
	for (unsigned i = 0; i < 4; i++) {
		quad->corner[i].x *= factor;
		quad->corner[i].y *= factor;
	}
}

/* Shows what is found, though it is not exact yet. */
static void show(const struct making *making)
{
	const struct fw_page_request *request = making->request;
	const unsigned factor =
		MAX(MAX(making->still.image->width, making->still.image->height) / GLANCE_PX, 1);
	struct making first = *making;
	fw_cleanup(fw_image_destroy) struct fw_image *small = NULL;
	struct fw_bytes thumbnail = {0};

	first.page = NULL;
	first.still.image = fw_image_reduce(making->still.image, factor);
	scale(&first.found.crop, 1.0 / factor);
	if (straighten(&first) == 0) {
		small = fw_image_fit(first.page, THUMBNAIL_PX);
		if (encode(small, THUMBNAIL_QUALITY, 0, &thumbnail) == 0) {
			request->seen(request->seen_user, &thumbnail);
		}
	}
	g_free(thumbnail.bytes);
	fw_image_destroy(first.page);
	fw_image_destroy(first.still.image);
}

/* Where the half picture shows no page, the whole one may. */
static void find_at_a_glance(const struct fw_image *image, struct fw_page_found *ret_found)
{
	bool large = MAX(image->width, image->height) >= GLANCE_PX;

	if (large) {
		fw_cleanup(fw_image_destroy) struct fw_image *half =
			fw_image_reduce(image, GLANCE_FACTOR);

		fw_page_find(half, NULL, ret_found);
		scale(&ret_found->edge, GLANCE_FACTOR);
		scale(&ret_found->crop, GLANCE_FACTOR);
	}
	if (!large || !ret_found->found) {
		fw_page_find(image, NULL, ret_found);
	}
}

/* A clerk waits for the page: of a JPEG, what it will look like is there after a quarter of the time. */
static bool glance(const struct fw_page_request *request)
{
	struct making making = {.request = request};

	if (!request->seen ||
		fw_still_glance(request->still, request->still_size, GLANCE_PX, &making.still) < 0) {
		return false;
	}
	set_upright(&making.still);
	find_at_a_glance(making.still.image, &making.found);
	show(&making);
	fw_still_fini(&making.still);
	return true;
}

/* Told, never turned silently: what lies so may be meant so. */
static void tell_reading(struct making *making)
{
	struct fw_reading reading;

	if (!making->quality.blank) {
		fw_reading_find(making->page, &reading);
		making->sideways = fw_reading_is_sideways(&reading);
		making->mend = fw_reading_turn(&reading);
	}
}

static int make(struct making *making, struct fw_page *page)
{
	int r;

	set_upright(&making->still);
	find(making);
	if (making->request->seen && !making->shown) {
		show(making);
	}
	tell_resolution(making);
	r = straighten(making);
	if (r < 0) {
		return r;
	}
	fw_image_destroy(making->still.image); /* as much memory as the page again */
	making->still.image = NULL;
	fw_quality_measure(making->page, making->found.found, &making->quality);
	tell_reading(making);
	page->facts = page_facts(making);
	return encode_all(making, page);
}

int fw_page_make(const struct fw_page_request *request, struct fw_page *ret_page)
{
	struct making making = {.request = request};
	struct fw_page page = {0};
	enum fw_fault fault = FW_FAULT_NONE;
	int r;

	making.shown = glance(request);
	r = fw_still_read(request->still, request->still_size, &making.still, &fault);
	if (r == -EBADMSG) {
		fw_content_tell(request->still, request->still_size, &making.still.content);
		page.facts = json_pack("{s:s, s:o}", "fault", fw_fault_name(fault), "still",
			still_facts(&making.still));
	} else if (r == 0 && !making.still.image) {
		page.facts = json_pack("{s:o}", "still", still_facts(&making.still));
	} else if (r == 0) {
		r = make(&making, &page);
	}
	fw_still_fini(&making.still);
	fw_image_destroy(making.page);
	if (r < 0 && r != -EBADMSG) {
		fw_page_fini(&page);
		return r;
	}
	*ret_page = page;
	return r;
}

void fw_page_fini(struct fw_page *page)
{
	g_free(page->page.bytes);
	g_free(page->thumbnail.bytes);
	g_free(page->grey.bytes);
	g_free(page->mono.bytes);
	json_decref(page->facts);
	*page = (struct fw_page){0};
}
