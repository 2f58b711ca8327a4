/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is printed on a page, and which way up it lies, by Tesseract: the only file that knows it. Models are read when
 * it is created; afterwards it touches no file, so that a process can shut itself in before it looks at a picture.
 *
 * Owner: the creator. Threads: one. Tesseract makes threads of its own unless OMP_THREAD_LIMIT is 1 when the process
 * starts (base/spawn.h sets it). Errors: -ENOENT no model, -EIO the library failed.
 */
#ifndef FW_CAPTURE_WORD_READER_H
#define FW_CAPTURE_WORD_READER_H

#include "capture/image.h"
#include "capture/page_words.h"

struct fw_word_reader;

int fw_word_reader_create(struct fw_word_reader **ret_reader);
void fw_word_reader_destroy(struct fw_word_reader *reader);
FW_DEFINE_CLEANUP(struct fw_word_reader, fw_word_reader_destroy)

struct fw_words_read {
	struct fw_page_words words; /* fw_page_words_clear() */
	bool sure; /* words.turn is; else the page was read as it lies */
	unsigned confidence; /* mean over the lines, 0..100 */
};

/* page: colour or grey. dpi: 0 unknown. */
int fw_word_reader_read(struct fw_word_reader *reader, const struct fw_image *page, unsigned dpi,
	struct fw_words_read *ret_read);

#endif
