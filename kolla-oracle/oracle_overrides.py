# SPDX-License-Identifier: Apache-2.0
"""The templates and the template overrides, as Jinja reads them."""

import os
import re

import jinja2
from jinja2 import nodes
from oracle_conf import place

TEMPLATE = "Dockerfile.j2"

# kolla's own, in KollaWorker._merge_overrides: what is deleted from the second file on
DELETED = re.compile(r".*\{\%.*extends.*\n")

# what a variable of the filter "customizable" ends with
CUSTOM = re.compile(r"^(.+)_(append|override|remove)$")


def parse(text):
    return jinja2.Environment().parse(text)


class Templates:
    """The templates of kolla and of the operator's folders, as they lie in the worker's folder."""

    def __init__(self, worker, docker_dirs):
        self.folder = worker.working_dir
        # the last one that has a file wins
        self.sources = [*map(os.path.abspath, reversed(docker_dirs)), worker.images_dir]
        self.paths = list(worker.docker_build_paths)
        self.images = {}
        for path in self.paths:
            self.images.setdefault(os.path.basename(path), []).append(path)
        self.blocks = set()
        self.customs = set()
        self._read()

    def _read(self):
        shared = set()
        for name in os.listdir(self.folder):
            if name.endswith(".j2"):
                shared |= self._calls(os.path.join(self.folder, name))
        for path in self.paths:
            tree = self._tree(os.path.join(path, TEMPLATE))
            if tree is None:
                continue
            self.blocks |= {block.name for block in tree.find_all(nodes.Block)}
            image = os.path.basename(path).replace("-", "_")
            self.customs |= {f"{image}_{call}" for call in customizable_calls(tree) | shared}

    def _tree(self, file):
        try:
            with open(file) as opened:
                return parse(opened.read())
        except (jinja2.TemplateSyntaxError, OSError, UnicodeDecodeError):
            # rendering tells it
            return None

    def _calls(self, file):
        tree = self._tree(file)
        return set() if tree is None else customizable_calls(tree)

    def source_of(self, file):
        """Where a file of the worker's folder comes from."""
        relative = os.path.relpath(file, self.folder)
        for source in self.sources:
            if os.path.exists(os.path.join(source, relative)):
                return os.path.join(source, relative)
        return file

    def look_at_namesakes(self, facts):
        """Images of the operator's folders that take the place of kolla's, or stand beside one of the same name."""
        kolla = self.sources[-1]
        for name, paths in sorted(self.images.items()):
            own = [os.path.dirname(self.source_of(os.path.join(path, TEMPLATE))) for path in paths]
            if len(paths) > 1:
                facts.append({"kind": "same-name", "name": name, "folders": own, "replaced": None})
            elif not own[0].startswith(kolla + os.sep):
                replaced = os.path.join(kolla, os.path.relpath(paths[0], self.folder))
                if os.path.exists(os.path.join(replaced, TEMPLATE)):
                    facts.append({"kind": "same-name", "name": name, "folders": own, "replaced": replaced})


def customizable_calls(tree):
    """The names with which a template has its lists customized."""
    filters = [one for one in tree.find_all(nodes.Filter) if one.name == "customizable"]
    return {one.args[0].value for one in filters if one.args and isinstance(one.args[0], nodes.Const)}


def called_blocks(tree):
    """The blocks that a template puts in itself, as in {{ self.name() }}."""
    parts = tree.find_all(nodes.Getattr)
    return {one.attr for one in parts if isinstance(one.node, nodes.Name) and one.node.name == "self"}


def outermost(tree, wanted):
    """The nodes of a type that lie in no block."""
    found = []
    for node in tree.iter_child_nodes():
        if isinstance(node, wanted):
            found.append(node)
        if not isinstance(node, nodes.Block):
            found += outermost(node, wanted)
    return found


def lines_of(text):
    """Its lines as Jinja counts them, with their ends."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def read_overrides(worker, files, facts):
    """The override files; None where kolla cannot read one."""
    texts = {}
    for file in map(os.path.abspath, files):
        try:
            with open(file) as opened:
                texts[file] = opened.read()
        except (OSError, UnicodeDecodeError) as error:
            fact = {"kind": "template-error", "message": str(error), "place": place(file, None), "images": []}
            facts.append(fact)
            return None
    return Overrides(worker, texts)


class Overrides:
    """The override files, and the one template that kolla makes of them."""

    def __init__(self, worker, texts):
        """texts: of each file, by its absolute path, the content."""
        self.files = list(texts)
        self.texts = list(texts.values())
        self._lines = []
        self._map(worker)

    def _map(self, worker):
        """Of each line of the joined template, the file and line that it comes from."""
        joined = ""
        for index, text in enumerate(self.texts):
            for number, line in enumerate(lines_of(text), 1):
                if index > 0 and DELETED.fullmatch(line):
                    continue
                # without a newline at a file's end, the next file goes on in the same line
                if joined == "" or joined.endswith("\n"):
                    self._lines.append(place(self.files[index], number))
                joined += line
        if self.files and joined != next(iter(worker._merge_overrides(self.files).values())):
            # a kolla that joins them otherwise
            self._lines = []

    def place_of(self, line):
        return self._lines[line - 1] if 0 < line <= len(self._lines) else place(self.files[0], None)

    def look(self, templates, facts):
        """Tells what is wrong with them; whether kolla can render anything with them."""
        trees = []
        for file, text in zip(self.files, self.texts):
            try:
                trees.append((file, parse(text)))
            except jinja2.TemplateSyntaxError as error:
                at = place(file, error.lineno)
                facts.append({"kind": "template-error", "message": error.message, "place": at, "images": []})
        well = len(trees) == len(self.files)
        self._look_at_deleted(facts)
        return self._look_at_blocks(trees, templates, facts) and well

    def _look_at_deleted(self, facts):
        for file, text in list(zip(self.files, self.texts))[1:]:
            deleted = [
                (number, line.strip())
                for number, line in enumerate(lines_of(text), 1)
                if DELETED.fullmatch(line)
            ]
            whole = re.compile(r"\{%[-+]?\s*extends\s+parent_template\s*[-+]?%\}")
            for number, line in deleted:
                if not whole.fullmatch(line):
                    facts.append({"kind": "line-deleted", "line": line, "place": place(file, number)})

    def _look_at_blocks(self, trees, templates, facts):
        defined = {}
        called = set()
        for file, tree in trees:
            for block in tree.find_all(nodes.Block):
                defined.setdefault(block.name, []).append(place(file, block.lineno))
            called |= called_blocks(tree)
        twice = {name: places for name, places in defined.items() if len(places) > 1}
        for name, places in twice.items():
            facts.append({"kind": "block-twice", "name": name, "places": places})
        for file, tree in trees:
            for block in outermost(tree, nodes.Block):
                if block.name not in templates.blocks | called:
                    known = sorted(templates.blocks)
                    at = place(file, block.lineno)
                    facts.append({"kind": "unknown-block", "name": block.name, "known": known, "place": at})
            self._look_at_customs(file, tree, templates, facts)
        return not twice

    def _look_at_customs(self, file, tree, templates, facts):
        for assign in outermost(tree, nodes.Assign):
            name = getattr(assign.target, "name", "")
            found = CUSTOM.match(name)
            if not found or found.group(1) in templates.customs:
                continue
            known = [f"{one}_{found.group(2)}" for one in sorted(templates.customs)]
            fact = {"kind": "unknown-customization", "name": name, "known": known}
            facts.append({**fact, "place": place(file, assign.lineno)})
