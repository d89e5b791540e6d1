"""The files for containers agree with each other, with the app and with HAProxy. No container is started here."""

import json
import os
import subprocess
import tomllib
from pathlib import PurePath

import pytest
import yaml

from deploy.balancer import TEMPLATE, configuration
from engines.datasets.download import data_folder
from tests.deploy.image import DOCKERFILE, ROOT, ignored, instructions, sources

HEALTH = "/_stcore/health"
UPLOADS = tomllib.loads((ROOT / ".streamlit/config.toml").read_text("utf-8"))["server"]["maxUploadSize"]  # megabytes
COMPOSE = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text("utf-8"))
REPLICA, BALANCER = (COMPOSE["services"][name] for name in ("replica", "balancer"))
CLUSTER = {part["kind"]: part for part in yaml.safe_load_all((ROOT / "deploy/kubernetes.yaml").read_text("utf-8"))}
POD = CLUSTER["Deployment"]["spec"]["template"]
[CONTAINER] = POD["spec"]["containers"]
[PORT] = instructions("EXPOSE")
USER = instructions("USER")[-1]


def checked(tmp_path, text, environment):
    """What HAProxy says of a configuration: nothing where it is in order."""
    (tmp_path / "haproxy.cfg").write_text(text, "utf-8")
    command = ["haproxy", "-c", "-q", "-f", tmp_path / "haproxy.cfg"]
    path = f"{os.environ['PATH']}{os.pathsep}/usr/sbin"
    ran = subprocess.run(command, env=os.environ | {"PATH": path} | environment, capture_output=True, text=True)
    return ran.returncode, ran.stdout + ran.stderr


def test_haproxy_accepts_the_template_as_it_stands_and_for_one_machine(balancer_program, tmp_path):
    assert checked(tmp_path, TEMPLATE.read_text("utf-8"), BALANCER["environment"]) == (0, "")
    here = {"BALANCER_BIND": "127.0.0.1:9199", "BALANCER_SOCKET": str(tmp_path / "s")}
    for count in (1, 2, 64):
        text = configuration(range(9101, 9101 + count))
        assert text.count("    server r") == 2 * count
        assert "server-template" not in text.partition("resolvers containers")[2]
        assert checked(tmp_path, text, here) == (0, "")


def test_compose_gives_the_template_every_value_that_it_asks_for():
    asked = set(TEMPLATE.read_text("utf-8").split('"${')[1:])
    assert {each.partition("}")[0] for each in asked} == BALANCER["environment"].keys()


def test_everything_that_is_copied_is_there_and_not_ignored():
    assert [source for source in sources().values() if not (ROOT / source).exists()] == []
    assert [source for source in sources().values() if ignored(PurePath(source))] == []
    for kept_out in ("tests/conftest.py", ".git/config", "deploy/.env", "ui/__pycache__/frame.pyc", "README.md"):
        assert ignored(PurePath(kept_out)), kept_out
    assert not ignored(PurePath("engines/datasets/data/digits.npz"))


def test_the_image_is_not_roots_and_asks_streamlit_how_it_is():
    assert int(USER) > 0
    assert DOCKERFILE.index("\nUSER") < DOCKERFILE.index("\nCMD")
    [check] = instructions("HEALTHCHECK")
    assert f"http://127.0.0.1:{PORT}{HEALTH}" in check
    compile(json.loads(check.partition("CMD ")[2])[2], "HEALTHCHECK", "exec")
    [command] = instructions("CMD")
    assert f"--server.port={PORT}" in json.loads(command)
    assert "curl" not in DOCKERFILE


def test_torch_is_the_version_of_the_requirements():
    assert "grep '^torch==' requirements.txt" in DOCKERFILE
    assert sum(line.startswith("torch==") for line in (ROOT / "requirements.txt").read_text().splitlines()) == 1


