"""Every setting, in one tree. Nothing else in the project reads the environment.

Settings come from the environment and from a file `.env` in the working directory; the environment wins. The README
has them in one table, `.env.example` as a file to copy.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

List = Annotated[tuple[str, ...], NoDecode]


class Settings(BaseSettings):
    """The bot's settings; each field's name in capitals is the name of its variable."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="forbid", frozen=True)

    # Discord
    discord_token: SecretStr | None = Field(None, description="The bot's token. Without one, `run` opens a chat here.")
    discord_api_url: str = Field("https://discord.com/api/v10", description="Discord's REST API, or a proxy of it.")
    discord_gateway_url: str = Field("", description="Discord's gateway, or a proxy of it. Empty: what the API says.")
    operator_ids: Annotated[tuple[int, ...], NoDecode] = Field((), description="Discord ids of the bot's operators.")

    # Documentation
    docs_source: str = Field("https://milvus.io/docs", description="Address of the documentation, or a folder.")
    docs_versions: List = Field(("latest",), description="Versions to index, such as `latest,v2.6.x`.")
    docs_languages: List = Field(("en",), description="Languages to index, such as `en,zh`.")
    crawl_rate: float = Field(5.0, gt=0, le=1000, description="Pages a second, at most.")
    crawl_contact: str = Field("https://milvus.io/discord", description="Stands in the User-Agent: who runs this.")
    recrawl_cron: str = Field("0 4 * * *", description="When to crawl again, as five cron fields in UTC, or `off`.")

    # Parts
    data_dir: Path = Field(Path("data"), description="Folder for what is kept on this machine.")
    database_url: str = Field("", description="postgresql://… or sqlite:///…. Empty: SQLite in DATA_DIR.")
    milvus_uri: str = Field("", description="A Milvus server. Empty: Milvus Lite in DATA_DIR.")
    milvus_token: SecretStr = Field(SecretStr(""), description="`user:password` or an API key of that server.")
    embedding_model: str = Field("", description="A sentence-transformers model. Empty: chosen by the hardware.")
    engine: Literal["auto", "vllm", "server", "none"] = Field(
        "auto", description="What writes answers; `none` quotes passages. `auto`: `server` if ENGINE_URL is set, else `vllm`."
    )
    engine_model: str = Field("", description="The language model. Empty: chosen by the hardware.")
    engine_url: str = Field("", description="An OpenAI-compatible address, such as http://gpu-1:8000/v1.")
    engine_api_key: SecretStr = Field(SecretStr(""), description="Key for ENGINE_URL.")
    engine_context_tokens: int = Field(8192, ge=1024, description="Tokens of prompt and answer together.")
    hf_token: SecretStr = Field(SecretStr(""), description="Hugging Face token, for models behind a licence.")

    # Running
    start_timeout: float = Field(180.0, gt=0, description="Seconds to wait for Milvus, the database, the engine.")
    web_address: str = Field("", description="host:port for /health, /ready and /metrics. Empty: off.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level to log.")
    log_format: Literal["auto", "console", "json"] = Field("auto", description="`auto`: console on a terminal.")

    @field_validator("docs_versions", "docs_languages", "operator_ids", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value
