"""The rules of spreadsheet import: each slug with what would mend it, in one place so that docs and messages agree."""

from __future__ import annotations

from collections.abc import Mapping

from gse_skills.errors import InputError, TooLargeError

SAVE_AS_XLSX = "Open the file in a spreadsheet program and save it again as an Excel workbook (.xlsx)."

FILE_RULES: Mapping[str, str] = {
    "empty-file": "Send the file that holds the rows; check that the right sheet is named.",
    "not-a-spreadsheet": "Send CSV, XLSX or ODS. " + SAVE_AS_XLSX,
    "corrupt-file": SAVE_AS_XLSX + " If it does not open there either, fetch it again from where it came.",
    "password-protected": "Remove the password in the spreadsheet program and save the file again.",
    "zip-bomb": SAVE_AS_XLSX + " If it is as large as it says, split it or send CSV.",
    "too-large": "Split the file into smaller ones, or delete far-away cells that hold nothing of use.",
    "encoding": "Save it again as “CSV UTF-8” from the spreadsheet program that made it, or send XLSX.",
    "no-such-sheet": "Name one of the sheets that the workbook has.",
    "no-header": "Give the table a row of headings, such as Staff number, Name, Skill, Level, among its first 20.",
    "no-person-column": "Add a column that says who: Staff number (best), Email, or Name.",
    "no-skill-column": "Add a Skill column beside the Level column, or one column a skill with levels in the cells.",
    "no-level-column": "Add a Level column with Awareness, Working, Practitioner or Expert in it.",
    "two-header-rows": "Keep one row of headings: one column a skill, or a row a person and skill.",
    "merged-cells": "Unmerge the cells and repeat the value in each row.",
    "mapping-invalid": "Correct the mapping file; docs/spreadsheets.md gives its form.",
    "mapping-mismatch": "Use the mapping that was made for this sheet, or let the columns be recognised without one.",
}

MATCHING_RULES: Mapping[str, str] = {
    "column-twice": "Choose something else for one of the two, or leave it out.",
    "two-shapes": "Either one column names the skill and another the level, or each skill has a column of its own.",
    "skill-without-heading": "Write the name of the skill above the column in the sheet, or leave the column out.",
    "no-person-column": "Choose which column says who.",
    "no-skill-column": "Choose which column names the skill, or which columns are a skill each.",
    "no-level-column": "Choose which column holds the level.",
}
"""Of what somebody chose for the columns; what is missing in it is refused as in a sheet."""

ROW_RULES: Mapping[str, str] = {
    "no-person": "Give the row a staff number, an email address or a name; unmerge cells that span rows.",
    "duplicate-person": "Keep one row a person, or give each person a staff number of their own.",
    "ambiguous-person": "Add a staff number column, so that people of one name can be told apart.",
    "no-skill": "Name the skill, or delete the row.",
    "no-level": "Write Awareness, Working, Practitioner or Expert, or “none” where the skill is not held.",
    "unknown-level": "Write Awareness, Working, Practitioner or Expert, or say what the word means in a saved mapping.",
    "level-out-of-range": "Use 1 (Awareness) to 4 (Expert), or say what the number means in a saved mapping.",
    "tick-is-not-a-level": "Write a level, or say in a saved mapping which level a tick means.",
    "unreadable-date": "Write the day first, as 31/01/2025, or 2025-01-31, or format the cell as a date.",
    "future-date": "Give the day on which the level was assessed, not a later one.",
    "date-too-old": "Give the day on which the level was assessed, in 1950 or later.",
    "unknown-audience": "Write public, alliance, emergency or private.",
    "formula-without-value": "Open the file in a spreadsheet program, let it calculate, and save it; or paste values.",
    "error-value": "Mend the formula that gives this error, or paste the value.",
    "text-too-long": "Shorten the text to 500 characters.",
}

NOTES: Mapping[str, str] = {
    "column-recognised": "",
    "column-guessed": "Say what the column is in a saved mapping, or when you send the sheet, if it is something else.",
    "replaced-concept": "Use the new name from now on.",
    "decided-mapping": "Say in a saved mapping what the phrase means if you mean something else.",
    "column-ignored": "Rename the heading if the column should count, or say what it is in a saved mapping.",
    "column-repeated": "Delete or rename one of the two columns.",
    "column-without-heading": "Give the column a heading if it should count.",
    "column-moved": "",
    "rows-above-header": "",
    "two-header-rows": "Keep one row of headings if the wrong one was read.",
    "merged-cells": "Unmerge the cells and repeat the value in each row if this is not what is meant.",
    "sheet-chosen": "Name the sheet to read if it should be another one.",
    "encoding-assumed": "Save as “CSV UTF-8” if accented letters look wrong.",
    "delimiter": "",
    "people-by-name": "Add a staff number column, so that people of one name can be told apart.",
    "identifier-missing": "Add the staff number to the row.",
    "level-read-as": "Say what the word means in a saved mapping if it should be another level.",
    "level-not-stated": "Write a level once it is known.",
    "date-without-day": "Give the day if the first of the month is wrong.",
    "two-digit-year": "Write the year with four digits if the century is wrong.",
    "default-date": "Add a Date assessed column if the dates differ.",
    "default-basis": "Add an Assessed by column if levels were judged in different ways.",
    "unknown-basis": "Write self, peer, manager or accredited.",
    "unknown-availability": "Write yes or no.",
    "unknown-role": "Write the name or code of a role, as `gse-skills framework roles` lists them; the rest counts.",
    "ambiguous-role": "Write the code of the role that is meant; the rest counts.",
    "role-not-in-use": "Say which role the person has now.",
    "leaving-date-past": (
        "Leave whoever has left out of the full picture, which ends their records; otherwise write a day to come."
    ),
    "unreadable-leaving-date": (
        "Write the day first, as 31/03/2027, or 2027-03-31; leave the cell empty where no day is known, or write "
        "“permanent” to take one back."
    ),
    "unreadable-email": "Correct the email address.",
    "name-differs": "Check that the staff number is right, and write the name one way.",
    "name-turned": "Write the name one way in every sheet, or add a staff number, if it is one person.",
    "person-without-record": "Mend the refused rows or say what their words mean, or take the person out of the sheet.",
    "facts-differ": "Write one unit, grade, site, role and leaving date for the person in every row.",
    "totals-row": "",
    "repeated-header": "",
    "stray-text": "",
}


def refuse(rule: str, message: str, **extra: object) -> InputError:
    """The error that refuses a whole file under `rule`, with that rule's remedy.

    >>> refuse("no-header", "Nothing here looks like headings.").rule
    'no-header'
    """
    kind = TooLargeError if rule in ("too-large", "zip-bomb") else InputError
    return kind(message, rule=rule, remedy=FILE_RULES.get(rule) or ROW_RULES[rule], extra=extra)
