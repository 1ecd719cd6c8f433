"""All weighting policies on one mix of four real tasks, through the studio's own API (docs/benchmarks.md).

    python3 benchmarks/real_study.py --studio BIN/MtlStudio.Web.dll --data FOLDER --model FOLDER --work FOLDER [--policies equal,uw] [--steps N] ...

Starts a studio of its own on WORK/studio with one slot of one thread, has each task's folder under --data recognised (POST /detect),
imports its first rows, and queues one study: every policy of the catalog that the mix bears, sets of fixed loss weights among
them, each with the same rates and seeds, and the single-task baselines. Started again with the same --work it goes on where it was.
Prints the state every minute; the table, in Markdown, goes to --table at every change. Standard library only.
"""
import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid

SPLITS = ("train", "validation", "test")
# What is done otherwise than /detect proposes: 22 areas by a head, from the title alone, for the descriptions are long.
CHANGES = {"topic-github-issues": {"kind": "classification-head", "template": {"prompt": "{Title}", "answer": "{Area}"}}}


class Answer(dict):
    """What the studio leaves out is null."""

    def __missing__(self, key):
        return None


def call(base, method, path, body=None, files=None, timeout=600):
    headers, data = {}, None
    if files is not None:
        mark = uuid.uuid4().hex
        parts = []
        for field, name, content in files:
            named = f'name="{field}"' + (f'; filename="{name}"' if name else "")
            parts.append(f"--{mark}\r\nContent-Disposition: form-data; {named}\r\n\r\n".encode() + content + b"\r\n")
        data = b"".join(parts) + f"--{mark}--\r\n".encode()
        headers["Content-Type"] = f"multipart/form-data; boundary={mark}"
    elif body is not None:
        data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
    request = urllib.request.Request(f"{base}/api/v1{path}", data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            text = answer.read()
            return json.loads(text, object_hook=Answer) if text else None
    except urllib.error.HTTPError as fault:
        raise SystemExit(f"{method} {path}: {fault.code} {fault.read().decode()}") from None


def start(options, base):
    """The studio as a process group of its own, so that its trainers can be told apart from others."""
    log = open(os.path.join(options.work, "studio.log"), "ab")
    process = subprocess.Popen(
        ["dotnet", options.studio, "--urls", base, f"--Studio:DataFolder={os.path.join(options.work, 'studio')}", "--Studio:SampleStudy=false",
         "--Studio:Devices:0:Name=cpu:0", "--Studio:Devices:0:Threads=1"], stdout=log, stderr=log, start_new_session=True)
    for _ in range(600):
        if process.poll() is not None:
            sys.exit(f"The studio ended with {process.returncode}: see {log.name}")
        try:
            call(base, "GET", "/studies?take=1", timeout=5)
            return process
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    sys.exit("The studio did not answer within five minutes")


def first_rows(path, count, header):
    """The file's head: rows of these files hold no line break."""
    with open(path, "rb") as file:
        return b"".join(line for _, line in zip(range(count + (1 if header else 0)), file))


def import_task(base, options, name, changes):
    folder = os.path.join(options.data, name)
    found = call(base, "POST", "/detect", {"path": folder})["datasets"][0]
    rows = dict(zip(SPLITS, options.rows))
    files = []
    for file in found["files"]:
        split = file["split"]
        header = file["format"]["hasHeader"]
        local = os.path.join(folder, os.path.basename(file["name"]))
        files.append((split, os.path.basename(local), first_rows(local, rows[split], header)))
    kept = call(base, "POST", "/datasets", files=[*files, ("options", None, json.dumps(found["import"]).encode())])
    return {**found["task"], **changes, "name": name, "data": {"dataset": kept["reference"]}}


def table(study):
    equal = next((line["secondsPerStep"] for line in study["policies"] if line["policy"] == "equal"), None)
    tasks = study["policies"][0]["tasks"]
    head = ["policy", "rate", "validation", "Δm % [95 %]", *(f"{one['task']} ({one['metric']})" for one in tasks), "hurt", "time a step ÷ equal"]
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join("---" for _ in head) + " |"]
    for line in sorted(study["policies"], key=lambda one: -(one["deltaM"] if isinstance(one["deltaM"], (int, float)) else -1e9)):
        marks = {"helped": "▲ ", "hurt": "▼ ", "same": "= "}
        cells = [line["policy"] + (f" {line['lossWeights']}" if line["lossWeights"] else ""),
                 "–" if line["rate"] is None else f"{line['rate']:g}" + (" (edge)" if line["atEdge"] else ""),
                 "–" if line["validation"] is None else f"{line['validation']:.3f}",
                 line["reason"] or "–" if line["deltaM"] is None else f"{line['deltaM']:+.1f} [{line['deltaMLow']:+.1f}, {line['deltaMHigh']:+.1f}]" if line["deltaMLow"] is not None else f"{line['deltaM']:+.1f}"]
        for one in line["tasks"]:
            cells.append("–" if one["delta"] is None else f"{marks.get(str(one['verdict']).lower(), '')}{one['delta']:+.3g}")
        cells.append(str(sum(str(one["verdict"]).lower() == "hurt" for one in line["tasks"])))
        cells.append("–" if not (equal and line["secondsPerStep"]) else f"{line['secondsPerStep'] / equal:.2f}")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def report(study, options, spec):
    members = [one for one in study["members"] if one["secondsPerStep"]]
    middle = statistics.median(one["secondsPerStep"] for one in members) if members else float("nan")
    return (f"{study['finished']} of {len(study['members'])} runs finished, {study['broken']} broken, beside {len(study['baselines'])} single-task baselines. "
            f"{spec['training']['steps']} steps of {spec['training']['microBatch']} examples of each task, rates {', '.join(f'{rate:g}' for rate in options.rates)}, "
            f"{options.seeds} seeds, rows {'/'.join(map(str, options.rows))}; {middle * 1000:.0f} ms a step.\n\n" + table(study) + "\n")


