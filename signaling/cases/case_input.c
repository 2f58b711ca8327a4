/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/cases/case_input.h"

#include "base/limits.h"
#include "base/text.h"
#include "signaling/cases/identity_number.h"
#include "signaling/desk/codes.h"
#include "signaling/desk/words.h"

#include <glib.h>
#include <string.h>

#define ADDRESS_MAX_CHARS 200
#define PHONE_MAX_CHARS   20

static const char *const kinds[] = {"person", "company", "other", NULL};
static const char *const documents[] = {"id_card", "organisation_code", "passport",
	"hk_macao_permit", "taiwan_permit", "other", NULL};

int fw_case_text(const json_t *object, const char *field, size_t max_chars, bool lines,
	const char **ret_text)
{
	const json_t *value = json_object_get(object, field);
	const char *text = json_string_value(value);

	*ret_text = NULL;
	if (!value || json_is_null(value) || (text && !text[0])) {
		return 0;
	}
	if (!text || json_string_length(value) != strlen(text) ||
		!fw_text_is_typed(text, max_chars, lines)) {
		return FW_CODE_MALFORMED;
	}
	*ret_text = text;
	return 0;
}

int fw_case_needed(const json_t *object, const char *field, size_t max_chars, bool lines,
	const char **ret_text)
{
	int r = fw_case_text(object, field, max_chars, lines, ret_text);

	return r == 0 && !*ret_text ? FW_CODE_MALFORMED : r;
}

int fw_case_count(const json_t *object, const char *field, int64_t most, int64_t *ret_count)
{
	const json_t *value = json_object_get(object, field);

	*ret_count = 0;
	if (!value || json_is_null(value)) {
		return 0;
	}
	if (!json_is_integer(value) || json_integer_value(value) < 1 ||
		json_integer_value(value) > most) {
		return FW_CODE_MALFORMED;
	}
	*ret_count = json_integer_value(value);
	return 0;
}

static int check_number(const char *document, const char *number)
{
	if (strcmp(document, "id_card") == 0) {
		return fw_identity_number_is_person(number) ? 0 : FW_CODE_BAD_NUMBER;
	}
	if (strcmp(document, "organisation_code") == 0) {
		return fw_identity_number_is_organisation(number) ? 0 : FW_CODE_BAD_NUMBER;
	}
	return 0;
}

static int check_phone(const char *phone)
{
	return !phone || strspn(phone, "+0123456789-") == strlen(phone) ? 0 : FW_CODE_MALFORMED;
}

/* Name, document and number of anybody. */
static int read_person(const json_t *person, struct fw_case_applicant *ret_person)
{
	int r;

	if ((r = fw_case_needed(person, "name", FW_NAME_MAX_CHARS, false, &ret_person->name)) != 0 ||
		(r = fw_case_needed(person, "document", FW_NAME_MAX_CHARS, false,
			 &ret_person->document)) != 0 ||
		(r = fw_case_needed(person, "number", FW_IDENTITY_NUMBER_MAX_CHARS, false,
			 &ret_person->number)) != 0) {
		return r;
	}
	if (fw_word_index(documents, ret_person->document) < 0) {
		return FW_CODE_MALFORMED;
	}
	return check_number(ret_person->document, ret_person->number);
}

static int read_reach(const json_t *person, struct fw_case_applicant *ret_person)
{
	int r = fw_case_text(person, "phone", PHONE_MAX_CHARS, false, &ret_person->phone);

	if (r == 0) {
		r = fw_case_text(person, "address", ADDRESS_MAX_CHARS, true, &ret_person->address);
	}
	return r != 0 ? r : check_phone(ret_person->phone);
}

int fw_case_applicant(const json_t *applicant, struct fw_case_applicant *ret_applicant)
{
	const json_t *agent = json_object_get(applicant, "agent");
	struct fw_case_applicant read = {0}, of_agent = {0};
	int r;

	if ((r = fw_case_needed(applicant, "kind", FW_NAME_MAX_CHARS, false, &read.kind)) != 0 ||
		(r = read_person(applicant, &read)) != 0 || (r = read_reach(applicant, &read)) != 0) {
		return r;
	}
	if (fw_word_index(kinds, read.kind) < 0) {
		return FW_CODE_MALFORMED;
	}
	/* A company is known by its code, a person never by one. */
	if ((strcmp(read.kind, "company") == 0 && strcmp(read.document, "organisation_code") != 0) ||
		(strcmp(read.kind, "person") == 0 &&
			strcmp(read.document, "organisation_code") == 0)) {
		return FW_CODE_MALFORMED;
	}
	if (agent && !json_is_null(agent) &&
		((r = read_person(agent, &of_agent)) != 0 ||
			(r = read_reach(agent, &of_agent)) != 0)) {
		return r;
	}
	*ret_applicant = read;
	return 0;
}

int fw_case_person(const json_t *person, bool needed)
{
	struct fw_case_applicant read = {0};

	if (!person || json_is_null(person)) {
		return needed ? FW_CODE_MALFORMED : 0;
	}
	return read_person(person, &read);
}

int fw_case_courier(const json_t *courier)
{
	struct fw_case_applicant read = {0};
	int r;

	if (!courier || json_is_null(courier)) {
		return 0;
	}
	r = fw_case_needed(courier, "name", FW_NAME_MAX_CHARS, false, &read.name);
	if (r == 0) {
		r = read_reach(courier, &read);
	}
	return r != 0 ? r : read.phone && read.address ? 0 : FW_CODE_MALFORMED;
}

int fw_case_form(const json_t *form)
{
	if (!form || json_is_null(form)) {
		return 0;
	}
	if (!json_is_object(form)) {
		return FW_CODE_MALFORMED;
	}
	return json_dumpb(form, NULL, 0, JSON_COMPACT) > FW_CASE_FORM_MAX_BYTES ? FW_CODE_TOO_LARGE
										: 0;
}
