"""Every setting, in one tree. Nothing else in the project reads the environment.

Settings come from the environment and from a file `.env` in the working directory; the environment wins. The README
has them in one table, `.env.example` as a file to copy.
"""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.cron import parse_cron
from bot.problems import Problem, usage

Names = Annotated[tuple[str, ...], NoDecode]
ENV_FILE = Path(".env")

_NEAR_MISS = 0.86
"""Likeness (difflib's ratio) from which a variable counts as a misspelt setting: one letter off in seven."""

_LEAST_SECRET = 6
"""Characters from which a token counts as one: `EMPTY`, as engines without keys want it, is none."""

_LEAST_KEY = 16
"""Characters from which nobody finds a key by trying."""

_SCHEMES = {
    "discord_api_url": ("https", "http"),
    "discord_gateway_url": ("wss", "ws"),
    "milvus_uri": ("http", "https"),
    "engine_url": ("http", "https"),
}
_SECRETS_GO = {"milvus_uri": "MILVUS_TOKEN", "engine_url": "ENGINE_API_KEY"}
"""Which setting takes the secret that some write into an address, whence it would get into logs and sentences."""


class Settings(BaseSettings):
    """The bot's settings; each field's name in capitals is the name of its variable."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, env_file_encoding="utf-8", extra="ignore", frozen=True)

    # Discord
    discord_token: SecretStr | None = Field(None, description="The bot's token. Empty: `run` opens a chat here.")
    discord_api_url: str = Field("https://discord.com/api/v10", description="Discord's REST API, or a proxy of it.")
    discord_gateway_url: str = Field("", description="Discord's gateway, or a proxy of it. Empty: what the API says.")
    message_content_intent: bool = Field(
        default=False, description="Read all messages, not only mentions and replies; to be switched on at Discord too."
    )
    direct_messages: bool = Field(default=True, description="Whether questions are answered in direct messages.")
    operator_ids: Annotated[tuple[int, ...], NoDecode] = Field((), description="Discord ids of the bot's operators.")

    operators_channel: int | None = Field(
        None, description="Discord id of the channel that is told when a long index run has ended. Empty: who began it."
    )

    # Documentation
    docs_source: str = Field("https://milvus.io/docs", description="Address of the documentation, or a folder.")
    docs_versions: Names = Field(("latest",), description="Versions to index, such as `latest,v2.6.x`.")
    docs_languages: Names = Field(("en",), description="Languages to index, such as `en,zh`.")
    crawl_rate: float = Field(5.0, gt=0, le=1000, description="Pages a second, at most.")
    crawl_contact: str = Field(
        "https://milvus.io/discord", description="Address or e-mail that stands in the crawler's User-Agent."
    )
    recrawl_cron: str = Field("0 4 * * *", description="When to crawl again: five cron fields in UTC, or `off`.")

    # People
    retention_days: int = Field(
        730, ge=0, description="Days that questions are kept with all that belongs to them. 0: for good."
    )
    hash_users: bool = Field(default=False, description="Keep people by a keyed hash in place of their Discord ids.")
    hash_key: SecretStr = Field(
        SecretStr(""), description="Key of the hashes, 16 characters or more. Empty: made once, kept in DATA_DIR."
    )

    # Parts
    data_dir: Path = Field(Path("data"), description="Folder for what is kept on this machine.")
    database_url: str = Field("", description="`postgresql://…` or `sqlite:///…`. Empty: SQLite in DATA_DIR.")
    milvus_uri: str = Field("", description="A Milvus server. Empty: Milvus Lite in DATA_DIR.")
    milvus_token: SecretStr = Field(SecretStr(""), description="`user:password` or an API key of that server.")
    embedding_model: str = Field("", description="A sentence-transformers model. Empty: chosen by the hardware.")
    reranker_model: str = Field("", description="A cross-encoder that sorts what was found anew. Empty: none.")
    entailment_model: str = Field(
        "",
        description="A cross-encoder for entailment, asked of sentences in doubt, or `engine`: the language model "
        "reads each sentence again. Empty: likeness, or they are left out.",
    )
    engine: Literal["auto", "vllm", "server", "none"] = Field(
        "auto",
        description="Who writes: vLLM here, a server, or nobody. `auto`: `server` if ENGINE_URL is set, else `vllm`.",
    )
    engine_model: str = Field("", description="The language model. Empty: chosen by the hardware.")
    engine_url: Names = Field(
        (), description="OpenAI-compatible addresses of one model, such as `http://gpu-1:8000/v1,http://gpu-2:8000/v1`."
    )
    engine_api_key: SecretStr = Field(SecretStr(""), description="Key for ENGINE_URL.")
    engine_context_tokens: int = Field(8192, ge=1024, description="Tokens of prompt and answer together, at most.")
    engine_dtype: Literal["auto", "bfloat16", "float16", "float32"] = Field(
        "auto", description="What vLLM here computes in. `auto`: as the model was saved."
    )
    engine_quantization: Literal["", "fp8"] = Field("", description="`fp8` halves the model's weights on the GPU.")
    engine_memory_share: float = Field(0.85, gt=0, lt=1, description="Share of the GPU's memory that vLLM here takes.")
    engine_tensor_parallel: int = Field(1, ge=1, description="GPUs to spread the model over.")
    engine_speculation: int = Field(
        0, ge=0, le=16, description="Tokens to guess at once by copying from the passages. 0: none."
    )
    hf_token: SecretStr = Field(SecretStr(""), description="Hugging Face token, for models behind a licence.")

    # Running
    start_timeout: float = Field(180.0, gt=0, description="Seconds to wait for Milvus, the database and the engine.")
    web_address: str = Field("", description="`host:port` for /health, /ready and /metrics. Empty: off.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least level to log.")
    log_format: Literal["auto", "console", "json"] = Field("auto", description="`auto`: console on a terminal.")

    @field_validator("docs_versions", "docs_languages", "operator_ids", "engine_url", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("discord_token", "operators_channel", mode="before")
    @classmethod
    def _empty(cls, value: object) -> object:
        return None if isinstance(value, str) and not value.strip() else value

    @field_validator("recrawl_cron")
    @classmethod
    def _cron(cls, value: str) -> str:
        parse_cron(value)
        return value

    @field_validator(*_SCHEMES)
    @classmethod
    def _url(cls, value: str | tuple[str, ...], info: ValidationInfo) -> str | tuple[str, ...]:
        name = info.field_name or ""
        for url in filter(None, (value,) if isinstance(value, str) else value):
            _check_url(url, _SCHEMES[name], _SECRETS_GO.get(name))
        return value

    @field_validator("hash_key")
    @classmethod
    def _key(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < _LEAST_KEY:
            raise ValueError(f"write {_LEAST_KEY} characters or more, or leave it empty")
        return value

    @field_validator("web_address")
    @classmethod
    def _address(cls, value: str) -> str:
        host, colon, port = value.rpartition(":")
        if value and not (host and colon and port.isdigit() and int(port) < 65536):
            raise ValueError("write host:port, such as 127.0.0.1:8080")
        return value

    @property
    def web_host_and_port(self) -> tuple[str, int] | None:
        """WEB_ADDRESS in its two parts, or None where it is empty."""
        host, _, port = self.web_address.rpartition(":")
        return (host.strip("[]"), int(port)) if self.web_address else None

    def overridden(self, values: Mapping[str, object]) -> "Settings":
        """The same settings with some of them replaced, and checked like the rest.

        Raises:
            Problem: one of the values is not usable.
        """
        try:
            return Settings(**{**self.model_dump(exclude_unset=True), **values})
        except ValidationError as error:
            raise _problem(error) from None

    @property
    def writer(self) -> Literal["vllm", "server", "none"]:
        """ENGINE with `auto` decided."""
        if self.engine == "auto":
            return "server" if self.engine_url else "vllm"
        return self.engine

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be read in a log."""
        named = (self.discord_token, self.milvus_token, self.engine_api_key, self.hf_token, self.hash_key)
        return tuple(secret for each in named if each and len(secret := each.get_secret_value()) >= _LEAST_SECRET)

    @property
    def database(self) -> str:
        """DATABASE_URL, or the SQLite file in DATA_DIR."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'records.db').absolute()}"


def load_settings() -> Settings:
    """Read and check all settings.

    Raises:
        Problem: one sentence a setting that is wrong or unknown, with the mend; exit code 2.
    """
    _refuse_unknown()
    try:
        settings = Settings()
    except ValidationError as error:
        raise _problem(error) from None
    if settings.writer == "server" and not settings.engine_url:
        raise usage(
            "ENGINE is `server`, but ENGINE_URL is empty: set ENGINE_URL to an address such as http://gpu-1:8000/v1."
        )
    return settings


def setting_names() -> list[str]:
    """Names of all variables, in the order of the tree."""
    return [name.upper() for name in Settings.model_fields]


def _problem(error: ValidationError) -> Problem:
    return usage("\n".join(_sentence(each["loc"], each["msg"]) for each in error.errors()))


def _sentence(location: tuple[int | str, ...], message: str) -> str:
    name = str(location[0]).upper()
    reason = message.removeprefix("Value error, ").rstrip(".")
    where = "in the environment, in .env or on the command line"
    return f"{name} is not usable: {reason[:1].lower()}{reason[1:]}. Change it where it is set: {where}."


def _check_url(value: str, schemes: tuple[str, ...], secret_setting: str | None) -> None:
    """Raise ValueError where it is no address; its text does not repeat the value, which may hold a password."""
    try:
        url = urlsplit(value)
        usable = url.scheme in schemes and bool(url.hostname) and url.port != 0 and not any(map(str.isspace, value))
    except ValueError:  # a bad port or a bad IPv6 address
        usable = False
    if not usable:
        raise ValueError(f"write an address such as {' or '.join(f'{scheme}://host:port' for scheme in schemes)}")
    if secret_setting and "@" in value:
        raise ValueError(f"write the user and password into {secret_setting} instead")


def _refuse_unknown() -> None:
    """Misspelt settings would be ignored silently; what else stands in the environment is none of our business."""
    known = setting_names()
    for name in _env_file():
        if name.upper() not in known:
            raise usage(f"{name} in .env is not a setting.{_suggestion(name)}")
    for name in os.environ:
        if name.upper() not in known and difflib.get_close_matches(name.upper(), known, 1, _NEAR_MISS):
            raise usage(f"{name} in the environment is not a setting.{_suggestion(name)}")


def _env_file() -> list[str]:
    """Names of the variables in `.env`."""
    try:
        return list(dotenv_values(ENV_FILE))
    except UnicodeDecodeError:
        raise usage(".env is not readable as UTF-8: save it as text in UTF-8.") from None
    except OSError as error:
        raise usage(f".env is not readable: {error.strerror}. Make it readable, or remove it.") from None


def _suggestion(name: str) -> str:
    close = difflib.get_close_matches(name.upper(), setting_names(), 1, 0.6)
    return f" Did you mean {close[0]}?" if close else " The README lists all settings; remove this one."
