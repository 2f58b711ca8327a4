/* SPDX-License-Identifier: Apache-2.0 */
#include "capture/word_reader.h"

#include <errno.h>
#include <string.h>

#include <tesseract/capi.h>

#define READ_PX 2600 /* longer side of what is read: A4 at 220 dpi, more tells no more */
#define TURN_SURE \
	3.0f /* confidence from which a turn is believed: it is far above on a page of text */
#define CHARS_ENOUGH \
	10 /* read on a page, to believe that it was read the right way up: on its head it gives 4 at most */
#define CONFIDENT   30.0f /* of a line, below which it is dirt, a seal or a picture */
#define WARM_UP_PX  64
#define DPI_DEFAULT 200
#define DPI_MIN     70 /* less is no resolution that Tesseract believes */
#define DPI_MAX     2400

struct fw_word_reader {
	TessBaseAPI *turns, *words;
};

static TessBaseAPI *open_model(const char *name, TessOcrEngineMode mode)
{
	TessBaseAPI *api = TessBaseAPICreate();

	/* What it has to say it says to nobody: a line of its log may hold what it read. */
	(void)TessBaseAPISetVariable(api, "debug_file", "/dev/null");
	if (TessBaseAPIInit2(api, NULL, name, mode) != 0) {
		TessBaseAPIDelete(api);
		return NULL;
	}
	return api;
}

/*
 * What is opened and looked up at the first picture is so now, on an empty one: its log, its locale.
 */
static void warm_up(struct fw_word_reader *reader)
{
	fw_cleanup(fw_image_destroy) struct fw_image *empty =
		fw_image_create(WARM_UP_PX, WARM_UP_PX, FW_GREY);
	struct fw_words_read read;

	memset(empty->pixels, UINT8_MAX, empty->stride * empty->height);
	if (fw_word_reader_read(reader, empty, DPI_DEFAULT, &read) == 0) {
		fw_page_words_clear(&read.words);
	}
}

int fw_word_reader_create(struct fw_word_reader **ret_reader)
{
	struct fw_word_reader *reader = g_new0(struct fw_word_reader, 1);

	reader->turns = open_model("osd", OEM_TESSERACT_ONLY);
	reader->words = open_model("chi_sim", OEM_LSTM_ONLY);
	if (!reader->turns || !reader->words) {
		fw_word_reader_destroy(reader);
		return -ENOENT;
	}
	warm_up(reader);
	*ret_reader = reader;
	return 0;
}

void fw_word_reader_destroy(struct fw_word_reader *reader)
{
	if (!reader) {
		return;
	}
	g_clear_pointer(&reader->turns, TessBaseAPIDelete);
	g_clear_pointer(&reader->words, TessBaseAPIDelete);
	g_free(reader);
}

static void show(TessBaseAPI *api, const struct fw_image *grey, unsigned dpi)
{
	TessBaseAPISetImage(
		api, grey->pixels, (int)grey->width, (int)grey->height, FW_GREY, (int)grey->stride);
	TessBaseAPISetSourceResolution(api, (int)dpi);
}

/* Degrees clockwise that set it upright; 0 where that is not sure. */
static unsigned find_turn(
	struct fw_word_reader *reader, const struct fw_image *grey, unsigned dpi, bool *ret_sure)
{
	const char *script = NULL;
	float confidence = 0, script_confidence = 0;
	int degrees = 0;

	show(reader->turns, grey, dpi);
	*ret_sure = TessBaseAPIDetectOrientationScript(
			    reader->turns, &degrees, &confidence, &script, &script_confidence) &&
		confidence >= TURN_SURE;
	TessBaseAPIClear(reader->turns);
	return *ret_sure ? (unsigned)(360 - degrees) % 360 : 0;
}

static struct fw_image *turned(const struct fw_image *grey, unsigned turn)
{
	static const unsigned orientations[] = {1, 6, 3, 8}; /* of EXIF */

