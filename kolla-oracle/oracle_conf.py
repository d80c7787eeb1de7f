# SPDX-License-Identifier: Apache-2.0
"""The options as oslo.config gives them to kolla, each with the place that it comes from."""

import contextlib
import io
import os
import re

from kolla.common import config as kolla_config
from oslo_config import cfg
from oslo_config import iniparser

PROG = "kolla-build"

# options of oslo.config itself
NOT_KOLLAS = ("config_file", "config_dir", "config_source", "shell_completion")


class Lines(iniparser.BaseParser):
    """The assignments of a file with their lines, read by oslo.config's own parser."""

    def __init__(self, path):
        super().__init__()
        self.assignments = []
        self.sections = []
        self._section = None
        self._start = 0
        with open(path) as file:
            self.parse(file.readlines())

    def _split_key_value(self, line):
        # an assignment is told when its last line is over
        self._start = self.lineno
        return super()._split_key_value(line)

    def new_section(self, section):
        self._section = section
        self.sections.append((section, self.lineno))

    def assignment(self, key, value):
        self.assignments.append((self._section, key, "\n".join(value), self._start))


def normal(section):
    """As oslo.config compares names of sections."""
    return section if section == "DEFAULT" else section.lower()


def place(file, line):
    return {"file": file, "line": line}


class Watch:
    """What oslo.config reads while it parses, in its order: which files, and which of its attributes each sets."""

    def __init__(self):
        self.files = []
        self.reading = None
        # of an option of the command line: the file that set it last; None: the command line did
        self.setters = {}

    @contextlib.contextmanager
    def watching(self):
        parse_file = cfg.ConfigParser._parse_file
        namespace = cfg._Namespace
        watch = self

        def watched(config_file, into):
            watch.reading = os.path.abspath(os.path.expanduser(config_file))
            watch.files.append(watch.reading)
            try:
                return parse_file(config_file, into)
            finally:
                watch.reading = None

        def set_attribute(self, name, value):
            if value is not None and value != []:
                watch.setters[name] = watch.reading
            object.__setattr__(self, name, value)

        cfg.ConfigParser._parse_file = staticmethod(watched)
        namespace.__setattr__ = set_attribute
        try:
            yield
        finally:
            cfg.ConfigParser._parse_file = parse_file
            del namespace.__setattr__


class Parsed:
    def __init__(self, conf, watch, args):
        self.conf = conf
        self.args = args
        self.files = list(dict.fromkeys(watch.files))
        self.setters = watch.setters
        self.lines = {file: Lines(file) for file in self.files}

    def files_told(self):
        defaults = [os.path.abspath(file) for file in default_files()]
        return [{"file": file, "default": file in defaults} for file in self.files]

    def places(self, section, dest):
        """Where files set an option, in the order in which they are read."""
        return [
            (value, place(file, line))
            for file in self.files
            for in_section, key, value, line in self.lines[file].assignments
            if normal(in_section) == normal(section) and key == dest
        ]

    def origin(self, section, opt):
        """Of a value: the places that it comes from; none for a default."""
        dest = opt.dest
        group = None if section == "DEFAULT" else section
        if section == "DEFAULT" and dest in vars(self.conf):
            # kolla sets base_image so, where nobody does
            return []
        location = self.conf.get_location(dest, group)
        kind = None if location is None else location.location
        if kind == cfg.Locations.environment:
            return [{"environment": location.detail}]
        if kind not in (cfg.Locations.user, cfg.Locations.command_line):
            return []
        found = self.places(section, dest)
        if opt.multi:
            return self._multi_origin(found, getattr(self.conf, dest))
        is_cli = section == "DEFAULT" and dest in self.setters
        setter = self.setters.get(dest)
        if is_cli and setter is None:
            return [{"commandLine": True}]
        inside = [at for _, at in found if setter is None or at["file"] == setter]
        return inside[-1:]

    def _multi_origin(self, found, values):
        named = [at for _, at in found]
        return named + ([{"commandLine": True}] if len(values) > len(named) else [])

    def place_of(self, section, dest, value):
        """Where one value of an option stands; None for the command line."""
        for raw, at in reversed(self.places(section, dest)):
            if value in (raw, self.conf._substitute(raw)):
                return at
        return None

    def register_sections(self, images):
        """Makes known what kolla makes known when it builds an image, or asks for the users: sections of that name."""
        part = re.compile(r"^(%s)(-(plugin|additions)-.+)?$" % "|".join(map(re.escape, images)))
        for file in self.files:
            for section, _ in self.lines[file].sections:
                if section in self.conf._groups:
                    continue
                if part.match(section):
                    self.conf.register_opts(kolla_config.get_source_opts(), section)
                elif section.endswith("-user"):
                    self.conf.register_opts(kolla_config.get_user_opts(None, None, section[: -len("-user")]), section)

    def section_in(self, message):
        """Where a section begins that a message names."""
        words = set(re.findall(r"[\w.-]+", message))
        for file in self.files:
            for section, line in self.lines[file].sections:
                if section in words - {"DEFAULT"}:
                    return place(file, line)
        return None

    def profiles(self):
        """The profiles that files define: patterns, and the place of the last definition."""
        found = {}
        for file in self.files:
            for section, key, value, line in self.lines[file].assignments:
                if normal(section) == "profiles":
                    patterns = [one.strip() for one in value.split(",") if one.strip()]
                    found[key] = (patterns, place(file, line))
        return found

    def options(self, facts):
        told = []
        groups = [("DEFAULT", self.conf._opts)]
        groups += [(name, group._opts) for name, group in sorted(self.conf._groups.items())]
        for section, opts in groups:
            for dest, info in sorted(opts.items()):
                if section == "DEFAULT" and dest in NOT_KOLLAS:
                    continue
                try:
                    value = getattr(self.conf, dest) if section == "DEFAULT" else self.conf[section][dest]
                except (ValueError, cfg.Error) as error:
                    at = [at for _, at in self.places(section, dest)][-1:] or [None]
                    facts.append(
                        {"kind": "bad-value", "section": section, "name": dest, "message": str(error), "place": at[0]}
                    )
                    continue
                told.append(
                    {
                        "section": section,
                        "name": dest,
                        "value": text_of(value),
                        "origin": self.origin(section, info["opt"]),
                    }
                )
        return told


