"""What to say of a failure: one sentence for each code, and one mend for each hint."""

from __future__ import annotations

from pipeline.cli.coded import word
from pipeline.errors import BlankettError, TemplateError
from pipeline.words import _


def told(error: BlankettError) -> str:
    """Return one clear line of a failure with its mend; a faulty template tells all its faults, one a line."""
    params = {name: str(value) for name, value in error.params.items()}
    line = sentences().get(error.code, error.code)
    shown = ", ".join(f"{word(name)} {value}" for name, value in sorted(params.items()))
    mend = mends().get(error.hint, "")
    first = f"{line}{f' ({shown})' if shown else ''}. {mend}".strip()
    faults = error.faults if isinstance(error, TemplateError) else ()
    return "\n".join((first, *(f"  {fault}" for fault in faults)))


def sentences() -> dict[str, str]:
    """Return the sentence of every code."""
    return {
        **_of_workspaces(),
        **_of_settings(),
        **_of_keys(),
        **_of_stores(),
        **_of_sides(),
        **_of_backups(),
        **_of_readers(),
        **_of_recipients(),
    }


def _of_workspaces() -> dict[str, str]:
    return {
        "workspace_missing": _("There is no workspace there"),
        "workspace_not_found": _("There is no workspace here or above"),
        "workspace_exists": _("There is a workspace already"),
        "workspace_rights": _("The workspace is open to others"),
        "workspace_closed": _("The workspace may not be entered by this account"),
        "workspace_unwritable": _("The workspace cannot be written"),
        "workspace_files": _("A file in the workspace may not be used by this account"),
        "folder_not_empty": _("The folder holds something else"),
        "group_unknown": _("There is no such group"),
        "inbox_not_set": _("No inbox is set"),
        "inbox_missing": _("The inbox is not there"),
        "inbox_unreadable": _("The inbox cannot be read"),
        "inbox_not_writable": _("Nothing can be removed from the inbox"),
        "inbox_is_workspace": _("The inbox is the workspace itself"),
        "inbox_inside_workspace": _("The inbox lies inside the workspace"),
        "workspace_inside_inbox": _("The workspace lies inside the inbox"),
        "file_unreadable": _("A file cannot be read"),
        "scratch_unusable": _("The folder for temporary files cannot be used"),
        "worker_already_runs": _("A worker of this name runs already"),
    }


def _of_settings() -> dict[str, str]:
    return {
        "calibration_damaged": _("The workspace's own calibration cannot be read"),
        "settings_missing": _("The settings are not there"),
        "settings_unreadable": _("The settings cannot be read"),
        "settings_not_toml": _("The settings cannot be understood"),
        "settings_unknown_key": _("The settings name something unknown"),
        "settings_wrong_value": _("A setting has a wrong value"),
        "catalogue_unreadable": _("The catalogue of diseases cannot be read"),
        "catalogue_faulty": _("The catalogue of diseases is faulty"),
        "faulty_template": _("A template is faulty"),
        "faulty_templates": _("Templates are faulty"),
        "template_unknown": _("There is no such template"),
        "template_exists": _("There is a template of that name and version already"),
        "template_not_examined": _("The template as it is now has no exam"),
        "template_active": _("The template passed its exam and is active"),
        "template_unwritable": _("The template cannot be written there"),
        "blank_unreadable": _("The blank cannot be opened as a PDF or a scan"),
        "template_shipped": _("The template came with the program and is not edited in its place"),
        "template_written_otherwise": _("The fields of template.toml are not written as [[field]] tables at its end"),
        "template_changed_meanwhile": _("template.toml was changed by someone else meanwhile; nothing was written"),
        "blank_password": _("The blank asks for a password"),
        "blank_pages": _("The blank has no pages, or more than 20"),
        "blank_without_fields": _("Nothing to fill in was found on the blank: no form fields, boxes, ruled cells or lines"),
        "blank_not_flat": _("The blank does not lie flat: its lines run different ways, as in a photo"),
        "blank_size_unknown": _("The scan does not tell how large the sheet is"),
        "blank_active": _("The blank holds scripts, actions or attached files"),
        "pack_unreadable": _("A file of the template cannot be read"),
        "pack_too_large": _("The template is larger than one that is shared may be"),
        "pack_damaged": _("The file is no exported template, or not as it was exported"),
        "blank_xfa": _("The blank's fields are of the kind called XFA, which is no part of the PDF"),
    }


