# SPDX-License-Identifier: Apache-2.0
"""Dockerfiles, rendered by kolla's own worker."""

import difflib
import os
import shutil
import traceback

import jinja2
from kolla.common import config as kolla_config
from kolla.image.kolla_worker import KollaWorker
from oracle_conf import place
from oracle_conf import PROG
from oracle_overrides import TEMPLATE
from oslo_config import cfg

# bytes; a larger file in a docker_dir is no template, but an archive of hundreds of MB may be
LARGEST = 1_000_000


def without_archives(folder, names):
    paths = {name: os.path.join(folder, name) for name in names}
    return [name for name, path in paths.items() if os.path.isfile(path) and os.path.getsize(path) > LARGEST]


class Worker(KollaWorker):
    """kolla's, but for large files, which it does not copy."""

    def copy_dir(self, src, dest):
        shutil.copytree(src, dest, dirs_exist_ok=True, ignore=without_archives)


def make_worker(args, folder, facts):
    """A worker whose folder holds all templates; None where kolla stops."""
    conf = cfg.ConfigOpts()
    try:
        kolla_config.parse(conf, [*args, "--template-only", "--work-dir", folder], prog=PROG)
        worker = Worker(conf)
        worker.setup_working_dir()
    except (Exception, SystemExit) as error:  # whatever kolla stops with
        facts.append({"kind": "refused", "message": last_line(error), "place": None, "images": []})
        return None
    worker.find_dockerfiles()
    return worker


def last_line(error):
    return traceback.format_exception_only(type(error), error)[-1].strip()


class Renderer:
    def __init__(self, parsed, worker, templates, overrides, facts):
        self.parsed = parsed
        self.worker = worker
        self.templates = templates
        self.overrides = overrides
        self.facts = facts
        self.failures = {}

    def render(self, path):
        """Whether kolla renders the image of a folder."""
        self.worker.docker_build_paths = [path]
        try:
            self.worker.create_dockerfiles()
            return True
        except Exception as error:  # a template can raise anything
            at = self._place_of(error)
            # without one it is no template's: as kolla 18, which knows no section for users of others
            kind = "refused" if at is None else "template-error"
            message = getattr(error, "message", None) or str(error)
            self._tell(kind, message, at or self.parsed.section_in(message), os.path.basename(path))
            return False

    def _tell(self, kind, message, at, image):
        key = (message, str(at))
        if key not in self.failures:
            self.failures[key] = {"kind": kind, "message": message, "place": at, "images": []}
            self.facts.append(self.failures[key])
        self.failures[key]["images"].append(image)

    def parent_of(self, path):
        """The image that one stands on, where it is one of kolla's or the operator's; else None."""
        worker = self.worker
        worker.docker_build_paths = [path]
        worker.images = []
        worker.build_image_list()
        begin, end = f"{worker.namespace}/{worker.image_prefix}", f":{worker.tag}"
        name = worker.images[0].parent_name
        inner = name[len(begin) : -len(end)] if name.startswith(begin) and name.endswith(end) else ""
        return name, inner if inner in self.templates.images else None

    def _place_of(self, error):
        if isinstance(error, jinja2.TemplateSyntaxError):
            return self._place_in(error.filename or "<template>", error.lineno)
        places = [self._place_in(one.filename, one.lineno) for one in traceback.extract_tb(error.__traceback__)]
        found = [one for one in places if one is not None]
        kolla = self.templates.sources[-1] + os.sep
        own = [one for one in found if not one["file"].startswith(kolla)]
        return (own or found or [None])[-1]

    def _place_in(self, filename, line):
        """Where a line of a template comes from; None for a line of Python."""
        if filename.startswith(self.worker.working_dir + os.sep):
            return place(self.templates.source_of(filename), line)
        if filename in ("<template>", "<unknown>") and self.overrides.files:
            return self.overrides.place_of(line)
        return None


def render(parsed, worker, templates, overrides, request, facts):
    """Renders the wanted images with all that they stand on, and all others where that is asked for."""
    renderer = Renderer(parsed, worker, templates, overrides, facts)
    shown = [name for name in request["show"] if name in templates.images]
    done = {}
    if request["all"]:
        for path in templates.paths:
            done[path] = renderer.render(path)
    told = []
    waiting = [templates.images[name][-1] for name in shown]
    seen = set()
    while waiting:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        if not (done[path] if path in done else renderer.render(path)):
            continue
        one = tell(renderer, path, shown, facts)
        if one is None:
            break
        told.append(one)
        if one["stands_on"] is not None:
            waiting.append(templates.images[one["stands_on"]][-1])
    return told


def tell(renderer, path, shown, facts):
    name = os.path.basename(path)
    try:
        parent, stands_on = renderer.parent_of(path)
    except Exception as error:  # as an option of the image's own section
        at = renderer.parsed.section_in(str(error))
        facts.append({"kind": "refused", "message": last_line(error), "place": at, "images": [name]})
        return None
    with open(os.path.join(path, "Dockerfile")) as file:
        dockerfile = file.read() if name in shown else None
    template = renderer.templates.source_of(os.path.join(path, TEMPLATE))
    return {"name": name, "from": parent, "stands_on": stands_on, "template": template, "dockerfile": dockerfile}


def differences(rendered, request):
    """What of the wanted Dockerfiles is other than in the folder of another kolla, as unified diffs."""
    if request["before"] is None:
        return []
    told = []
    for image in rendered:
        if image["dockerfile"] is None:
            continue
        before = find_dockerfile(request["before"], image["name"])
        lines = difflib.unified_diff(
            before.splitlines(), image["dockerfile"].splitlines(), "before", "after", lineterm="", n=1
        )
        told.append({"name": image["name"], "diff": "\n".join(lines)})
    return told


def find_dockerfile(folder, name):
    for at, _, files in os.walk(folder):
        if os.path.basename(at) == name and "Dockerfile" in files:
            with open(os.path.join(at, "Dockerfile")) as file:
                return file.read()
    return ""