def text_of(value):
    """A value as a person writes it; None where there is none."""
    if value is None:
        return None
    if isinstance(value, (list, tuple)):
        return [str(one) for one in value]
    return str(value)


def default_files():
    return cfg.find_config_files(project="kolla", prog=PROG)


def parse(args, facts):
    """Has kolla parse its command line and all files; None where it stops."""
    conf = cfg.ConfigOpts()
    watch = Watch()
    said = io.StringIO()
    try:
        with watch.watching(), contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
            kolla_config.parse(conf, list(args), prog=PROG)
    except SystemExit:
        message = (said.getvalue().strip().splitlines() or ["it ends"])[-1]
        facts.append({"kind": "refused", "message": message, "place": place_of_argument(watch, message), "images": []})
        return None
    except Exception as error:  # whatever kolla stops with
        at, message = place_in(watch, error)
        facts.append({"kind": "refused", "message": message, "place": at, "images": []})
        return None
    return Parsed(conf, watch, args)


def place_of_argument(watch, message):
    """Where a value stands that argparse takes for one of the command line; None where it is one."""
    found = re.search(r"argument .*--([\w-]+): ", message)
    dest = found.group(1).replace("-", "_") if found else ""
    file = watch.setters.get(dest)
    return None if file is None else place_in_file(file, dest)


def place_in_file(file, dest):
    lines = [line for section, key, _, line in Lines(file).assignments if section == "DEFAULT" and key == dest]
    return place(file, lines[-1]) if lines else None


def undecodable(file):
    """The first line that is not UTF-8."""
    with open(file, "rb") as lines:
        for number, line in enumerate(lines, 1):
            try:
                line.decode()
            except UnicodeDecodeError:
                return number
    return None


def place_in(watch, error):
    """Where a file stands in the way, and what is wrong there: oslo.config names the file alone, or the option alone."""
    message = str(error)
    found = re.search(r"at (\S.*?):(\d+), (.*)", message, re.DOTALL)
    if found:
        return place(found.group(1), int(found.group(2))), found.group(3)
    if isinstance(error, UnicodeDecodeError) and watch.files:
        return place(watch.files[-1], undecodable(watch.files[-1])), message
    missing = re.search(r"no such option (\w+)", message)
    if missing:
        return place_of_name(watch, missing.group(1)), message
    option = re.search(r"option (\S+)", message)
    if isinstance(error, cfg.ConfigFileValueError) and watch.files and option:
        return place_in_file(watch.files[-1], option.group(1).replace("-", "_")), message
    return None, message


def place_of_name(watch, name):
    """Where a value names an option that there is not, as in $name or ${name}."""
    named = re.compile(r"\$(\{%s\}|%s\b)" % (name, name))
    for file in reversed(watch.files):
        lines = [line for _, _, value, line in Lines(file).assignments if named.search(value)]
        if lines:
            return place(file, lines[-1])
    return None