def _of_keys() -> dict[str, str]:
    return {
        "vault_key_missing": _("The vault's key is not there"),
        "vault_key_damaged": _("The vault's key is damaged"),
        "vault_key_unreadable": _("The vault's key cannot be read"),
        "vault_key_unwritable": _("The vault's key cannot be written"),
        "vault_key_read_only": _("The vault's key stands where it cannot be changed"),
        "vault_key_rights": _("The vault's key is open to others"),
        "vault_key_source": _("The settings name a place for the key that is unknown"),
        "vault_key_unknown": _("Something was sealed with a key that is not here"),
        "keyring_not_installed": _("The keyring is not installed"),
        "keyring_locked": _("The keyring is locked"),
    }


def _of_stores() -> dict[str, str]:
    return {
        "database_locked": _("The database is locked by another program"),
        "disk_full": _("The disk is full"),
        "disk_fault": _("The disk does not answer as it should"),
        "database_rights": _("The database may not be written by this account"),
        "database_missing": _("The database cannot be opened"),
        "database_not_migrated": _("The database is of an earlier version"),
        "database_newer": _("The database is of a later version than this program"),
        "database_damaged": _("The database is damaged"),
        "database_unreachable": _("The database does not answer"),
        "database_fault": _("The database failed"),
        "database_address": _("The database's address cannot be understood"),
        "ledger_append_only": _("Something tried to change the ledger, and was stopped"),
        "access_log_kept": _("The access log must be kept"),
        "vault_unusable": _("The vault cannot be written or read"),
        "sealed_damaged": _("Something sealed does not open"),
        "blob_missing": _("A sealed file is gone"),
        "blob_damaged": _("A sealed file is damaged"),
        "blob_name": _("A sealed file has a wrong name"),
        "form_unknown": _("There is no such form"),
        "page_unknown": _("There is no such page"),
        "form_ambiguous": _("Several forms begin so"),
        "pile_unknown": _("There is no such pile"),
        "file_unknown": _("There is no such file in that pile"),
        "file_not_opened": _("That file could not be opened, so it has no sides"),
        "file_not_placed": _("That file's sides are not placed yet"),
        "file_erased": _("That file is no longer kept"),
        "file_open": _("Something in that file is still open, so it must be kept"),
        "page_not_shown": _("That side has no picture to show"),
        "file_covered": _("Something stands in that file that may not stand on its form"),
        "field_unknown": _("The form has no such field"),
        "submission_unknown": _("No submission of that key waits for an answer"),
    }


def _of_sides() -> dict[str, str]:
    return {
        "side_unknown": _("No such side waits without a form"),
        "side_ambiguous": _("Several sides begin so"),
        "side_twice": _("A side is named twice"),
        "look_unknown": _("There is no such group of unknown sides"),
        "look_ambiguous": _("Several groups of unknown sides begin so"),
        "sheet_of_few": _("Too few pages of that sheet are kept to compare"),
        "look_of_few": _("There are too few sides of that look to make a blank of"),
    }


def _of_backups() -> dict[str, str]:
    return {
        "backup_missing": _("There is no backup there"),
        "backup_damaged": _("The backup's list cannot be understood"),
        "backup_newer": _("The backup is of a later version than this program"),
        "backup_exists": _("A backup of this second is there already"),
        "backup_faulty": _("The backup has faults, and nothing was restored"),
        "database_not_empty": _("The database to restore into holds rows"),
        "escrow_line_mistyped": _("A line of the escrow sheet is mistyped"),
        "escrow_line_missing": _("A line of the escrow sheet is missing"),
        "escrow_not_a_sheet": _("That is no escrow sheet"),
        "escrow_not_whole": _("The escrow sheet is not whole"),
    }


