/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/testing.h"

#include <errno.h>
#include <string.h>
#include <zlib.h>

#include "capture/pdf_scan.h"

static enum fw_fault scan(const char *body)
{
	g_autofree char *file = g_strdup_printf(
		"%%PDF-1.7\n%s\ntrailer <</Root 1 0 R>>\nstartxref\n9\n%%%%EOF\n", body);
	enum fw_fault fault = FW_FAULT_NONE;
	int r = fw_pdf_scan((const uint8_t *)file, strlen(file), &fault);

	assert_int_equal(r, fault == FW_FAULT_NONE ? 0 : -EBADMSG);
	return fault;
}

static void passes_papers(void **state)
{
	(void)state;
	assert_int_equal(
		scan("1 0 obj <</Type/Catalog/OpenAction[3 0 R/Fit]>> endobj"), FW_FAULT_NONE);
	assert_int_equal(
		scan("4 0 obj <</Length 9>> stream\n/JS /JS x\nendstream endobj"), FW_FAULT_NONE);
}

static void finds_what_must_not_enter(void **state)
{
	(void)state;
	assert_int_equal(scan("trailer <</Encrypt 5 0 R>>"), FW_FAULT_PDF_ENCRYPTED);
	assert_int_equal(scan("1 0 obj <</OpenAction<</S/JavaScript/JS(app.alert)>>>>"),
		FW_FAULT_PDF_ACTIVE);
	assert_int_equal(scan("1 0 obj <</S/J#61v#61Script>>"), FW_FAULT_PDF_ACTIVE);
	assert_int_equal(scan("1 0 obj <</S /Launch /F(cmd.exe)>>"), FW_FAULT_PDF_ACTIVE);
	assert_int_equal(scan("1 0 obj <</Names<</EmbeddedFiles 7 0 R>>>>"), FW_FAULT_PDF_ACTIVE);
}

static void looks_into_object_streams(void **state)
{
	static const char *const inner[] = {"1 0 <</S/JavaScript/JS 2 0 R>>", "1 0 <</Type/Page>>"};
	static const char filler[] =
		"................"; /* so that no name stands in the compressed text */

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		g_autofree char *text = g_strconcat(inner[i], filler, filler, inner[i], NULL);
		g_autoptr(GString) file = g_string_new("%PDF-1.7\n5 0 obj <</Type/ObjStm"
						       "/Filter/FlateDecode>>\nstream\r\n");
		uint8_t packed[256];
		uLongf packed_size = sizeof(packed);
		enum fw_fault fault = FW_FAULT_NONE;

		assert_int_equal(
			compress(packed, &packed_size, (const uint8_t *)text, strlen(text)), Z_OK);
		g_string_append_len(file, (const char *)packed, (gssize)packed_size);
		g_string_append(file, "\nendstream endobj\nstartxref\n9\n%%EOF\n");
		(void)fw_pdf_scan((const uint8_t *)file->str, file->len, &fault);
		assert_int_equal(fault, i == 0 ? FW_FAULT_PDF_ACTIVE : FW_FAULT_NONE);
	}
	assert_int_equal(scan("5 0 obj <</Type/ObjStm/Filter/LZWDecode>> stream\nabc\nendstream"),
		FW_FAULT_DAMAGED);
	assert_int_equal(scan("5 0 obj <</Type/ObjStm/Filter/FlateDecode>> stream\nabc\nendstream"),
		FW_FAULT_DAMAGED);
}

static void notices_a_missing_end(void **state)
{
	static const char file[] = "%PDF-1.4\n1 0 obj <</Type/Catalog>> endobj\n";
	enum fw_fault fault = FW_FAULT_NONE;

	(void)state;
	assert_int_equal(fw_pdf_scan((const uint8_t *)file, strlen(file), &fault), -EBADMSG);
	assert_int_equal(fault, FW_FAULT_TRUNCATED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passes_papers),
		cmocka_unit_test(finds_what_must_not_enter),
		cmocka_unit_test(looks_into_object_streams),
		cmocka_unit_test(notices_a_missing_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
