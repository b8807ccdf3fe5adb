"""What to say of a failure: one sentence for each code, and one mend for each hint."""

from __future__ import annotations

from pipeline.cli.coded import word
from pipeline.cli.mending import mends
from pipeline.errors import BlankettError, TemplateError
from pipeline.web import template_words
from pipeline.words import _


def told(error: BlankettError) -> str:
    """Return one clear line of a failure with its mend; a faulty template tells all its faults, one a line."""
    params = {name: str(value) for name, value in error.params.items()}
    line = sentences().get(error.code, error.code)
    shown = ", ".join(f"{word(name)} {value}" for name, value in sorted(params.items()))
    mend = mends().get(error.hint, "")
    first = f"{line}{f' ({shown})' if shown else ''}. {mend}".strip()
    faults = error.faults if isinstance(error, TemplateError) else ()
    return "\n".join((first, *(f"  {template_words.told(fault)}" for fault in faults)))


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
        "template_gone": _("The files of a template went while they were needed"),
        "blank_unreadable": _("The blank cannot be opened as a PDF or a scan"),
        "template_shipped": _("The template came with the program and is not edited in its place"),
        "template_written_otherwise": _("The fields of template.toml are not written as [[field]] tables at its end"),
        "template_changed_meanwhile": _("template.toml was changed by someone else meanwhile; nothing was written"),
        "blank_password": _("The blank asks for a password"),
        "blank_no_pages": _("The blank has no pages"),
        "blank_too_many_pages": _("The blank has more than 20 pages"),
        "blank_too_coarse": _("The blank's picture is too coarse to find anything in"),
        "blank_too_heavy": _("To read the blank takes too much time or memory"),
        "blank_without_fields": _("Nothing to fill in was found on the blank: no form fields, boxes, ruled cells or lines"),
        "blank_not_flat": _("The blank does not lie flat: its lines run different ways, as in a photo"),
        "filled_too_few": _("So few, or so many, filled-in scans do not make a blank"),
        "filled_unlike": _("The filled-in scans are not of one form, page by page"),
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