	return fw_image_orient(grey, orientations[turn / 90 % 4]);
}

static void take_lines(TessResultIterator *lines, struct fw_words_read *read)
{
	const TessPageIterator *places = TessResultIteratorGetPageIteratorConst(lines);
	float sum = 0;

	do {
		char *text = TessResultIteratorGetUTF8Text(lines, RIL_TEXTLINE);
		float confidence = TessResultIteratorConfidence(lines, RIL_TEXTLINE);
		struct fw_page_line line = {.text = text ? g_strstrip(text) : NULL};

		if (line.text && confidence >= CONFIDENT &&
			TessPageIteratorBoundingBox(places, RIL_TEXTLINE, &line.left, &line.top,
				&line.right, &line.bottom) &&
			g_utf8_validate(line.text, -1, NULL)) {
			fw_words_tighten(line.text);
			sum += fw_page_words_add(&read->words, &line) ? confidence : 0;
		}
		TessDeleteText(text);
	} while (TessResultIteratorNext(lines, RIL_TEXTLINE));
	read->confidence =
		read->words.lines->len ? (unsigned)(sum / (float)read->words.lines->len) : 0;
}

/* The picture, turned clockwise. */
static int read_turned(struct fw_word_reader *reader, const struct fw_image *grey, unsigned turn,
	unsigned dpi, struct fw_words_read *ret_read)
{
	fw_cleanup(fw_image_destroy) struct fw_image *upright = turned(grey, turn);
	struct fw_words_read read = {0};
	TessResultIterator *lines;

	show(reader->words, upright, dpi);
	if (TessBaseAPIRecognize(reader->words, NULL) != 0) {
		TessBaseAPIClear(reader->words);
		return -EIO;
	}
	fw_page_words_init(&read.words);
	read.words.turn = turn;
	read.words.width = upright->width;
	read.words.height = upright->height;
	lines = TessBaseAPIGetIterator(reader->words);
	if (lines) { /* NULL: nothing is printed on it */
		take_lines(lines, &read);
		TessResultIteratorDelete(lines);
	}
	TessBaseAPIClear(reader->words);
	*ret_read = read;
	return 0;
}

/* Hardly anything can be read on a page that stands on its head: was it read so? */
static int read_other_way(struct fw_word_reader *reader, const struct fw_image *grey, unsigned dpi,
	struct fw_words_read *read)
{
	struct fw_words_read other;
	int r = read_turned(reader, grey, (read->words.turn + 180) % 360, dpi, &other);

	if (r < 0) {
		return r;
	}
	if (fw_page_words_characters(&other.words) > fw_page_words_characters(&read->words)) {
		struct fw_words_read worse = *read;

		*read = other;
		other = worse;
	}
	fw_page_words_clear(&other.words);
	read->sure = fw_page_words_characters(&read->words) >= CHARS_ENOUGH;
	return 0;
}

int fw_word_reader_read(struct fw_word_reader *reader, const struct fw_image *page, unsigned dpi,
	struct fw_words_read *ret_read)
{
	fw_cleanup(fw_image_destroy) struct fw_image *small = fw_image_fit(page, READ_PX);
	fw_cleanup(fw_image_destroy) struct fw_image *grey = fw_image_grey(small);
	unsigned wanted = (dpi ? dpi : DPI_DEFAULT) * small->width / page->width;
	unsigned own_dpi = CLAMP(wanted, DPI_MIN, DPI_MAX);
	struct fw_words_read read;
	bool sure;
	unsigned turn = find_turn(reader, grey, own_dpi, &sure);
	int r = read_turned(reader, grey, turn, own_dpi, &read);

	if (r < 0) {
		return r;
	}
	read.sure = sure;
	if (fw_page_words_characters(&read.words) < CHARS_ENOUGH) {
		r = read_other_way(reader, grey, own_dpi, &read);
	}
	if (r < 0) {
		fw_page_words_clear(&read.words);
		return r;
	}
	*ret_read = read;
	return 0;
}
