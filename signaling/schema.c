/* SPDX-License-Identifier: Apache-2.0 */
#include "signaling/schema.h"

#include "base/audit.h"
#include "base/db.h"
#include "signaling/schema_texts.h"

#include <glib.h>

int fw_schema_apply(struct fw_db *db)
{
	static const char *const steps[] = {
		fw_text_0001_office_sql,
		fw_text_0002_items_sql,
		fw_text_0003_calls_sql,
		fw_audit_schema_sql,
		fw_text_0007_sms_sql,
		fw_text_0008_party_sql,
		fw_text_0004_attempts_sql,
		fw_text_0005_organisation_sql,
		fw_text_0006_calendar_sql,
		fw_text_0010_catalogue_sql,
		fw_text_0011_cases_sql,
		fw_text_0012_captures_sql,
		fw_text_0014_ledger_sql,
		fw_text_0017_versions_sql,
		fw_text_0015_presence_sql,
		fw_text_0018_pages_sql,
		fw_text_0021_marks_sql,
		fw_text_0015_invitation_sql,
		fw_text_0024_drills_sql,
		fw_text_0022_sealed_sql,
		fw_text_0023_sealed_office_sql,
		fw_text_0025_papers_sql,
		fw_text_0026_likeness_sql,
		fw_text_0033_item_import_sql,
		fw_text_0034_corrections_sql,
		fw_text_0039_archive_sql,
		fw_text_0037_page_turn_sql,
		fw_text_0038_item_form_sql,
		fw_text_0040_words_sql,
		fw_text_0044_empty_desk_sql,
		fw_text_0045_paper_format_sql,
	};

	return fw_db_migrate(db, steps, G_N_ELEMENTS(steps));
}
