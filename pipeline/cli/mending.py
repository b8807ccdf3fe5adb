"""What to do about a failure: one mend for each hint."""

from __future__ import annotations

from pipeline.words import _


def mends() -> dict[str, str]:
    """Return the mend of every hint."""
    return {**_for_workspaces(), **_for_templates(), **_for_keys_and_stores(), **_for_the_rest()}


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
        "template_lines": _("Mend these lines in a plain text editor:"),
        "templates_list": _("Run: blankett templates list."),
        "catalogue": _("Mend the catalogue, or remove it to use the one built in."),
    }


def _for_templates() -> dict[str, str]:
    return {
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
        "begin_again": _("Begin again; no templates may be taken away meanwhile."),
        "blank_quieten": _("Make the template of that PDF with blankett templates new, which takes them out."),
        "blank_save_anew": _("Is it the right file? Save a copy of it with a PDF program, and use that."),
        "blank_unlock": _("Save a copy without a password with a PDF program, and use that."),
        "blank_fewer_pages": _("Save only the pages to fill in as a PDF of their own, and use that."),
        "filled_from_three": _("Give 3 to 12 scans of one form, each a file with all its pages in order."),
        "blank_flatten": _("Print it to a new PDF with the program that shows it, and use that."),
        "blank_scan_flat": _("Scan it with a scanner at 300 dpi, and use that."),
        "blank_by_hand": _("Write template.toml by hand, with a printed PDF as blank.pdf: docs/templates.md tells how."),
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
