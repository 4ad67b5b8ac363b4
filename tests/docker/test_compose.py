"""The compose files, held against their schema and against the bot's settings, without a Docker engine."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import setting_names
from tests.docker.test_dockerfile import ROOT, stage, variables

DOCKER = ROOT / "docker"
FILES = [DOCKER / "compose.yaml", DOCKER / "compose.gpu.yaml"]
COMPOSE, GPU = (yaml.safe_load(file.read_text(encoding="utf-8")) for file in FILES)
SERVICES: dict[str, Any] = COMPOSE["services"]
each_service = pytest.mark.parametrize("name", SERVICES)

OWN_VARIABLES = {
    "milvus": {
        "ETCD_ENDPOINTS": "where it keeps what it knows of collections",
        "MINIO_ADDRESS": "where it keeps data",
        "MINIO_REGION": "asked for by the storage client",
        "MINIO_ACCESS_KEY_ID": "its user there",
        "MINIO_SECRET_ACCESS_KEY": "its password there",
        "MQ_TYPE": "which message queue it uses",
    },
    "etcd": {
        "ETCD_AUTO_COMPACTION_MODE": "what Milvus advises",
        "ETCD_AUTO_COMPACTION_RETENTION": "what Milvus advises",
        "ETCD_QUOTA_BACKEND_BYTES": "what Milvus advises",
        "ETCD_SNAPSHOT_COUNT": "what Milvus advises",
    },
    "minio": {"MINIO_ROOT_USER": "the user it makes", "MINIO_ROOT_PASSWORD": "its password"},
    "postgres": {
        "POSTGRES_USER": "the user it makes",
        "POSTGRES_DB": "the database it makes",
        "POSTGRES_PASSWORD": "the user's password",
    },
}
UNUSED_SETTINGS = {"MILVUS_TOKEN": "Milvus asks for none here: only the bot's network reaches it"}


def interpolated(text: str) -> list[tuple[str, str]]:
    """Each `${NAME…}` in a text as its name and what follows it."""
    return re.findall(r"\$\{(\w+)([^}]*)\}", text)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_file_fits_the_compose_specification(file: Path) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(file)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


@each_service
def test_variables_are_settings_or_explained(name: str) -> None:
    given = set(SERVICES[name]["environment"])
    if name != "bot":
        assert given == set(OWN_VARIABLES[name])
        return
    in_image = {variable for variable in variables(stage("base")) if variable in setting_names()}
    assert given | in_image | set(UNUSED_SETTINGS) == set(setting_names())
    assert not given & in_image, "the image has decided these"


def test_gpu_file_changes_only_what_exists() -> None:
    assert set(GPU["services"]) == {"bot"}
    assert set(GPU["services"]["bot"]["environment"]) <= set(SERVICES["bot"]["environment"])
    assert GPU["services"]["bot"]["build"]["target"] == "gpu"
    (device,) = GPU["services"]["bot"]["deploy"]["resources"]["reservations"]["devices"]
    assert device["driver"] == "nvidia"
    assert device["capabilities"] == ["gpu"]


def test_secrets_have_no_default() -> None:
    """Compose stops with the sentence behind `:?` where one is empty."""
    for file in FILES:
        for variable, rest in interpolated(file.read_text(encoding="utf-8")):
            if variable.endswith(("TOKEN", "PASSWORD", "KEY")):
                assert rest.startswith(":?"), variable


def test_secrets_are_never_written_out() -> None:
    for service in SERVICES.values():
        for variable, value in service["environment"].items():
            if variable.endswith(("TOKEN", "PASSWORD", "SECRET_ACCESS_KEY", "API_KEY")) and value is not None:
                assert interpolated(value), variable


def test_env_example_has_every_variable_that_must_be_filled_in() -> None:
    needed = {
        variable for variable, rest in interpolated(FILES[0].read_text(encoding="utf-8")) if rest.startswith(":?")
    }
    lines = (DOCKER / ".env.example").read_text(encoding="utf-8").splitlines()
    assert {line.removesuffix("=") for line in lines if re.fullmatch(r"[A-Z_]+=", line)} == needed
    offered = {line[1:].partition("=")[0] for line in lines if re.match(r"#[A-Z_]+=", line)}
    assert offered <= set(SERVICES["bot"]["environment"])


def test_filled_in_secrets_are_not_committed() -> None:
    assert "/.env" in (DOCKER / ".gitignore").read_text(encoding="utf-8").splitlines()


@each_service
def test_service_comes_back_keeps_its_data_and_limits_its_log(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}
    (volume,) = service["volumes"]
    assert volume.partition(":")[0] in COMPOSE["volumes"]


@each_service
def test_service_says_when_it_is_healthy(name: str) -> None:
    assert "healthcheck" in SERVICES[name] or (name == "bot" and "HEALTHCHECK" in stage("base"))


@each_service
def test_service_starts_after_what_it_needs_is_healthy(name: str) -> None:
    needed = SERVICES[name].get("depends_on", {})
    assert set(needed) == {"bot": {"milvus", "postgres"}, "milvus": {"etcd", "minio"}}.get(name, set())
    assert all(condition == {"condition": "service_healthy"} for condition in needed.values())


@each_service
def test_image_is_of_a_fixed_version(name: str) -> None:
    _, _, tag = SERVICES[name]["image"].rpartition(":")
    assert re.search(r"\d", tag) or "build" in SERVICES[name]


def test_only_this_machine_reaches_the_bot_and_only_the_bot_reaches_the_parts() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(ports) == {"bot"}
    assert all(port.startswith("127.0.0.1:") for port in ports["bot"])
    assert COMPOSE["networks"]["parts"] == {"internal": True}
    assert {name for name, service in SERVICES.items() if service["networks"] != ["parts"]} == {"bot"}


def test_bot_is_pointed_at_its_neighbours() -> None:
    environment = SERVICES["bot"]["environment"]
    assert "@postgres:5432/bot" in environment["DATABASE_URL"]
    assert environment["MILVUS_URI"] == "http://milvus:19530"