def main():
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("--studio", required=True, help="MtlStudio.Web.dll of a build")
    read.add_argument("--data", required=True, help="folder with a folder for each task")
    read.add_argument("--model", required=True, help="a checkpoint's folder")
    read.add_argument("--work", required=True, help="where the studio's data folder and log go")
    read.add_argument("--table", help="file of the table; default: WORK/table.md")
    read.add_argument("--port", type=int, default=5199)
    read.add_argument("--tasks", nargs="+", default=["sentiment-reviews", "spam-sms", "toxicity-madlibs", "topic-github-issues"])
    read.add_argument("--policies", default="", help="catalog names, by commas; default: all that the mix bears")
    read.add_argument("--rates", type=float, nargs="+", default=[0.001, 0.004])
    read.add_argument("--seeds", type=int, default=3)
    read.add_argument("--loss-weights", type=int, default=4, help="sets of fixed loss weights")
    read.add_argument("--rows", type=int, nargs=3, default=[1000, 64, 200], help="first rows of train, validation and test")
    read.add_argument("--steps", type=int, default=50)
    read.add_argument("--every", type=int, default=25, help="steps between evaluations, whose best checkpoint is scored")
    read.add_argument("--micro-batch", type=int, default=8)
    read.add_argument("--max-length", type=int, default=96)
    read.add_argument("--leave", action="store_true", help="leave the studio running at the end")
    options = read.parse_args()
    options.work, options.studio = os.path.abspath(options.work), os.path.abspath(options.studio)
    options.data, options.model = os.path.abspath(options.data), os.path.abspath(options.model)
    os.makedirs(options.work, exist_ok=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    base = f"http://127.0.0.1:{options.port}"
    studio = start(options, base)
    try:
        follow(base, options)
    finally:
        if not options.leave:
            studio.send_signal(signal.SIGTERM)
            studio.wait(120)


def follow(base, options):
    model = call(base, "POST", "/models/register", {"path": options.model})["reference"]
    tasks = [import_task(base, options, name, CHANGES.get(name, {})) for name in options.tasks]
    spec = {
        "name": "real tasks", "seed": 1, "model": {"path": model}, "tasks": tasks,
        "sampler": {"name": "uniform"}, "peft": {"name": "full"}, "optimizer": {"name": "adamw", "options": {"lr": options.rates[0]}},
        "schedule": {"name": "cosine", "options": {"warmupSteps": 5}},
        "training": {"steps": options.steps, "microBatch": options.micro_batch, "maxLength": options.max_length},
        "evaluation": {"every": options.every, "examples": options.rows[1], "samples": 2, "testSamples": 8},
        "checkpoints": {"every": 0, "keepLast": 1}, "telemetry": {"gradientEvery": 0, "paysEvery": 0},
    }
    study = {"kind": "policies", "name": "policies on four real tasks", "spec": spec, "policies": [name for name in options.policies.split(",") if name],
             "rates": options.rates, "seeds": options.seeds, "lossWeights": options.loss_weights, "baselines": True}
    standing = [one for one in call(base, "GET", "/studies")["items"] if one["name"] == study["name"]]
    if standing:
        number = standing[0]["id"]
    else:
        plan = call(base, "POST", "/studies/plan", study)
        print(f"{plan['runs']} runs and {plan['baselines']} baselines; left out: {plan['leftOut']}", flush=True)
        number = call(base, "POST", "/studies", study)["id"]
    done = -1
    while True:
        stands = call(base, "GET", f"/studies/{number}?reference=baseline")
        if stands["finished"] + stands["broken"] != done:
            done = stands["finished"] + stands["broken"]
            with open(options.table or os.path.join(options.work, "table.md"), "w", encoding="utf-8") as file:
                file.write(report(stands, options, spec))
        print(f"{time.strftime('%H:%M:%S')} {stands['finished']} finished, {stands['broken']} broken of {len(stands['members'])}, beside {len(stands['baselines'])} baselines", flush=True)
        if not stands["underWay"]:
            return
        time.sleep(60)


main()