def test_downloads_and_checkpoints_go_where_the_image_lets_its_user_write(monkeypatch):
    made = next(line for line in instructions("RUN") if "install -d" in line).rpartition("-g app")[2].split()
    mounted = [volume.partition(":")[2] for volume in REPLICA["volumes"]]
    assert sorted(mounted) == sorted(made)
    assert {volume.partition(":")[0] for volume in REPLICA["volumes"]} == COMPOSE["volumes"].keys()
    assert REPLICA["environment"]["GRADIENT_ENGINE_CHECKPOINTS"] in made
    [data] = [line.split("=")[1] for line in instructions("ENV") if line.startswith("GRADIENT_ENGINE_DATA")]
    assert data in made
    monkeypatch.setenv("GRADIENT_ENGINE_DATA", data)
    assert str(data_folder("mnist").parent) == data


def test_compose_ports_images_and_numbers_agree():
    assert REPLICA["build"] == {"context": "..", "dockerfile": "deploy/Dockerfile"}
    assert BALANCER["environment"]["BALANCER_REPLICAS"] == f"replica:{PORT}"
    bound = BALANCER["environment"]["BALANCER_BIND"].rpartition(":")[2]
    assert BALANCER["ports"] == [f"${{PORT:-8501}}:{bound}"]
    assert REPLICA["deploy"]["replicas"] == REPLICA["environment"]["GRADIENT_ENGINE_REPLICAS"]
    [mounted] = BALANCER["volumes"]
    assert (ROOT / "deploy" / mounted.split(":")[0]).resolve() == TEMPLATE
    assert BALANCER["depends_on"] == {"replica": {"condition": "service_healthy"}}
    assert REPLICA["image"] == CONTAINER["image"].partition(":")[0]


def test_the_parts_of_the_cluster_find_each_other():
    assert set(CLUSTER) == {"Deployment", "Service", "Ingress", "PodDisruptionBudget"}
    labels = POD["metadata"]["labels"]
    for kind in ("Deployment", "PodDisruptionBudget"):
        assert CLUSTER[kind]["spec"]["selector"]["matchLabels"] == labels
    service, [port] = CLUSTER["Service"], CLUSTER["Service"]["spec"]["ports"]
    assert service["spec"]["selector"] == labels
    assert CONTAINER["ports"] == [{"name": port["targetPort"], "containerPort": int(PORT)}]
    [rule] = CLUSTER["Ingress"]["spec"]["rules"]
    [path] = rule["http"]["paths"]
    assert path["backend"]["service"] == {"name": service["metadata"]["name"], "port": {"name": port["name"]}}
    [tls] = CLUSTER["Ingress"]["spec"]["tls"]
    assert tls["hosts"] == [rule["host"]]


def test_the_cluster_asks_the_right_addresses_as_nobodys_root():
    assert POD["spec"]["securityContext"]["runAsUser"] == int(USER)
    for probe in ("readinessProbe", "livenessProbe"):
        assert CONTAINER[probe]["httpGet"] == {"path": HEALTH, "port": CONTAINER["ports"][0]["name"]}
    assert CONTAINER["startupProbe"]["exec"]["command"] == ["python", "-m", "deploy.warm", PORT]
    # A slow one gets no newcomers long before a silent one is ended
    ready, alive = ({**CONTAINER[probe]} for probe in ("readinessProbe", "livenessProbe"))
    assert ready["periodSeconds"] * ready["failureThreshold"] * 5 < alive["periodSeconds"] * alive["failureThreshold"]


def test_the_cluster_changes_one_replica_at_a_time_and_remembers_who_is_where():
    spec = CLUSTER["Deployment"]["spec"]
    assert spec["strategy"] == {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    assert CLUSTER["PodDisruptionBudget"]["spec"]["maxUnavailable"] == 1
    told = {key.rpartition("/")[2]: value for key, value in CLUSTER["Ingress"]["metadata"]["annotations"].items()}
    assert told["affinity"] == "cookie"
    assert told["session-cookie-change-on-failure"] == "true"
    assert all(isinstance(value, str) for value in told.values())  # what Kubernetes demands
    assert int(told["proxy-read-timeout"]) >= 3600
    assert told["proxy-body-size"] == f"{UPLOADS}m"


@pytest.mark.parametrize("name", ["compose.yaml", "kubernetes.yaml"])
def test_no_secret_is_written_down(name):
    text = (ROOT / "deploy" / name).read_text("utf-8")
    assert "COOKIE_SECRET" in text
    assert not [word for word in text.split() if len(word) >= 32 and all(c in "0123456789abcdef" for c in word)]
