# SPDX-License-Identifier: Apache-2.0
"""What is wrong with the options: files that are not read, and names that kolla does not know."""

import os
import re

from oracle_conf import default_files
from oracle_conf import Lines
from oracle_conf import normal
from oracle_conf import place
from oslo_config import cfg
from oslo_config import iniparser

# options that name files or folders, and whether kolla stops where one is not there
PATHS = {
    "docker_dir": True,
    "template_override": True,
    "apt_sources_list": True,
    "apt_preferences": True,
    "repos_yaml": True,
    "logs_dir": True,
    "patches_path": False,
    "locals_base": False,
}


def look_at_default_files(parsed, facts):
    """A --config-file switches the default files off, whether it is one of them or not."""
    read = {os.path.realpath(file) for file in parsed.files}
    for file in default_files():
        if os.path.realpath(file) in read:
            continue
        try:
            names = [key for section, key, _, _ in Lines(file).assignments]
        except (OSError, UnicodeDecodeError, iniparser.ParseError):
            names = []
        facts.append({"kind": "default-file-off", "file": file, "options": list(dict.fromkeys(names))})


def missing_path(name, path, is_fatal, at):
    return {
        "kind": "missing-path",
        "name": name,
        "path": os.path.abspath(path),
        "relative": not os.path.isabs(path),
        "fatal": is_fatal,
        "place": at,
    }


def look_at_paths(parsed, facts):
    """Whether all is there without which kolla stops before it renders."""
    well = True
    for dest, is_fatal in PATHS.items():
        if dest not in parsed.conf:
            continue
        values = getattr(parsed.conf, dest)
        for value in values if isinstance(values, list) else [values]:
            if not value or os.path.exists(value):
                continue
            facts.append(missing_path(dest, value, is_fatal, parsed.place_of("DEFAULT", dest, value)))
            well = well and not is_fatal
    return well


def look_at_sections(parsed, images, facts):
    """Sections and options that kolla never asks for."""
    groups = {normal(name): set(group._opts) for name, group in parsed.conf._groups.items()}
    groups["DEFAULT"] = set(parsed.conf._opts)
    for file in parsed.files:
        lines = parsed.lines[file]
        for section, line in lines.sections:
            if normal(section) not in groups:
                known = sorted({"DEFAULT", *parsed.conf._groups, *images})
                fact = {"kind": "unknown-section", "section": section, "known": known, "place": place(file, line)}
                facts.append(fact)
        for section, key, _, line in lines.assignments:
            known = groups.get(normal(section))
            # any option of [profiles] is a profile
            if known is None or key in known or normal(section) == "profiles":
                continue
            facts.append(
                {
                    "kind": "unknown-option",
                    "section": section,
                    "name": key,
                    "known": sorted(known),
                    "elsewhere": ["DEFAULT"] if key in groups["DEFAULT"] else [],
                    "place": place(file, line),
                }
            )


def look_at_locations(parsed, facts):
    """Sources of images that are said to lie on this machine, and do not."""
    for section in dict.fromkeys(name for file in parsed.files for name, _ in parsed.lines[file].sections):
        if section not in parsed.conf._groups or "location" not in parsed.conf._groups[section]._opts:
            continue
        try:
            source = parsed.conf[section]
            path = source.location if source.type == "local" else None
        except (ValueError, cfg.Error):
            # told with the options
            continue
        if path and not os.path.exists(path):
            at = parsed.place_of(section, "location", path)
            facts.append(missing_path(f"[{section}] location", path, True, at))


def look_at_selection(parsed, images, facts):
    """Profiles and patterns that select nothing."""
    conf = parsed.conf
    own = parsed.profiles()
    for profile in conf.profile or []:
        if profile not in conf.profiles and profile not in own:
            known = sorted({*conf.profiles, *own})
            at = parsed.place_of("DEFAULT", "profile", profile)
            facts.append({"kind": "no-profile", "name": profile, "known": known, "place": at})
    for profile, (patterns, at) in own.items():
        for pattern in patterns:
            look_at_pattern(pattern, f"profile {profile}", at, images, facts)
    if conf.regex and conf.profile:
        facts.append({"kind": "profiles-off", "profiles": list(conf.profile), "patterns": list(conf.regex)})
    for pattern in conf.regex or []:
        look_at_pattern(pattern, "command line", None, images, facts)


def look_at_pattern(pattern, of, at, images, facts):
    fact = {"kind": "no-match", "of": of, "pattern": pattern, "known": sorted(images), "place": at, "message": None}
    try:
        if any(re.search(pattern, name) for name in images):
            return
    except re.error as error:
        fact["message"] = str(error)
    facts.append(fact)
