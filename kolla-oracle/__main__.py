# SPDX-License-Identifier: Apache-2.0
"""Tells what the installed kolla makes of a configuration, beyond what kolla-build says itself.

Runs in the Python of kolla-build, in kolla-build's working directory, on kolla's own code (its options, its worker, its
Jinja); builds nothing and asks no engine for anything. One argument, a JSON object:

    args    the arguments of kolla-build
    show    the images whose Dockerfiles are wanted
    all     whether all other images are rendered too, as kolla-build does; else only what the wanted ones stand on
    folder  absolute path of an empty folder to render in; null: only files and options are looked at
    before  such a folder, used by another kolla with the same images: what differs is told; or null

On stdout one JSON object: facts only, the words for them are made by osc-kolla (src/stages/oracle.ts). All else goes to
stderr. Exit code 0 whatever is wrong with the configuration.
"""

import json
import sys

import oracle_conf


def main():
    request = json.loads(sys.argv[1])
    answer, sys.stdout = sys.stdout, sys.stderr
    told = look(request)
    # one value a line: osc-kolla masks secrets line by line
    json.dump(told, answer, indent=1)
    answer.write("\n")
    return 0


def look(request):
    facts = []
    told = {"facts": facts, "files": [], "options": [], "images": [], "rendered": [], "differences": []}
    parsed = oracle_conf.parse(request["args"], facts)
    if parsed is not None:
        told["files"] = parsed.files_told()
        if request["folder"] is not None:
            look_further(parsed, request, told)
        # images have sections that kolla knows only when it knows the images
        told["options"] = parsed.options(facts)
    return told


def look_further(parsed, request, told):
    # kolla's worker, its Jinja and its engines' SDKs take longer to import than all options to read
    import oracle_checks
    import oracle_overrides
    import oracle_render

    facts = told["facts"]
    oracle_checks.look_at_default_files(parsed, facts)
    if not oracle_checks.look_at_paths(parsed, facts):
        return
    worker = oracle_render.make_worker(request["args"], request["folder"], facts)
    if worker is None:
        return
    templates = oracle_overrides.Templates(worker, parsed.conf.docker_dir or [])
    told["images"] = sorted(templates.images)
    parsed.register_sections(templates.images)
    oracle_checks.look_at_sections(parsed, templates.images, facts)
    oracle_checks.look_at_locations(parsed, facts)
    oracle_checks.look_at_selection(parsed, templates.images, facts)
    templates.look_at_namesakes(facts)
    overrides = oracle_overrides.read_overrides(worker, parsed.conf.template_override or [], facts)
    if overrides is not None and overrides.look(templates, facts):
        told["rendered"] = oracle_render.render(parsed, worker, templates, overrides, request, facts)
        told["differences"] = oracle_render.differences(told["rendered"], request)


if __name__ == "__main__":
    sys.exit(main())