def _of_readers() -> dict[str, str]:
    return {
        "tesseract_missing": _("Tesseract is not installed"),
        "tesseract_language_missing": _("Tesseract has no Swedish"),
        "tesseract_misreads": _("Tesseract reads nonsense"),
        "tesseract_failed": _("Tesseract failed"),
        "engine_too_slow": _("Tesseract did not answer in time"),
        "engine_crashed": _("Tesseract crashed"),
        "parser_cannot_start": _("The part that opens files cannot start"),
        "model_missing": _("A network that reads is missing or damaged"),
        "reader_miscounts": _("A reader answered for another number of pictures than it was shown"),
        "record_unreadable": _("Recorded readings cannot be read"),
        "record_of_other_version": _("Recorded readings are of another version"),
        "clip_not_recorded": _("No reading was recorded of a picture"),
    }


def _of_recipients() -> dict[str, str]:
    return {
        "recipient_not_set": _("No recipient is set"),
        "no_recipient": _("The recipient cannot be reached at all"),
        "recipient_not_https": _("The recipient's address is not safe"),
        "recipient_unauthorised": _("The recipient does not accept our login"),
        "certificate_unusable": _("A certificate cannot be used"),
        "recipient_unreachable": _("The recipient does not answer"),
    }


def mends() -> dict[str, str]:
    """Return the mend of every hint."""
    return {**_for_workspaces(), **_for_keys_and_stores(), **_for_the_rest()}


def _for_workspaces() -> dict[str, str]:
    return {
        "init": _("Make one with: blankett init DIR; or name it with --workspace DIR."),
        "workspace_exists": _("Choose another folder, or use this one with --workspace."),
        "workspace_rights": _("Give it the rights 0700 (one person) or 2770 (a group), and the right owner."),
        "workspace_files": _("Give its group rights to all that is in it: chmod -R g+rwX DIR."),
        "folder_not_empty": _("Choose an empty folder."),
        "group_unknown": _("Make the group first, or leave --group out."),
        "settings_inbox": _("Set inbox.path in blankett.toml."),
        "calibration": _(
            "Move calibration.toml away: the program's own then counts; blankett benchmark --adopt makes a new one."
        ),
        "settings_line": _("Mend that line in blankett.toml; docs/settings.md tells of every setting."),
        "settings_rights": _("Let this account read blankett.toml."),
        "move_inbox": _("Choose an inbox that lies apart from the workspace."),
        "check_mount": _("Is the scanner's share mounted? Else make the folder, or mend inbox.path."),
        "check_rights": _("Give this account rights to read and remove there."),
        "inbox_file": _("Give this account rights to read it, or take it out of the inbox."),
        "scratch": _("Give this account rights to the workspace's tmp; without one: to XDG_RUNTIME_DIR or TMPDIR."),
        "name_the_worker": _("Give this one another name: --worker NAME."),
        "templates_exam": _("Hold its exam: blankett templates exam NAME; see docs/templates.md#the-exam."),
        "templates_check": _("Run: blankett templates check."),
        "templates_list": _("Run: blankett templates list."),
        "template_other_version": _("Choose another --version, or remove that folder first."),
        "template_copy": _("Copy its folder FORM/VERSION to the workspace's templates, or into --templates DIR; edit that."),
        "template_tables": _("Write every field as a table of its own, after the sheets: docs/templates.md tells how."),
        "template_take_yours": _("Take yours from “As it would be saved”, and start again."),
        "template_file_rights": _("Give this account rights to write the template's folder."),
        "template_rights": _("Name a folder that this account may write to: --out."),
        "template_rights_to_read": _("Let this account read it."),
        "template_of_others": _("Nothing was changed; ask the giver to give it a version of its own."),
        "pack_again": _("Ask for it anew, and hold its SHA-256 against the giver's."),
        "pack_giver": _("Nothing was taken in; tell the giver what is wrong."),
        "pack_smaller": _("A blank of fewer or plainer pictures will do: 32 MiB at most."),
        "blank_quieten": _("Make the template of that PDF with blankett templates new, which takes them out."),
        "blank_save_anew": _("Is it the right file? Save a copy of it with a PDF program, and use that."),
        "blank_unlock": _("Save a copy without a password with a PDF program, and use that."),
        "blank_fewer_pages": _("Save only the pages to fill in as a PDF of their own, and use that."),
        "blank_flatten": _("Print it to a new PDF with the program that shows it, and use that."),
        "blank_scan_flat": _("Scan it with a scanner at 300 dpi, and use that."),
        "blank_by_hand": _("Write template.toml by hand, with a printed PDF as blank.pdf: docs/templates.md tells how."),
        "catalogue": _("Mend the catalogue, or remove it to use the one built in."),
    }


def _for_keys_and_stores() -> dict[str, str]:
    return {
        "vault_key_restore": _("Restore the key from its backup or from the escrow sheet; without it nothing opens."),
        "vault_key_rights": _(
            "Give the key file the rights 0600 (0640 for a group) and the right owner; its folder must let this account in."
        ),
        "vault_key_source": _("Use file:PATH, credential:NAME or keyring:NAME."),
        "vault_key_read_only": _("Change the key where it is kept."),
        "keyring_extra": _("Install it: pip install 'blankett[keyring]'."),
        "keyring_unlock": _("Unlock the keyring and try again."),
        "vault_rights": _("Give this account rights to the workspace's vault; is the disk mounted?"),
        "database_locked": _(
            "Wait, or close the other program (a database browser, a backup tool), and try again; nothing is lost."
        ),
        "adopt": _("Move calibration.toml away, or adopt what your forms prove: blankett benchmark --adopt."),
        "disk_full": _("Make room on the disk and start again; nothing is lost."),
        "database_rights": _("Give this account rights to the workspace."),
        "database_missing": _("Is the disk mounted? Else restore a backup: blankett restore."),
        "database_migrate": _("Run: blankett doctor."),
        "database_address": _("Mend database.url in blankett.toml; does the server run?"),
        "newer_program": _("Install the later version of Blankett."),
        "restore_backup": _("Restore a backup: blankett restore."),
        "access_log_kept": _("Choose an earlier moment."),
        "backup_folder": _("Name the folder of one backup, as blankett backup told it."),
        "backup_other": _("Take another backup; this one is no longer what was made."),
        "database_not_empty": _("Name an empty database."),
        "escrow_line": _("Type every numbered line as it is printed."),
    }


def _for_the_rest() -> dict[str, str]:
    return {
        "install_tesseract": _("Install it: apt install tesseract-ocr tesseract-ocr-swe."),
        "install_tesseract_swe": _("Install it: apt install tesseract-ocr-swe."),
        "reinstall_tesseract": _("Reinstall it: apt install --reinstall tesseract-ocr tesseract-ocr-swe."),
        "reinstall": _("The installation is not whole: install Blankett again (docs/operations.md#system)."),
        "record_again": _("Record them again."),
        "recipient": _("Set recipient.url in blankett.toml, or try: blankett receiver --demo."),
        "recipient_later": _("What waits is sent again by itself."),
        "certificate": _("See docs/operations.md#certificate."),
        "report_bug": _("This is a bug; the log tells more: please report it."),
        "find": _("Look for it with: blankett find."),
        "find_pile": _("Every pile: blankett status --all."),
        "find_sides": _("What came in it: blankett find --pile PILE."),
        "drift": _("Look at them: blankett drift NAME --out FOLDER; a revised form wants a new version of its template."),
        "list_unknown": _("Which there are: blankett unknown."),
        "wait_for_more": _("Wait for more of them, or ask who sends them for a blank."),
        "erase_list": _("What may be erased: blankett erase."),
        "find_file": _("The file as it came: blankett find --pile PILE --page FILE --out FILE."),
        "reveal": _("Show its sides one by one, covered, or ask again with --reveal, which is logged."),
        "run_worker": _("Wait for the worker, or start it: blankett run."),
        "form_id": _("Write more of its id."),
        "inbox_take_out": _("Take folders and links out of the inbox; only files that lie in it themselves are taken."),
        "submit_questions": _("Run: blankett submit --questions."),
        "template_fields": _("Run: blankett templates show NAME."),
    }
